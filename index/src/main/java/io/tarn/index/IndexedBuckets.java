package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.meta.Scan;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Own buckets as rows.
///
/// Deleting goes in three steps, so that no write slips in behind the look whether anything is
/// left: the row is marked as being deleted, which fails every write that guards the old row; the
/// bucket is searched; the row goes, or is unmarked. A write that meets the mark waits a moment for
/// the outcome. A mark that a crash left behind is taken off at the next start. Uploads go with the
/// row: they are garbage from then on, however many.
public final class IndexedBuckets implements Buckets {
  private static final int ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Rows rows;
  private final Substrate substrate;
  private final String region;
  private final TokenLease lease;
  private final Holdings holdings;
  private final Remembered<BucketName, Bucket> remembered;
  private final Remembered<MetaKey, Optional<String>> documents;

  /// `region` is that of this node.
  public IndexedBuckets(Substrate substrate, IndexSettings settings, String region) {
    this.rows = new Rows(substrate.meta());
    this.substrate = substrate;
    this.region = region;
    this.remembered = new Remembered<>(settings.rememberedBuckets());
    this.documents = new Remembered<>(settings.rememberedBuckets());
    this.lease = TokenLease.take(rows, substrate);
    this.holdings = new Holdings(rows);
    holdings.complete(substrate);
    unmarkAll();
  }

  @Override
  public Bucket create(CreateBucket request) {
    MetaKey key = RowKeys.bucket(request.name());
    String where = request.region().isEmpty() ? region : request.region();
    Instant now = substrate.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long token = substrate.tokens().next();
      var row = new BucketRow(token, false, Versioning.OFF, request.owner(), where, now);
      Plan plan = new Plan(token, 0).guard(new Guard.Absent(key)).put(key, row.toRow());
      Holdings.add(plan, request.owner(), request.name());
      if (!(commit(plan, request.name()) instanceof CommitResult.Rejected(_, var actual)))
        return row.named(request.name(), token);
      if (actual.isEmpty()) continue;
      substrate.tokens().passed(actual.get().version());
      Bucket there = BucketRow.bucket(actual.get());
      if (isLive(there)) throw new StoreFailure.BucketExists(there);
      pause();
    }
    throw busy(request.name());
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    Bucket known = remembered.get(name);
    return known != null ? Optional.of(known) : Optional.ofNullable(load(name));
  }

  private @Nullable Bucket load(BucketName name) {
    long stamp = remembered.stamp();
    Entry entry = rows.get(RowKeys.bucket(name));
    if (entry == null) return null;
    substrate.tokens().passed(entry.version());
    Bucket bucket = BucketRow.bucket(entry);
    if (isLive(bucket)) remembered.put(name, bucket, stamp);
    return bucket;
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
      remembered.forget(bucket.name());
      Bucket there = sameIncarnation(bucket, load(bucket.name()));
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
      MetaKey key = RowKeys.bucket(bucket.name());
      Plan plan =
          planAfter(marked.revision())
              .guard(new Guard.VersionIs(key, marked.revision()))
              .consume(key);
      Holdings.remove(plan, marked);
      // Nobody begins an upload in a marked bucket, so this look is the last there is to take.
      if (!isEmpty(bucket, 'U')) plan.discard(new Garbage.Uploads(bucket.id()).toRow());
      for (DocumentKind kind : DocumentKind.values())
        plan.delete(RowKeys.document(bucket.id(), kind));
      CommitResult result = commit(plan, bucket.name());
      documents.forgetAll();
      if (result instanceof CommitResult.Rejected) throw busy(bucket.name()); // unmarked elsewhere
      done = true;
    } finally {
      if (!done) unmark(marked);
    }
  }

  private boolean isEmpty(Bucket bucket, char kind) {
    KeyRange range = KeyRange.ofPrefix(RowKeys.inBucket(kind, bucket.id(), new byte[0]));
    return new RowCursor(rows, Scan.of(range, 1).keysOnly()).peek() == null;
  }

  private void unmarkAll() {
    var cursor = new RowCursor(rows, RowKeys.all('B'));
    for (Entry row = cursor.next(); row != null; row = cursor.next())
      if (BucketRow.ofRow(row.value()).deleting()) unmark(asStored(row));
  }

  private void unmark(Bucket marked) {
    MetaKey key = RowKeys.bucket(marked.name());
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
    MetaKey key = RowKeys.bucket(bucket.name());
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      var row =
          new BucketRow(
              there.id(),
              mark,
              mark ? there.versioning() : versioning,
              there.owner(),
              there.region(),
              there.created());
      Plan plan =
          planAfter(there.revision())
              .guard(new Guard.VersionIs(key, there.revision()))
              .put(key, row.toRow())
              .needs(Batch.Need.NOTHING);
      if (commit(plan, bucket.name()) instanceof CommitResult.Committed)
        return new Bucket(
            there.name(),
            row.id(),
            plan.token(),
            row.owner(),
            row.region(),
            row.created(),
            row.versioning());
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  private Plan planAfter(long revision) {
    substrate.tokens().passed(revision);
    return new Plan(substrate.tokens().next(), substrate.clock().millis());
  }

  /// Forgets the bucket whatever happens.
  private CommitResult commit(Plan plan, BucketName name) {
    try {
      return rows.commit(plan);
    } finally {
      remembered.forget(name);
    }
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return holdings.page(owner, prefix, after, limit);
  }

  private static Bucket asStored(Entry entry) {
    Bucket bucket = BucketRow.bucket(entry);
    return new Bucket(
        bucket.name(),
        bucket.id(),
        entry.version(),
        bucket.owner(),
        bucket.region(),
        bucket.created(),
        bucket.versioning());
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    MetaKey key = RowKeys.document(bucket.id(), kind);
    Optional<String> known = documents.get(key);
    if (known != null) return known;
    long stamp = documents.stamp();
    Entry entry = rows.get(key);
    if (entry == null) require(bucket);
    Optional<String> text =
        entry == null
            ? Optional.empty()
            : Optional.of(new String(entry.value(), StandardCharsets.UTF_8));
    documents.put(key, text, stamp);
    return text;
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    MetaKey key = RowKeys.document(bucket.id(), kind);
    change(bucket, key, new Op.Put(key, document.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    MetaKey key = RowKeys.document(bucket.id(), kind);
    change(bucket, key, new Op.Delete(key));
  }

  private void change(Bucket bucket, MetaKey key, Op op) {
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      Plan plan =
          planAfter(there.revision())
              .guard(new Guard.VersionIs(RowKeys.bucket(there.name()), there.revision()))
              .op(op);
      try {
        if (rows.commit(plan) instanceof CommitResult.Committed) return;
      } finally {
        documents.forget(key);
      }
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  TokenLease lease() {
    return lease;
  }
}
