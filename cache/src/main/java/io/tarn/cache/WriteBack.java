package io.tarn.cache;

import static io.tarn.store.DurabilityLevel.LOCAL;
import static io.tarn.store.DurabilityLevel.ORIGIN;

import io.tarn.cache.CachePolicy.WriteMode;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.Copying;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store before a near-cache that acknowledges writes when they are durable here, and takes them
/// to the origin later ([WriteQueue], [QueueUploads]). What is queued of a key is its newest state:
/// reads, listings and conditions see it at once.
///
/// - Where the newest state of a key is queued, conditions and permits are decided here, in one
///   step with queueing; where only the origin knows it, a write that has to look at it is made
///   there.
/// - What else changes a key (tags, copies on the server, completed uploads) is made at the origin,
///   after what is queued of that key is there.
/// - Nobody is told that something is there, or is not, before that is durable.
public final class WriteBack implements ObjectStore, AutoCloseable {
  private static final int ATTEMPTS = 100;

  private final ObjectStore near;
  private final WriteQueue queue;
  private final Function<Bucket, CachePolicy> policies;
  private final QueuedReads reads;
  private final QueueUploads uploads;

  /// - `origin`: its name in the settings, by which the queue knows it after a restart
  /// - `near`: the origin with the cache before it
  public WriteBack(
      String origin,
      ObjectStore near,
      WriteQueue queue,
      Function<Bucket, CachePolicy> policies,
      BackMetrics metrics) {
    this.near = near;
    this.queue = queue;
    this.policies = policies;
    this.reads = new QueuedReads(queue);
    this.uploads = new QueueUploads(origin, near, queue, metrics);
  }

  /// Uploads that wait for the end of a pause are tried at once.
  public void hurry() {
    uploads.hurry();
  }

  @Override
  public void close() {
    uploads.close();
  }

  /// Whether writes of a bucket are queued. Where versions are kept each write is one, and the
  /// origin's to name.
  private boolean isBack(Bucket bucket) {
    return policies.apply(bucket).writes() == WriteMode.BACK
        && bucket.versioning() == Versioning.OFF;
  }

  private QueuedKey.@Nullable Item queued(Bucket bucket, Key key, Version version) {
    return QueuedReads.isOfNewest(version) ? queue.newest(bucket, key) : null;
  }

  // Reading.

  @Override
  public ObjectHead head(Read read) {
    QueuedKey.Item item = queued(read.bucket(), read.key(), read.version());
    if (item == null) return near.head(read);
    QueuedWrite write = item.write();
    return QueuedReads.measure(read.of(new io.tarn.store.Span.Whole()), write).head();
  }

  @Override
  public Measured measure(Read read) {
    QueuedKey.Item item = queued(read.bucket(), read.key(), read.version());
    return item == null ? near.measure(read) : QueuedReads.measure(read, item.write());
  }

  @Override
  public OpenObject open(Read read) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      QueuedKey.Item item = queued(read.bucket(), read.key(), read.version());
      if (item == null) return near.open(read);
      OpenObject open = reads.open(read, item);
      if (open != null) return open;
    }
    throw new StoreFailure.Conflict(read.key() + " is being changed all the time");
  }

  @Override
  public ObjectPage list(ListObjects request) {
    BucketQueue queued = queue.find(request.bucket());
    return queued == null ? near.list(request) : MergedListing.objects(near, queued, request);
  }

  @Override
  public VersionPage versions(ListVersions request) {
    BucketQueue queued = queue.find(request.bucket());
    return queued == null ? near.versions(request) : MergedListing.versions(near, queued, request);
  }

  // Writing.

  @Override
  public Written put(Put put, Incoming content) {
    if (!isBack(put.bucket()) || content.length() > queue.room().share()) {
      return atOrigin(put.bucket(), put.key(), () -> near.put(put, content)).at(ORIGIN);
    }
    try (StagedBody staged = queue.stage(content);
        WriteQueue.Turn turn = queue.enter(put.bucket(), put.key())) {
      QueuedKey.Item newest = turn.newest();
      if (newest == null && put.looks()) {
        turn.awaitSettled();
        return queue.through(staged, body -> near.put(put, body)).at(ORIGIN);
      }
      if (newest != null) decide(put.key(), put.permit(), put.conditions(), newest.write());
      return new Written(put.key(), Version.NULL, turn.put(put, staged), LOCAL);
    }
  }

  @Override
  public Deleted delete(Delete delete) {
    if (!isBack(delete.bucket()) || !QueuedReads.isOfNewest(delete.version())) {
      return atOrigin(delete.bucket(), delete.key(), () -> near.delete(delete)).at(ORIGIN);
    }
    try (WriteQueue.Turn turn = queue.enter(delete.bucket(), delete.key())) {
      QueuedKey.Item newest = turn.newest();
      if (newest == null && delete.looks()) {
        turn.awaitSettled();
        return near.delete(delete).at(ORIGIN);
      }
      if (newest != null) {
        decide(delete.key(), delete.permit(), delete.conditions(), newest.write());
      }
      turn.delete(delete.by());
      return new Deleted(delete.version(), false, LOCAL);
    }
  }

  /// Whether a write may go on over what is queued.
  private static void decide(Key key, Permit permit, Conditions conditions, QueuedWrite over) {
    ObjectHead head = over.head();
    permit.require(head == null ? null : head.telling(permit.facts()));
    if (head == null) {
      if (conditions.wantSomething()) throw new StoreFailure.NoSuchKey(key);
      return;
    }
    Conditions.Condition unmet = conditions.unmetByWrite(head.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
  }

  /// Changes a key at the origin, after what is queued of it is there; meanwhile nothing more is
  /// queued of it.
  private <T> T atOrigin(Bucket bucket, Key key, Supplier<T> change) {
    // Where nothing is queued, and nothing is going to be, there is no order to be kept.
    if (!isBack(bucket) && queue.newest(bucket, key) == null) return change.get();
    try (WriteQueue.Turn turn = queue.enter(bucket, key)) {
      turn.awaitSettled();
      return change.get();
    }
  }

  /// What is queued of the source is read here, and the copy is a write like others.
  @Override
  public Copied copy(Copy copy) {
    Read source = copy.source();
    if (queued(source.bucket(), source.key(), source.version()) != null) {
      return Copying.through(this, this, copy);
    }
    Put target = copy.target();
    return atOrigin(
        target.bucket(),
        target.key(),
        () -> {
          Copied copied = near.copy(copy);
          return new Copied(copied.source(), copied.written().at(ORIGIN));
        });
  }

  @Override
  public Version annotate(Annotate annotate) {
    return atOrigin(annotate.bucket(), annotate.key(), () -> near.annotate(annotate));
  }

  // Uploads of clients are the origin's own.

  @Override
  public Upload begin(BeginUpload begin) {
    return near.begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    return near.putPart(upload, number, content);
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    Read read = source.source();
    return queued(read.bucket(), read.key(), read.version()) == null
        ? near.copyPart(upload, number, source)
        : Copying.through(this, near, upload, number, source);
  }

  @Override
  public Written complete(CompleteUpload complete) {
    UploadRef upload = complete.upload();
    return atOrigin(upload.bucket(), upload.key(), () -> near.complete(complete)).at(ORIGIN);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    near.abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    return near.parts(upload, after, limit, permit);
  }

  /// The queue's own uploads in parts are among them, as any other's are.
  @Override
  public UploadPage uploads(ListUploads request) {
    return near.uploads(request);
  }
}
