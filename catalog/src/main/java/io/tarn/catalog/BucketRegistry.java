package io.tarn.catalog;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.Changes;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.RowCache;
import io.tarn.meta.Subscription;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketContents;
import io.tarn.rows.BucketStates;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The buckets there are, as rows: wherever their objects are.
///
/// Deleting goes in three steps, so that no write slips in behind the look whether anything is
/// left: the row is marked as being deleted, which fails every write that guards the old row; the
/// bucket is searched ([BucketContents]); the row goes, or is unmarked. A write that meets the mark
/// waits a moment for the outcome. A mark that a crash left behind is taken off at the next start.
///
/// Buckets and documents are remembered. What this node changes it forgets itself, at once; what
/// others on the same rows change it hears of from the change feed, and if it does not, it is old
/// by [Memory#age] at most.
public final class BucketRegistry implements Buckets, BucketStates, AutoCloseable {
  private static final int ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 10_000_000;

  private final BlockingRows rows;
  private final Tokens tokens;
  private final BucketContents contents;
  private final String region;
  private final Holdings holdings;
  private final RowCache<BucketName, Optional<Bucket>> known;
  private final RowCache<DocumentRef, Optional<String>> documents;
  private final Subscription feed;

  /// Which document: of which incarnation, of which kind.
  private record DocumentRef(long bucket, DocumentKind kind) {}

  /// How many buckets and documents are remembered, of each so many, how long at most, and by which
  /// clock.
  public record Memory(int most, Duration age, LongSupplier nanos) {}

  /// Writes what an earlier program or a crash left undone: whoever keeps the tokens of this node
  /// apart from those of its last process does so before. `region` is that of this node.
  public BucketRegistry(
      MetaStore meta, Tokens tokens, BucketContents contents, String region, Memory memory) {
    this.rows = new BlockingRows(meta);
    this.tokens = tokens;
    this.contents = contents;
    this.region = region;
    int most = memory.most();
    Duration age = memory.age();
    this.known =
        new RowCache<>(
            new RowCache.Bounds<>(most, _ -> 1, found -> isStable(found) ? age : Duration.ZERO),
            memory.nanos());
    this.documents =
        new RowCache<>(
            new RowCache.Bounds<>(most, BucketRegistry::weight, _ -> age), memory.nanos());
    // Before the first look, so that none is from before a change that is not heard of.
    this.feed = meta.subscribe(List.of(BucketKeys.BUCKETS, BucketKeys.DOCUMENTS), new Listener());
    this.holdings = new Holdings(rows);
    holdings.complete(tokens);
    BucketDocuments.move(rows, tokens);
    unmarkAll();
  }

  @Override
  public Bucket create(CreateBucket request) {
    MetaKey key = BucketKeys.bucket(request.name());
    String where = request.region().isEmpty() ? region : request.region();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long token = tokens.next();
      Instant now = Instant.ofEpochMilli(Tokens.epochMillis(token));
      var row =
          new BucketRow(token, false, Versioning.OFF, request.owner(), where, now, request.home());
      Plan plan = new Plan(token).guard(new Guard.Absent(key)).put(key, row.toRow());
      Holdings.add(plan, request.owner(), request.name());
      for (var document : request.documents().entrySet()) {
        plan.put(
            BucketKeys.document(token, document.getKey()),
            BucketDocuments.toRow(document.getValue()));
      }
      if (!(commit(plan, request.name()) instanceof CommitResult.Rejected(_, var actual))) {
        return row.named(request.name(), token);
      }
      if (actual.isEmpty()) continue;
      tokens.passed(actual.get().version());
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
    Entry entry = rows.get(BucketKeys.bucket(name));
    if (entry == null) return Optional.empty();
    tokens.passed(entry.version());
    return Optional.of(BucketRow.bucket(entry));
  }

  /// What is not there is not remembered: there is no end of names. Nor is what is about to go.
  private static boolean isStable(Optional<Bucket> found) {
    return found.isPresent() && isLive(found.get());
  }

  private static boolean isLive(Bucket bucket) {
    return bucket.revision() != BucketRow.NO_REVISION;
  }

  @Override
  public Bucket require(Bucket bucket) {
    return sameIncarnation(bucket, find(bucket.name()).orElse(null));
  }

  private static Bucket sameIncarnation(Bucket wanted, @Nullable Bucket there) {
    if (there == null || there.id() != wanted.id()) {
      throw new StoreFailure.NoSuchBucket(wanted.name());
    }
    return there;
  }

  @Override
  public Guard unchanged(Bucket bucket) {
    return new Guard.VersionIs(BucketKeys.bucket(bucket.name()), bucket.revision());
  }

  @Override
  public Map<Long, BucketName> names() {
    return names(rows);
  }

  /// Of all buckets that these rows have.
  public static Map<Long, BucketName> names(BlockingRows rows) {
    Map<Long, BucketName> names = new HashMap<>();
    var cursor = new RowCursor(rows, BucketKeys.BUCKETS);
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      Bucket bucket = BucketRow.bucket(row);
      names.put(bucket.id(), bucket.name());
    }
    return names;
  }

  /// All that are linked to an origin, whoever owns them. All rows are read: for a start.
  public List<Bucket> linked() {
    List<Bucket> linked = new ArrayList<>();
    var cursor = new RowCursor(rows, BucketKeys.BUCKETS);
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      Bucket bucket = BucketRow.bucket(row);
      if (bucket.home() instanceof Home.Linked) linked.add(bucket);
    }
    return linked;
  }

  @Override
  public Bucket refresh(Bucket bucket) {
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
    Bucket marked = replace(bucket, true, there -> there);
    boolean done = false;
    try {
      if (!contents.isEmpty(bucket)) throw new StoreFailure.BucketNotEmpty(bucket.name());
      MetaKey key = BucketKeys.bucket(bucket.name());
      Plan plan = planAfter(marked.revision()).guard(unchanged(marked)).consume(key);
      Holdings.remove(plan, marked);
      contents.discard(plan, bucket);
      for (DocumentKind kind : DocumentKind.values()) {
        plan.delete(BucketKeys.document(bucket.id(), kind));
      }
      CommitResult result = commit(plan, bucket.name());
      for (DocumentKind kind : DocumentKind.values()) {
        documents.forget(new DocumentRef(bucket.id(), kind));
      }
      if (result instanceof CommitResult.Rejected) throw busy(bucket.name()); // unmarked elsewhere
      done = true;
    } finally {
      if (!done) unmark(marked);
    }
  }

  private void unmarkAll() {
    var cursor = new RowCursor(rows, BucketKeys.BUCKETS);
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      if (BucketRow.ofRow(row.value()).deleting()) unmark(asStored(row));
    }
  }

  private void unmark(Bucket marked) {
    MetaKey key = BucketKeys.bucket(marked.name());
    byte[] row = BucketRow.of(marked, false).toRow();
    Plan plan =
        planAfter(marked.revision())
            .guard(unchanged(marked))
            .put(key, row)
            .needs(Batch.Need.NOTHING);
    var _ = commit(plan, marked.name()); // rejected: it is no longer ours to unmark
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    if (versioning == Versioning.OFF) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.BUCKET_STATE, "versioning can be suspended, not switched off");
    }
    return replace(bucket, false, there -> there.changed(there.revision(), versioning));
  }

  /// What can be done where the objects of a linked bucket are was found out anew. Returns the
  /// bucket as it is afterwards.
  public Bucket found(Bucket bucket, Set<Capability> capabilities) {
    return replace(
        bucket,
        false,
        there ->
            there.home() instanceof Home.Linked(var origin, var far, var prefix, var _)
                ? there.at(new Home.Linked(origin, far, prefix, capabilities))
                : there);
  }

  /// Rewrites the row whatever revision it has, with `mark` as one of a bucket that is being
  /// deleted. The revision of the answer is the row's.
  private Bucket replace(Bucket bucket, boolean mark, UnaryOperator<Bucket> change) {
    MetaKey key = BucketKeys.bucket(bucket.name());
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      long seen = there.revision();
      Bucket changed = change.apply(there);
      Plan plan =
          planAfter(seen)
              .guard(new Guard.VersionIs(key, seen))
              .put(key, BucketRow.of(changed, mark).toRow())
              .needs(Batch.Need.NOTHING);
      if (commit(plan, bucket.name()) instanceof CommitResult.Committed) {
        return changed.changed(plan.token(), changed.versioning());
      }
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  private Plan planAfter(long revision) {
    tokens.passed(revision);
    return new Plan(tokens.next());
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
    Entry entry = rows.get(BucketKeys.document(bucket.id(), kind));
    if (entry != null) return Optional.of(BucketDocuments.ofRow(entry.value()));
    require(bucket);
    return Optional.empty();
  }

  /// One for each 4 KiB begun.
  private static int weight(Optional<String> document) {
    return 1 + document.map(String::length).orElse(0) / 4096;
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    MetaKey key = BucketKeys.document(bucket.id(), kind);
    change(bucket, kind, new Op.Put(key, BucketDocuments.toRow(document)));
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    change(bucket, kind, new Op.Delete(BucketKeys.document(bucket.id(), kind)));
  }

  private void change(Bucket bucket, DocumentKind kind, Op op) {
    Bucket there = require(bucket);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!isLive(there)) there = refresh(there);
      Plan plan = planAfter(there.revision()).guard(unchanged(there)).op(op);
      try {
        if (rows.commit(plan) instanceof CommitResult.Committed) return;
      } finally {
        documents.forget(new DocumentRef(bucket.id(), kind));
      }
      there = refresh(there);
    }
    throw busy(bucket.name());
  }

  /// What others on the same rows change.
  private final class Listener implements ChangeListener {
    @Override
    public void committed(Changes changes) {
      if (!changes.ranges().isEmpty()) missed();
      for (MetaKey row : changes.rows()) {
        if (BucketKeys.isBucket(row)) {
          known.forget(BucketKeys.bucketName(row, 1));
        } else {
          BucketKeys.documentKind(row)
              .ifPresent(kind -> documents.forget(new DocumentRef(BucketKeys.bucketId(row), kind)));
        }
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
