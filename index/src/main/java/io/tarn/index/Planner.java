package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.Plan;
import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Decides writes: plans a batch from what is stored, commits it, and plans anew when something got
/// in between, a bounded number of times.
///
/// Every batch guards the bucket's row. A rejection there means that the bucket was deleted, is
/// being deleted, or changed its versioning, so nothing is ever written under rules that no longer
/// hold. The other guards hold back writes to one key that did not see each other. A lock per
/// stripe of keys queues the writers of one key in this process, so that they rarely fail; what
/// makes them right is the guards alone.
final class Planner {
  private static final int STRIPES = 1024;
  private static final int BLIND_FACTOR = 20;

  private final BlockingRows rows;
  private final BucketStates buckets;
  private final Tokens tokens;
  private final InstantSource clock;
  private final IndexSettings settings;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  Planner(BlockingRows rows, BucketStates buckets, IndexBackends backends, IndexSettings settings) {
    this.rows = rows;
    this.buckets = buckets;
    this.tokens = backends.tokens();
    this.clock = backends.clock();
    this.settings = settings;
    for (int i = 0; i < STRIPES; i++) stripes[i] = new ReentrantLock();
  }

  /// A change to one key.
  interface Step<T> {
    /// Whether the change reads nothing, so that there is nothing to queue for.
    boolean blind(Bucket bucket);

    /// Reads what it needs and says what to write and, then, to answer. Fails with [StoreFailure].
    Decision<T> decide(Bucket bucket);
  }

  /// An empty plan changes nothing.
  record Decision<T>(Plan plan, T answer) {}

  <T> T run(Bucket bucket, Key key, Step<T> step) {
    Bucket current = bucket;
    int attempts = 0;
    while (true) {
      boolean blind = step.blind(current);
      Tried<T> tried = blind ? attempt(step, current) : queued(step, current, key);
      switch (tried.result) {
        case CommitResult.Committed _ -> {
          return tried.decision.answer;
        }
        case CommitResult.Rejected(var guard, var actual) -> {
          actual.ifPresent(entry -> tokens.passed(entry.version()));
          if (guard == 0) current = buckets.refresh(current);
          // Blind writes are only overtaken between taking a token and queueing: try more often.
          if (++attempts > settings.retries() * (blind ? BLIND_FACTOR : 1)) {
            throw new StoreFailure.Conflict("others kept changing " + key);
          }
        }
      }
    }
  }

  private record Tried<T>(Decision<T> decision, CommitResult result) {}

  private <T> Tried<T> queued(Step<T> step, Bucket bucket, Key key) {
    int hash = key.text().hashCode() * 31 + Long.hashCode(bucket.id());
    ReentrantLock stripe = stripes[(hash ^ hash >>> 16) & (STRIPES - 1)];
    stripe.lock();
    try {
      return attempt(step, bucket);
    } finally {
      stripe.unlock();
    }
  }

  private <T> Tried<T> attempt(Step<T> step, Bucket bucket) {
    Decision<T> decision = decide(step, bucket);
    if (!decision.plan.isEmpty()) return new Tried<>(decision, rows.commit(decision.plan));
    boolean upToDate = buckets.require(bucket).revision() == bucket.revision();
    return new Tried<>(
        decision,
        upToDate ? new CommitResult.Committed(0) : new CommitResult.Rejected(0, Optional.empty()));
  }

  private <T> Decision<T> decide(Step<T> step, Bucket bucket) {
    try {
      return step.decide(bucket);
    } catch (StoreFailure.NoSuchKey | StoreFailure.NoSuchVersion | StoreFailure.NoSuchUpload e) {
      buckets.require(bucket); // a bucket that is gone has no keys either, but that is not the news
      throw e;
    }
  }

  /// A plan whose first guard is the bucket and whose token is greater than those of the rows seen.
  Plan plan(Bucket bucket, io.tarn.meta.@Nullable Entry... seen) {
    for (var entry : seen) {
      if (entry != null) tokens.passed(entry.version());
    }
    return Garbage.plan(tokens.next(), clock.millis() + settings.reaper().grace().toMillis())
        .guard(buckets.unchanged(bucket));
  }

  /// What a key had when a write looked at it.
  static final class State {
    final MetaKey currentKey;
    final MetaKey latestKey;
    final @Nullable ObjectRow current;
    final @Nullable LatestRow latest;
    private final @Nullable Entry currentEntry;
    private final @Nullable Entry latestEntry;
    private final Bucket bucket;
    private final Key key;

    private State(Bucket bucket, Key key, MetaKey[] keys, List<Optional<Entry>> entries) {
      this.bucket = bucket;
      this.key = key;
      this.currentKey = keys[0];
      this.latestKey = keys[1];
      this.currentEntry = entries.get(0).orElse(null);
      this.latestEntry = entries.get(1).orElse(null);
      this.current = currentEntry == null ? null : ObjectRow.ofRow(currentEntry.value());
      this.latest = latestEntry == null ? null : LatestRow.ofRow(latestEntry.value());
    }

    static State read(BlockingRows rows, Bucket bucket, Key key) {
      MetaKey[] keys = {IndexKeys.current(bucket.id(), key), IndexKeys.latest(bucket.id(), key)};
      return new State(bucket, key, keys, rows.getAll(List.of(keys)));
    }

    /// A plan that only holds while the key has what it had.
    Plan plan(Planner planner, Bucket bucket) {
      Plan plan = planner.plan(bucket, currentEntry, latestEntry).unchanged(latestKey, latestEntry);
      // With an L row, nobody changes the O row without changing that.
      return latestEntry == null ? plan.unchanged(currentKey, currentEntry) : plan;
    }

    /// Gives an `O` row from before versioning its `V` row, and buries the null version when the
    /// new version takes its place. Returns the token of the null version there will be.
    long makeRoom(Plan plan, boolean newIsNull) {
      if (latest != null) {
        if (!newIsNull) return latest.nullToken();
        if (latest.nullToken() != 0) {
          plan.deleteDiscarding(IndexKeys.version(bucket.id(), key, latest.nullToken()));
        }
        return plan.token();
      }
      if (current == null || currentEntry == null) return newIsNull ? plan.token() : 0;
      if (newIsNull) {
        plan.discard(currentEntry.value());
        return plan.token();
      }
      plan.put(IndexKeys.version(bucket.id(), key, current.token()), current.withTwin().toRow());
      return current.token();
    }

    KeyRange versions() {
      return IndexKeys.ofKey('V', bucket.id(), key.utf8());
    }
  }
}
