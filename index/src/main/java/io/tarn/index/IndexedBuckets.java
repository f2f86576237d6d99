package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.Changes;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.meta.RowCache;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Own buckets as rows.
///
/// Deleting goes in three steps, so that no write slips in behind the look whether anything is
/// left: the row is marked as being deleted, which fails every write that guards the old row; the
/// bucket is searched; the row goes, or is unmarked. A write that meets the mark waits a moment for
/// the outcome. A mark that a crash left behind is taken off at the next start. Uploads go with the
/// row: they are garbage from then on, however many.
///
/// Buckets and documents are remembered. What this node changes it forgets itself, at once; what
/// others on the same rows change it hears of from the change feed, and if it does not, it is old
/// by [IndexSettings#rememberedFor] at most.
public final class IndexedBuckets implements Buckets, AutoCloseable {
  private static final int ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 10_000_000;

  private final BlockingRows rows;
  private final IndexBackends backends;
  private final String region;
  private final TokenLease lease;
  private final Holdings holdings;
  private final RowCache<BucketName, Optional<Bucket>> known;
  private final RowCache<DocumentRef, Optional<String>> documents;
  private final Subscription feed;

  /// Which document: of which incarnation, of which kind.
  private record DocumentRef(long bucket, DocumentKind kind) {}

  /// `region` is that of this node.
  public IndexedBuckets(IndexBackends backends, IndexSettings settings, String region) {
    this(backends, settings, region, backends.ticker()::nanos);
  }

  /// `nanos` is the clock by which what is remembered grows old.
  public IndexedBuckets(
      IndexBackends backends, IndexSettings settings, String region, LongSupplier nanos) {
    this.rows = new BlockingRows(backends.meta());
    this.backends = backends;
    this.region = region;
    int most = settings.rememberedBuckets();
    Duration age = settings.rememberedFor();
    this.known =
        new RowCache<>(
            new RowCache.Bounds<>(most, _ -> 1, found -> isStable(found) ? age : Duration.ZERO),
            nanos);
    this.documents =
        new RowCache<>(new RowCache.Bounds<>(most, IndexedBuckets::weight, _ -> age), nanos);
    // Before the first look, so that none is from before a change that is not heard of.
    this.feed =
        backends.meta().subscribe(List.of(IndexKeys.all('B'), IndexKeys.all('S')), new Listener());
    this.lease = TokenLease.take(rows, backends);
    this.holdings = new Holdings(rows);
    holdings.complete(backends);
    Documents.move(rows, backends);
    unmarkAll();
  }

  @Override
  public Bucket create(CreateBucket request) {
    MetaKey key = IndexKeys.bucket(request.name());
    String where = request.region().isEmpty() ? region : request.region();
    Instant now = backends.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long token = backends.tokens().next();
      var row =
          new BucketRow(token, false, Versioning.OFF, request.owner(), where, now, request.home());
      Plan plan = new Plan(token, 0).guard(new Guard.Absent(key)).put(key, row.toRow());
      Holdings.add(plan, request.owner(), request.name());
      for (var document : request.documents().entrySet())
        plan.put(
            IndexKeys.document(token, document.getKey()), Documents.toRow(document.getValue()));
      if (!(commit(plan, request.name()) instanceof CommitResult.Rejected(_, var actual)))
        return row.named(request.name(), token);
      if (actual.isEmpty()) continue;
      backends.tokens().passed(actual.get().version());
      Bucket there = BucketRow.bucket(actual.get());
      if (isLive(there)) throw new StoreFailure.BucketExists(there);
      pause();
    }
    throw busy(request.name());
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    Optional<Bucket> found = known.get(name);
    return found != null ? found : known.read(name, () -> load(name));
  }

  private Optional<Bucket> load(BucketName name) {
    Entry entry = rows.get(IndexKeys.bucket(name));
    if (entry == null) return Optional.empty();
    backends.tokens().passed(entry.version());
    return Optional.of(BucketRow.bucket(entry));
  }

  /// What is not there is not remembered: there is no end of names. Nor is what is about to go.
  private static boolean isStable(Optional<Bucket> found) {
    return found.isPresent() && isLive(found.get());
  }

  private static boolean isLive(Bucket bucket) {
    return bucket.revision() != BucketRow.NO_REVISION;
  }

  /// The bucket as it is now. Fails with [StoreFailure.NoSuchBucket] when this incarnation is gone.
  Bucket require(Bucket bucket) {
    return sameIncarnation(bucket, find(bucket.name()).orElse(null));
  }

  private static Bucket sameIncarnation(Bucket wanted, @Nullable Bucket there) {
    if (there == null || there.id() != wanted.id())
      throw new StoreFailure.NoSuchBucket(wanted.name());
    return there;
  }

  /// The bucket as stored, for someone whose guard on it just failed; waits while it is being
  /// deleted.
  Bucket refresh(Bucket bucket) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      known.forget(bucket.name());
      Bucket there = require(bucket);
      if (isLive(there)) return there;
      pause();
    }
    throw busy(bucket.name());
  }

  private static StoreFailure busy(BucketName name) {
    return new StoreFailure.Conflict("bucket %s is being deleted".formatted(name));
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  @Override
  public void delete(Bucket bucket) {
    Bucket marked = replace(bucket, BucketRow.NO_REVISION, bucket.versioning());
    boolean done = false;
    try {
      if (!isEmpty(bucket, 'O') || !isEmpty(bucket, 'V'))
        throw new StoreFailure.BucketNotEmpty(bucket.name());
      MetaKey key = IndexKeys.bucket(bucket.name());
      Plan plan =
          planAfter(marked.revision())
              .guard(new Guard.VersionIs(key, marked.revision()))
              .consume(key);
      Holdings.remove(plan, marked);
      // Nobody begins an upload in a marked bucket, so this look is the last there is to take.
      if (!isEmpty(bucket, 'U')) plan.discard(new Garbage.Uploads(bucket.id()).toRow());
      for (DocumentKind kind : DocumentKind.values())
        plan.delete(IndexKeys.document(bucket.id(), kind));
      CommitResult result = commit(plan, bucket.name());
      for (DocumentKind kind : DocumentKind.values())
        documents.forget(new DocumentRef(bucket.id(), kind));
      if (result instanceof CommitResult.Rejected) throw busy(bucket.name()); // unmarked elsewhere
      done = true;
    } finally {
      if (!done) unmark(marked);
    }
  }

  private boolean isEmpty(Bucket bucket, char kind) {
    KeyRange range = KeyRange.ofPrefix(IndexKeys.inBucket(kind, bucket.id(), new byte[0]));
    return new RowCursor(rows, Scan.of(range, 1).keysOnly()).peek() == null;
  }

  private void unmarkAll() {
    var cursor = new RowCursor(rows, IndexKeys.all('B'));
    for (Entry row = cursor.next(); row != null; row = cursor.next())
      if (BucketRow.ofRow(row.value()).deleting()) unmark(asStored(row));
  }

  private void unmark(Bucket marked) {
    MetaKey key = IndexKeys.bucket(marked.name());
    byte[] row = BucketRow.of(marked, false).toRow();
    Plan plan =
        planAfter(marked.revision())
            .guard(new Guard.VersionIs(key, marked.revision()))
            .put(key, row)
            .needs(Batch.Need.NOTHING);
    var _ = commit(plan, marked.name()); // rejected: it is no longer ours to unmark
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    if (versioning == Versioning.OFF)
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.BUCKET_STATE, "versioning can be suspended, not switched off");
    return replace(bucket, bucket.revision(), versioning);
  }

  /// Rewrites the row whatever revision it has; marked as being deleted when `revision` is
  /// [BucketRow#NO_REVISION]. The revision of the answer is the row's.
  private Bucket replace(Bucket bucket, long revision, Versioning versioning) {
    boolean mark = revision == BucketRow.NO_REVISION;
    MetaKey key = IndexKeys.bucket(bucket.name());
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      long seen = there.revision();
      Bucket changed = there.changed(seen, mark ? there.versioning() : versioning);
      Plan plan =
          planAfter(seen)
              .guard(new Guard.VersionIs(key, seen))
              .put(key, BucketRow.of(changed, mark).toRow())
              .needs(Batch.Need.NOTHING);
      if (commit(plan, bucket.name()) instanceof CommitResult.Committed)
        return changed.changed(plan.token(), changed.versioning());
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  private Plan planAfter(long revision) {
    backends.tokens().passed(revision);
    return new Plan(backends.tokens().next(), backends.clock().millis());
  }

  /// Forgets the bucket whatever happens.
  private CommitResult commit(Plan plan, BucketName name) {
    try {
      return rows.commit(plan);
    } finally {
      known.forget(name);
    }
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return holdings.page(owner, prefix, after, limit);
  }

  private static Bucket asStored(Entry entry) {
    Bucket bucket = BucketRow.bucket(entry);
    return bucket.changed(entry.version(), bucket.versioning());
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    var ref = new DocumentRef(bucket.id(), kind);
    Optional<String> found = documents.get(ref);
    return found != null ? found : documents.read(ref, () -> load(bucket, kind));
  }

  private Optional<String> load(Bucket bucket, DocumentKind kind) {
    Entry entry = rows.get(IndexKeys.document(bucket.id(), kind));
    if (entry != null) return Optional.of(Documents.ofRow(entry.value()));
    require(bucket);
    return Optional.empty();
  }

  /// One for each 4 KiB begun.
  private static int weight(Optional<String> document) {
    return 1 + document.map(String::length).orElse(0) / 4096;
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    MetaKey key = IndexKeys.document(bucket.id(), kind);
    change(bucket, kind, new Op.Put(key, Documents.toRow(document)));
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    change(bucket, kind, new Op.Delete(IndexKeys.document(bucket.id(), kind)));
  }

  private void change(Bucket bucket, DocumentKind kind, Op op) {
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      Plan plan =
          planAfter(there.revision())
              .guard(new Guard.VersionIs(IndexKeys.bucket(there.name()), there.revision()))
              .op(op);
      try {
        if (rows.commit(plan) instanceof CommitResult.Committed) return;
      } finally {
        documents.forget(new DocumentRef(bucket.id(), kind));
      }
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  TokenLease lease() {
    return lease;
  }

  /// What others on the same rows change.
  private final class Listener implements ChangeListener {
    @Override
    public void committed(Changes changes) {
      if (!changes.ranges().isEmpty()) missed();
      for (MetaKey row : changes.rows()) {
        if (row.bytes()[0] == 'B') known.forget(IndexKeys.bucketName(row, 1));
        else
          IndexKeys.documentKind(row)
              .ifPresent(kind -> documents.forget(new DocumentRef(IndexKeys.bucketId(row), kind)));
      }
    }

    @Override
    public void missed() {
      known.forgetAll();
      documents.forgetAll();
    }
  }

  /// Ends the subscription to changes; the rows are their owner's to close.
  @Override
  public void close() {
    feed.close();
  }
}
