package io.tarn.index;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.index.BodyIntake.BodyDraft;
import io.tarn.index.BodyIntake.Received;
import io.tarn.index.VersionReads.InlineBytes;
import io.tarn.meta.CommitResult;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.BlobAt;
import io.tarn.store.Blobs;
import io.tarn.store.CompleteUpload;
import io.tarn.store.ContentRange;
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
import io.tarn.store.Span;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Written;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/// The objects of own buckets: the index in rows, the bytes in blobs, or in rows too when they are
/// few.
///
/// A write takes its body in first (see [BodyIntake]), then decides and commits in one batch of
/// rows (see [Versions]). What it replaces becomes garbage in the same batch (see [Reaper]).
/// Nothing refers to bytes that are not durable, and no bytes are lost sight of (see [Pending]).
public final class IndexedStore implements ObjectStore {
  private final BucketStates buckets;
  private final IndexSettings settings;
  private final IndexBackends backends;
  private final BlockingRows rows;
  private final Blobs blobs;
  private final Pins pins = new Pins();
  private final Pending pending;
  private final BodyIntake intake;
  private final Sharing sharing;
  private final Versions.Planner planner;
  private final VersionReads reading;
  private final Versions versions;
  private final Annotations annotations;
  private final Uploads uploads;
  private final Reaper reaper;

  /// `buckets` must stand on the same backends, and the lease on tokens be theirs.
  public IndexedStore(
      IndexBackends backends, TokenLease lease, BucketStates buckets, IndexSettings settings) {
    this.buckets = buckets;
    this.settings = settings;
    this.backends = backends;
    this.rows = new BlockingRows(backends.meta());
    this.blobs = backends.blobs();
    this.pending = new Pending(rows, backends);
    this.intake = new BodyIntake(backends.blobs(), pending, settings);
    this.sharing = new Sharing(backends.blobs(), pending);
    this.planner = new Versions.Planner(rows, buckets, backends, settings);
    this.reading =
        new VersionReads(
            rows,
            new InlineBytes(rows, settings.inlineCache()),
            buckets,
            new VersionReads.Opened(blobs, pins, backends.ticker()));
    this.versions = new Versions(rows, planner, backends);
    this.annotations = new Annotations(rows, planner);
    this.uploads = new Uploads(rows, buckets, planner, backends, pending);
    this.reaper =
        new Reaper(rows, backends, new Reaper.Held(pins, pending, lease), settings.reaper());
  }

  /// Collects what this store throws away. Nobody else starts or closes it.
  public Reaper reaper() {
    return reaper;
  }

  /// Looks whether all bytes are there that versions refer to.
  public Inspection inspection() {
    return new Inspection(rows, buckets, reading, blobs);
  }

  /// Makes garbage of blobs that no row refers to, as [Inspection#unreferenced] says. Its grace
  /// begins at `from`.
  public void discard(Collection<BlobAt> orphans, Instant from) {
    Instant due = from.plus(settings.reaper().grace()); // of which a hurry may take all
    List<BlobAt> left = List.copyOf(orphans);
    while (!left.isEmpty()) {
      List<BlobAt> some = left.subList(0, Math.min(left.size(), IndexKeys.LAST_SEQUENCE));
      var plan = Garbage.plan(backends.tokens().next(), due.toEpochMilli());
      for (BlobAt each : some) plan.discard(new Garbage.Stray(each).toRow());
      if (rows.commit(plan) instanceof CommitResult.Rejected) {
        throw new IllegalStateException("a batch without a guard was rejected");
      }
      left = left.subList(some.size(), left.size());
    }
  }

  @Override
  public ObjectHead head(Read read) {
    return reading.head(read);
  }

  @Override
  public OpenObject open(Read read) {
    return reading.open(read);
  }

  @Override
  public Measured measure(Read read) {
    if (read.wanted().span() instanceof Span.OfPart) return ObjectStore.super.measure(read);
    ObjectHead head = reading.head(read);
    return new Measured(head, ContentRange.of(read.wanted(), head.content(), List::of));
  }

  @Override
  public Written put(Put put, Incoming content) {
    return put(put, label -> intake.object(content, label));
  }

  private Written put(Put put, Received.Source content) {
    buckets.require(put.bucket()); // not after five gigabytes
    Labels.Source label = Labels.ofObject(put, backends.clock().instant());
    try (Received body = content.receive(label)) {
      return body.referencedBy(() -> versions.install(put, new BodyDraft(body, pending)));
    }
  }

  @Override
  public Copied copy(Copy copy) {
    try (OpenObject source = Copying.open(this, copy)) {
      ObjectHead head = source.head();
      ChecksumAlgorithm algorithm = Copying.checksum(copy, head);
      Written written =
          put(
              Copying.target(copy, head),
              label -> {
                Received shared = sharing.object(source, algorithm, label);
                return shared != null
                    ? shared
                    : intake.object(new PayloadIncoming(source.payload(), algorithm), label);
              });
      return new Copied(head.version(), written);
    }
  }

  @Override
  public Deleted delete(Delete delete) {
    return versions.delete(delete);
  }

  @Override
  public Version annotate(Annotate annotate) {
    return annotations.annotate(annotate);
  }

  @Override
  public ObjectPage list(ListObjects request) {
    return new ObjectListing(rows, buckets).list(request);
  }

  @Override
  public VersionPage versions(ListVersions request) {
    return new VersionListing(rows, buckets).versions(request);
  }

  @Override
  public Upload begin(BeginUpload begin) {
    return uploads.begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    return uploads.putPart(
        upload,
        number,
        (terms, label) -> {
          content.partOf(terms.checksum(), terms.checksumType());
          return intake.part(content, label);
        });
  }

  @Override
  public CopiedPart copyPart(UploadRef ref, int number, PartSource source) {
    Upload upload = uploads.find(ref).upload(ref.key());
    ChecksumAlgorithm algorithm = upload.partChecksum();
    try (OpenObject open = Copying.open(this, source)) {
      Part part =
          uploads.putPart(
              ref,
              number,
              (_, label) -> {
                Received shared = sharing.part(open, algorithm, label);
                return shared != null
                    ? shared
                    : intake.part(new PayloadIncoming(open.payload(), algorithm), label);
              });
      return new CopiedPart(part, open.head().version(), upload.shown(part));
    }
  }

  @Override
  public Written complete(CompleteUpload complete) {
    buckets.require(complete.upload().bucket());
    return new UploadCompletion(rows, uploads, complete, settings).run(versions, reading);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    uploads.abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    return uploads.parts(upload, after, limit, permit);
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return new UploadListing(rows, buckets).uploads(request);
  }
}
