package io.tarn.tree;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Capability;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.Copying;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Incoming;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.VersionPage;
import io.tarn.store.Written;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory tree as the origin of linked buckets. The tree stays the truth: every object is a
/// plain file under its key, and whoever changes files there without Tarn is noticed.
///
/// A bucket is a directory below the root, or the root (`.`). What a file system cannot hold as a
/// path is refused with the reason ([StoreFailure.Invalid]): names that are empty, `.` or `..`, or
/// longer than 255 bytes, zero characters, and a key that is the directory of another (`a` beside
/// `a/b`). A key that ends in `/` has no bytes and is a directory. Objects have no owners and no
/// ACLs here, and no versions. It needs Linux.
public final class DirectoryOrigin implements ObjectStore, AutoCloseable {
  /// What can be done with objects in a directory ([io.tarn.store.Home.Linked#capabilities]).
  public static final Set<Capability> CAPABILITIES =
      Collections.unmodifiableSet(
          EnumSet.of(
              Capability.TAGS,
              Capability.CONDITIONAL_WRITES,
              Capability.CONDITIONAL_DELETES,
              Capability.MULTIPART_UPLOADS,
              Capability.SERVER_SIDE_COPY,
              Capability.PERMITS_BY_TAGS,
              Capability.CONDITIONAL_COPIES));

  private final Site site;
  private final Descriptor root;
  private final @Nullable Reserved reserved;
  private final FileRecords records;
  private final Folders folders;
  private final TreeReads reading;
  private final TreeWrites writing;
  private final Uploading uploading;

  private DirectoryOrigin(Site site, Files files, TreeSettings settings) {
    this.site = site;
    this.root = files.root;
    this.reserved = files.reserved;
    this.records = new FileRecords(reserved, files.attributes);
    this.folders = new Folders(root, records);
    this.reading = new TreeReads(folders, records, site);
    var installing = new Installing(folders, records, site.errors());
    this.writing = new TreeWrites(site, reserved, folders, installing);
    var with = new Uploading.With(writing, installing, folders, records);
    this.uploading = new Uploading(site, settings.smallestPart().bytes(), with, reserved);
  }

  /// The open directories, and whether extended attributes may be used.
  private record Files(Descriptor root, @Nullable Reserved reserved, boolean attributes) {}

  /// Opens the directory `path` as the origin that the settings call `name`. Where nothing may be
  /// written it can only be read. Fails with [StoreFailure.Unavailable] when it cannot be one, or
  /// another process has it.
  public static DirectoryOrigin open(
      String name, Path path, TreeSettings settings, InstantSource clock) {
    return open(name, path, true, settings, clock);
  }

  /// `attributes`: whether extended attributes may be used.
  static DirectoryOrigin open(
      String name, Path path, boolean attributes, TreeSettings settings, InstantSource clock) {
    if (!PosixCalls.KNOWN) {
      throw new StoreFailure.Unavailable(
          "a directory can be an origin on Linux only; take a bucket of an S3 server", null);
    }
    var site = new Site(new DiskThreads(name, settings), new OriginErrors(name), clock);
    try {
      return opened(site, path, attributes, settings);
    } catch (IOException e) {
      site.close(() -> {});
      throw new StoreFailure.Unavailable(
          "%s cannot be the origin %s: %s; it has to be a directory that this server may read"
              .formatted(path, name, e.getMessage()),
          e);
    }
  }

  /// Whatever a process before this one wrote, and did not come to sync, is made durable: what is
  /// read from now on stays.
  private static DirectoryOrigin opened(
      Site site, Path path, boolean attributes, TreeSettings settings) throws IOException {
    Descriptor root = Descriptor.root(path);
    Reserved reserved = null;
    DirectoryOrigin origin = null;
    try {
      reserved = Reserved.take(root, path);
      var made = new DirectoryOrigin(site, new Files(root, reserved, attributes), settings);
      if (reserved != null) root.syncAll();
      made.uploading.sweep();
      origin = made;
      return origin;
    } finally {
      if (origin == null) {
        if (reserved != null) reserved.close();
        root.close();
      }
    }
  }

  @Override
  public ObjectHead head(Read read) {
    return site.make(() -> reading.head(read));
  }

  @Override
  public Measured measure(Read read) {
    return site.make(() -> reading.measure(read));
  }

  @Override
  public OpenObject open(Read read) {
    return site.make(() -> reading.open(read));
  }

  @Override
  public Written put(Put put, Incoming content) {
    return writing.put(put, content);
  }

  @Override
  public Copied copy(Copy copy) {
    try (OpenObject source = Copying.open(this, copy)) {
      ObjectHead head = source.head();
      Put target = Copying.target(copy, head);
      var wanted = Copying.checksum(copy, head);
      Written written = source instanceof OpenFile file ? writing.copy(target, file, wanted) : null;
      if (written == null) {
        written = writing.put(target, new PayloadIncoming(source.payload(), wanted));
      }
      return new Copied(head.version(), written);
    }
  }

  @Override
  public Deleted delete(Delete delete) {
    return writing.delete(delete);
  }

  @Override
  public io.tarn.store.Version annotate(Annotate annotate) {
    return writing.annotate(annotate);
  }

  @Override
  public ObjectPage list(ListObjects request) {
    return site.make(() -> TreeListing.page(folders, records, request));
  }

  @Override
  public VersionPage versions(ListVersions request) {
    throw new StoreFailure.Unsupported(Capability.VERSIONS);
  }

  @Override
  public Upload begin(BeginUpload begin) {
    return uploading.begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    return uploading.putPart(upload, number, content);
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    return Copying.through(this, this, upload, number, source);
  }

  @Override
  public Written complete(CompleteUpload complete) {
    return uploading.complete(complete);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    uploading.abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    return uploading.parts(upload, after, limit, permit);
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return uploading.list(request);
  }

  /// What is being done there ends first; what comes later is refused.
  @Override
  public void close() {
    site.close(
        () -> {
          if (reserved != null) reserved.close();
          root.close();
        });
  }
}
