package io.tarn.tree;

import io.tarn.store.Assembled;
import io.tarn.store.BeginUpload;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Content;
import io.tarn.store.Incoming;
import io.tarn.store.ListUploads;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Multipart uploads. Parts are files; completing one copies them into one file, in the kernel, and
/// installs that as a put does. While that goes on the upload is locked, and the key is not.
///
/// An object says which upload it came from. So a completion that is repeated is answered, and one
/// that a crash cut off behind the installing is ended at the next start.
final class Uploading {
  private final Site site;
  private final long smallest;
  private final TreeWrites writing;
  private final Installing installing;
  private final Folders folders;
  private final FileRecords records;
  private final NamedLocks uploads = new NamedLocks();
  private final @Nullable UploadFiles files;

  /// What uploads are kept and completed with.
  record With(TreeWrites writing, Installing installing, Folders folders, FileRecords records) {}

  Uploading(Site site, long smallest, With with, @Nullable Reserved reserved) {
    this.site = site;
    this.smallest = smallest;
    this.writing = with.writing;
    this.installing = with.installing;
    this.folders = with.folders;
    this.records = with.records;
    this.files = reserved == null ? null : new UploadFiles(reserved, with.records);
  }

  private UploadFiles files() {
    if (files == null) throw site.readOnly();
    return files;
  }

  /// Ends what processes before this one left.
  void sweep() throws CallFailed {
    if (files != null) files.sweep(this::isInstalled);
  }

  private boolean isInstalled(UploadFiles.Of of) throws CallFailed {
    Place place = Place.find(of.bucket(), of.path());
    if (place == null) return false;
    try (Descriptor directory = folders.find(place)) {
      if (directory == null) return false;
      try (Existing there = Existing.find(records, directory, place)) {
        return there instanceof Existing.PlainFile file
            && file.facts().sums(file.state()).upload().equals(of.upload().id().text());
      }
    }
  }

  Upload begin(BeginUpload begin) {
    Place place = Place.require(begin.put().bucket(), begin.put().key());
    if (place.isFolder()) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          "This bucket is a directory, where a key that ends in a slash is a directory as well and"
              + " cannot be uploaded in parts");
    }
    UploadFiles kept = files();
    return site.make(
        () -> {
          folders.bucket(begin.put().bucket()).close();
          return kept.begin(begin, site.now());
        });
  }

  private Upload find(UploadRef ref) {
    UploadFiles kept = files();
    return site.make(
        () -> {
          folders.bucket(ref.bucket()).close();
          return kept.require(ref).upload();
        });
  }

  Part putPart(UploadRef ref, int number, Incoming content) {
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw new StoreFailure.Invalid(
          Reason.PART_NUMBER, "part numbers are 1 to %d".formatted(Part.MAX_NUMBER));
    }
    Upload upload = find(ref);
    content.partOf(upload.checksum(), upload.checksumType());
    try (Body body = Body.receive(site, writing.reserved(), content)) {
      var put = new Put(ref.bucket(), ref.key());
      var written = new Installing.Written(body.file(), body.sums(), null);
      Content made = site.make(() -> installing.seal(put, written, site.now()));
      try (NamedLocks.Held _ = uploads.take(ref.id().text())) {
        site.carryOut(() -> files().setPart(ref, number, body.file()));
      }
      return new Part(number, made.size(), made.etag(), made.modified(), made.checksum());
    }
  }

  Written complete(CompleteUpload request) {
    Assembled.inOrder(request);
    UploadRef ref = request.upload();
    Place place = Place.find(ref.bucket(), ref.key());
    if (place == null) throw new StoreFailure.NoSuchUpload(ref.id());
    try (NamedLocks.Held _ = uploads.take(ref.id().text())) {
      Written before = site.make(() -> completedBefore(request, place));
      return before == null ? completed(request, place) : before;
    }
  }

  /// What the same completion answered, if it made what is there now.
  private @Nullable Written completedBefore(CompleteUpload request, Place place) throws CallFailed {
    UploadRef ref = request.upload();
    try (Descriptor directory = folders.find(ref.bucket(), place)) {
      if (directory == null) return null;
      try (Existing there = Existing.find(records, directory, place)) {
        if (!(there instanceof Existing.PlainFile file)) return null;
        Facts.Sums sums = file.facts().sums(file.state());
        if (!sums.upload().equals(ref.id().text())) return null;
        if (!isOf(request, file.state())) return null;
        files().remove(ref.id().text()); // where it was not possible before
        return new Written(ref.key(), Version.NULL, file.facts().content(file.state()));
      }
    }
  }

  private boolean isOf(CompleteUpload request, FileState file) throws CallFailed {
    try (Descriptor list = records.parts(file)) {
      if (list == null) return false;
      List<Part> parts = PartList.read(list);
      if (parts.size() != request.parts().size()) return false;
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        CompleteUpload.Chosen chosen = request.parts().get(i);
        if (part.number() != chosen.number() || !part.etag().equals(chosen.etag())) return false;
      }
      return true;
    }
  }

  private Written completed(CompleteUpload request, Place place) {
    UploadRef ref = request.upload();
    UploadFiles.Of of = site.make(() -> files().require(ref));
    Upload upload = of.upload();
    var put =
        new Put(
            ref.bucket(),
            ref.key(),
            upload.owner(),
            of.metadata(),
            of.tags(),
            request.conditions(),
            io.tarn.store.Acl.PRIVATE,
            request.permit());
    site.carryOut(() -> installing.check(put, place)); // before much is copied
    @Nullable Part[] there = site.make(() -> there(upload));
    Assembled assembled = Assembled.of(request, upload, there, smallest);
    Staged file = site.make(writing.reserved()::stage);
    try {
      for (Part part : assembled.parts()) site.carryOut(() -> append(upload, part, file));
      String id = upload.id().text();
      var sums =
          new Facts.Sums(assembled.etag(), assembled.checksum(), id, assembled.parts().size());
      var list = PartList.text(id, assembled.parts());
      Written written = writing.install(put, place, new Installing.Written(file, sums, list));
      site.carryOut(() -> end(id));
      return written;
    } finally {
      site.carryOut(file::close);
    }
  }

  /// The object is there; that its upload is not any more can wait for a restart.
  private void end(String id) {
    try {
      files().remove(id);
    } catch (CallFailed e) {
      throw site.errors().after(e);
    }
  }

  private @Nullable Part[] there(Upload upload) throws CallFailed {
    @Nullable Part[] there = new Part[Part.MAX_NUMBER + 1];
    for (int number : files().numbers(upload.id())) {
      try (UploadFiles.OpenPart part = files().open(upload.id(), number)) {
        if (part != null) there[number] = part.part();
      }
    }
    return there;
  }

  private void append(Upload upload, Part part, Staged file) throws CallFailed {
    try (UploadFiles.OpenPart open = files().open(upload.id(), part.number())) {
      boolean same = open != null && open.part().equals(part);
      if (open == null || !same || !file.file().append(open.file(), part.size())) {
        throw new StoreFailure.Corrupt(
            "part %d of the upload %s is not as it was written"
                .formatted(part.number(), upload.id()),
            null);
      }
    }
  }

  void abort(UploadRef ref, Permit.OfUpload permit) {
    try (NamedLocks.Held _ = uploads.take(ref.id().text())) {
      permit.require(find(ref));
      site.carryOut(() -> files().remove(ref.id().text()));
    }
  }

  PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    Upload upload = find(ref);
    permit.require(upload);
    return site.make(() -> page(upload, after, limit));
  }

  private PartPage page(Upload upload, int after, int limit) throws CallFailed {
    var parts = new ArrayList<Part>();
    for (int number : files().numbers(upload.id())) {
      if (number <= after || limit <= 0) continue;
      if (parts.size() == limit) return new PartPage(upload, parts, true);
      try (UploadFiles.OpenPart part = files().open(upload.id(), number)) {
        if (part != null) parts.add(part.part());
      }
    }
    return new PartPage(upload, parts, false);
  }

  UploadPage list(ListUploads request) {
    UploadFiles kept = files();
    return site.make(
        () -> {
          folders.bucket(request.bucket()).close();
          return TreeUploads.page(kept, request);
        });
  }
}
