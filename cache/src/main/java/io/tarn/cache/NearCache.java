package io.tarn.cache;

import io.tarn.cache.CacheMetrics.Kind;
import io.tarn.cache.CachePolicy.WriteMode;
import io.tarn.cache.Heads.Name;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
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
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A near-cache before an origin: reads are answered from blocks on local disks as far as these
/// have them and the bucket's [CachePolicy] allows, and fetch what is missing; all else is the
/// origin's. A read that is answered from here is permitted and decided as the origin would.
///
/// A write is acknowledged when the origin has it. Before and after, what is remembered of its key
/// is forgotten, so that here, too, reads and writes of a key are linearizable, as long as nobody
/// writes there but through this cache; with others, an answer is as old as the policy allows.
public final class NearCache implements ObjectStore {
  private final ObjectStore origin;
  private final Function<Bucket, CachePolicy> policies;
  private final BlockStore blocks;
  private final CacheMetrics metrics;
  private final InstantSource clock;
  private final Heads heads;
  private final Fills fills;
  private final CachedReads reads;
  private final CacheUpkeep upkeep;

  /// `blocks` may be that of several origins, and outlives them. `policies` is asked at each
  /// request.
  public NearCache(
      ObjectStore origin,
      BlockStore blocks,
      Function<Bucket, CachePolicy> policies,
      CacheMetrics metrics,
      InstantSource clock) {
    this.origin = origin;
    this.blocks = blocks;
    this.policies = policies;
    this.metrics = metrics;
    this.clock = clock;
    this.heads = new Heads(blocks.settings().heads().bytes());
    this.fills = new Fills(blocks, metrics, new PinnedPrefixes());
    var lookups = new Lookups(origin, heads, blocks, metrics, clock);
    this.reads = new CachedReads(origin, policies, heads, lookups, fills);
    this.upkeep = new CacheUpkeep(fills, heads, new Warming(origin, lookups, fills), clock);
  }

  /// For who looks after it.
  public CacheUpkeep upkeep() {
    return upkeep;
  }

  /// What a bucket allows it.
  public CachePolicy policy(Bucket bucket) {
    return policies.apply(bucket);
  }

  /// Whether nothing is being fetched.
  boolean isIdle() {
    return fills.isIdle();
  }

  @Override
  public ObjectHead head(Read read) {
    return reads.measure(read.of(new Span.Whole())).head();
  }

  @Override
  public Measured measure(Read read) {
    return reads.measure(read);
  }

  @Override
  public OpenObject open(Read read) {
    return reads.open(read);
  }

  /// Forgets what a write changes, before it and after it.
  private <T> T changing(Bucket bucket, Key key, Kind kind, Supplier<T> write) {
    var name = Name.of(bucket, key);
    heads.forget(name);
    metrics.of(bucket).asked(kind);
    boolean over = false;
    try {
      T done = write.get();
      over = true;
      return done;
    } catch (StoreFailure e) {
      over = !(e instanceof StoreFailure.Indeterminate);
      throw e;
    } finally {
      if (!over) heads.doubt(name, clock.instant());
      heads.forget(name);
    }
  }

  /// The blocks of what is current, as far as that is known: of no use after a write, where there
  /// are no versions.
  private @Nullable Identity current(Bucket bucket, Key key) {
    if (bucket.versioning() != Versioning.OFF) return null;
    Heads.Entry entry = heads.find(Name.of(bucket, key), Version.LATEST);
    return entry instanceof Heads.Known known ? known.identity() : null;
  }

  private void replaced(@Nullable Identity before, @Nullable Identity after) {
    if (before == null || (after != null && after.equals(before))) return;
    blocks.forget(before);
  }

  @Override
  public Written put(Put put, Incoming content) {
    Identity before = current(put.bucket(), put.key());
    boolean through = policies.apply(put.bucket()).writes() != WriteMode.AROUND;
    Written written = through ? through(put, content) : around(put, content);
    replaced(before, Identity.of(put.bucket(), written));
    return written;
  }

  private Written around(Put put, Incoming content) {
    return changing(put.bucket(), put.key(), Kind.PUT, () -> origin.put(put, content));
  }

  private Written through(Put put, Incoming content) {
    try (var tee = new Tee(put, content, fills)) {
      Written written = changing(put.bucket(), put.key(), Kind.PUT, () -> origin.put(put, tee));
      if (tee.keep(put, written)) heads.hint(Name.of(put.bucket(), put.key()), clock.instant());
      return written;
    }
  }

  @Override
  public Copied copy(Copy copy) {
    Put target = copy.target();
    Identity before = current(target.bucket(), target.key());
    Copied copied = changing(target.bucket(), target.key(), Kind.COPY, () -> origin.copy(copy));
    replaced(before, Identity.of(target.bucket(), copied.written()));
    return copied;
  }

  @Override
  public Deleted delete(Delete delete) {
    Identity before = current(delete.bucket(), delete.key());
    Deleted deleted =
        changing(delete.bucket(), delete.key(), Kind.DELETE, () -> origin.delete(delete));
    replaced(before, null);
    return deleted;
  }

  @Override
  public Version annotate(Annotate annotate) {
    return changing(
        annotate.bucket(), annotate.key(), Kind.ANNOTATE, () -> origin.annotate(annotate));
  }

  @Override
  public Written complete(CompleteUpload complete) {
    UploadRef upload = complete.upload();
    Identity before = current(upload.bucket(), upload.key());
    Written written =
        changing(upload.bucket(), upload.key(), Kind.UPLOAD, () -> origin.complete(complete));
    replaced(before, Identity.of(upload.bucket(), written));
    return written;
  }

  @Override
  public ObjectPage list(ListObjects request) {
    metrics.of(request.bucket()).asked(Kind.LIST);
    return origin.list(request);
  }

  @Override
  public VersionPage versions(ListVersions request) {
    metrics.of(request.bucket()).asked(Kind.LIST);
    return origin.versions(request);
  }

  @Override
  public Upload begin(BeginUpload begin) {
    metrics.of(begin.put().bucket()).asked(Kind.UPLOAD);
    return origin.begin(begin);
  }

  @Override
  public Part putPart(UploadRef upload, int number, Incoming content) {
    metrics.of(upload.bucket()).asked(Kind.UPLOAD);
    return origin.putPart(upload, number, content);
  }

  @Override
  public CopiedPart copyPart(UploadRef upload, int number, PartSource source) {
    metrics.of(upload.bucket()).asked(Kind.UPLOAD);
    return origin.copyPart(upload, number, source);
  }

  @Override
  public void abort(UploadRef upload, Permit.OfUpload permit) {
    metrics.of(upload.bucket()).asked(Kind.UPLOAD);
    origin.abort(upload, permit);
  }

  @Override
  public PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit) {
    metrics.of(upload.bucket()).asked(Kind.LIST);
    return origin.parts(upload, after, limit, permit);
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    metrics.of(request.bucket()).asked(Kind.LIST);
    return origin.uploads(request);
  }
}
