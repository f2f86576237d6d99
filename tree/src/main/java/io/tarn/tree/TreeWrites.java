package io.tarn.tree;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Content;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Incoming;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import io.tarn.store.Written;
import org.jspecify.annotations.Nullable;

/// Writes of objects, on the threads of requests: receive, take the lock of the path, install.
final class TreeWrites {
  private final Site site;
  private final @Nullable Reserved reserved;
  private final Folders folders;
  private final Installing installing;
  private final NamedLocks keys = new NamedLocks();

  TreeWrites(Site site, @Nullable Reserved reserved, Folders folders, Installing installing) {
    this.site = site;
    this.reserved = reserved;
    this.folders = folders;
    this.installing = installing;
  }

  /// What writing needs; without it the origin can only be read.
  Reserved reserved() {
    if (reserved == null) throw site.readOnly();
    return reserved;
  }

  Written put(Put put, Incoming content) {
    Place place = Place.require(put.bucket(), put.key());
    Reserved writable = reserved();
    site.carryOut(() -> folders.bucket(put.bucket()).close());
    if (place.isFolder()) return putFolder(put, place, content);
    try (Body body = Body.receive(site, writable, content)) {
      return install(put, place, new Installing.Written(body.file(), body.sums(), null));
    }
  }

  private Written putFolder(Put put, Place place, Incoming content) {
    var digests = Body.none(content);
    var sums = new Facts.Sums(digests.etag(), digests.checksum());
    try (NamedLocks.Held _ = keys.take(place.path())) {
      Content made = site.make(() -> installing.installFolder(put, place, sums, site.now()));
      return new Written(put.key(), Version.NULL, made);
    }
  }

  /// Puts a file that is written in its place.
  Written install(Put put, Place place, Installing.Written written) {
    Content content = site.make(() -> installing.seal(put, written, site.now()));
    try (NamedLocks.Held _ = keys.take(place.path())) {
      site.carryOut(() -> installing.install(put, place, written.file()));
    }
    return new Written(put.key(), Version.NULL, content);
  }

  /// Copies a file in the kernel, where what the copy comes to is known from the source; null where
  /// it has to be read for that.
  @Nullable Written copy(Put put, OpenFile source, ChecksumAlgorithm wanted) {
    Place place = Place.require(put.bucket(), put.key());
    Existing.PlainFile from = source.found();
    Facts.Sums sums = from.facts().sums(from.state());
    if (place.isFolder() || !isOfBytes(sums, wanted)) return null;
    Reserved writable = reserved();
    site.carryOut(() -> folders.bucket(put.bucket()).close());
    Staged file = site.make(writable::stage);
    try {
      boolean same =
          site.make(
              () ->
                  file.file().append(from.file(), from.state().size())
                      && from.file().state().isSame(from.state()));
      if (!same) throw new StoreFailure.OriginChanged(site.name(), source.head().key());
      var copied = new Facts.Sums(sums.etag(), sums.checksum());
      return install(put, place, new Installing.Written(file, copied, null));
    } finally {
      site.carryOut(file::close);
    }
  }

  /// Whether they say nothing of parts, and have the checksum that is wanted.
  private static boolean isOfBytes(Facts.Sums sums, ChecksumAlgorithm wanted) {
    Checksum checksum = sums.checksum();
    return sums.etag().text().indexOf('-') < 0
        && checksum.isPresent()
        && checksum.type() == ChecksumType.FULL_OBJECT
        && checksum.algorithm() == wanted;
  }

  Deleted delete(Delete delete) {
    Bucket bucket = delete.bucket();
    Place place = Place.find(bucket, delete.key());
    site.carryOut(() -> folders.bucket(bucket).close());
    if (place == null || !Installing.isKnown(delete.version())) {
      Installing.requireNothing(delete);
    } else {
      Reserved _ = reserved();
      boolean deleted;
      try (NamedLocks.Held _ = keys.take(place.path())) {
        deleted = site.make(() -> installing.delete(delete, place));
      }
      if (deleted) prune(bucket, place.isFolder() ? place : place.parent());
    }
    return new Deleted(delete.version(), false);
  }

  /// Removes directories from the innermost on, as long as there is nothing left in them.
  private void prune(Bucket bucket, @Nullable Place innermost) {
    for (Place at = innermost; at != null; at = at.parent()) {
      Place folder = at;
      try (NamedLocks.Held _ = keys.take(folder.path())) {
        if (!site.make(() -> installing.prune(bucket, folder))) return;
      }
    }
  }

  Version annotate(Annotate annotate) {
    Place place = Place.find(annotate.bucket(), annotate.key());
    site.carryOut(() -> folders.bucket(annotate.bucket()).close());
    if (place == null || !Installing.isKnown(annotate.version())) throw Installing.noSuch(annotate);
    Reserved _ = reserved();
    try (NamedLocks.Held _ = keys.take(place.path())) {
      site.carryOut(() -> installing.annotate(annotate, place));
    }
    return Version.NULL;
  }
}
