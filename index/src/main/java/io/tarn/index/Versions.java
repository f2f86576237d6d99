package io.tarn.index;

import io.tarn.index.Versions.Planner.State;
import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.Conditions;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The versions of a key and how they change.
///
/// In a bucket that never was versioned a key has one `O` row, its null version. Once versioning
/// was on, each version has a `V` row, the newest is repeated in the `O` row unless it is a delete
/// marker, and the `L` row says which is newest and which is null. Switching versioning on moves
/// nothing: an `O` row from before stands alone, without twin and without `L` row, until the key
/// changes for the first time; that change gives it the rows it lacks.
///
/// Every change of a key with an `L` row rewrites that row and guards it, so the rows of a key
/// always fit together. In a bucket that never was versioned, a write without conditions reads
/// nothing: its token must be greater than the row's, and what it replaces is discarded by the
/// metadata store.
final class Versions {
  private final BlockingRows rows;
  private final Planner planner;
  private final IndexBackends backends;

  Versions(BlockingRows rows, Planner planner, IndexBackends backends) {
    this.rows = rows;
    this.planner = planner;
    this.backends = backends;
  }

  /// A version to be: all but its token.
  interface Draft {
    /// Adds what is written along with the version, first of all a row that proves the commit if it
    /// has one, and says where the bytes are.
    Location addTo(Plan plan);

    long size();

    ETag etag();

    Checksum checksum();

    /// The multipart upload it comes from, or 0.
    long upload();
  }

  /// What is said about a version to be.
  record Label(TenantId owner, Metadata metadata, Tags tags) {
    static Label of(Put put) {
      return new Label(put.owner(), put.metadata(), put.tags());
    }
  }

  /// Makes the draft the newest version of the key.
  Written install(Put put, Draft draft) {
    return planner.run(
        put.bucket(),
        put.key(),
        new Planner.Step<Written>() {
          @Override
          public boolean blind(Bucket bucket) {
            return bucket.versioning() == Versioning.OFF && !put.looks();
          }

          @Override
          public Planner.Decision<Written> decide(Bucket bucket) {
            if (bucket.versioning() == Versioning.OFF) return installOnly(bucket, put, draft);
            return installNewest(bucket, put, draft);
          }
        });
  }

  private Planner.Decision<Written> installOnly(Bucket bucket, Put put, Draft draft) {
    MetaKey key = IndexKeys.current(bucket.id(), put.key());
    Plan plan;
    if (put.looks()) {
      Entry current = rows.get(key);
      check(put, current == null ? null : ObjectRow.ofRow(current.value()));
      plan = planner.plan(bucket, current).unchanged(key, current);
    } else {
      plan = planner.plan(bucket).guard(new Guard.Precedes(key));
    }
    ObjectRow row = row(plan, put, draft, new ObjectRow.About(plan.token(), false, true, false));
    plan.putDiscardingOld(key, row.toRow());
    return new Planner.Decision<>(plan, written(put.key(), row));
  }

  private Planner.Decision<Written> installNewest(Bucket bucket, Put put, Draft draft) {
    State state = State.read(rows, bucket, put.key());
    check(put, state.current);
    boolean isNull = bucket.versioning() == Versioning.SUSPENDED;
    Plan plan = state.plan(planner, bucket);
    ObjectRow row = row(plan, put, draft, new ObjectRow.About(plan.token(), false, isNull, true));
    byte[] value = row.toRow();
    plan.put(IndexKeys.version(bucket.id(), put.key(), plan.token()), value);
    long nullToken = state.makeRoom(plan, isNull);
    plan.put(state.currentKey, value);
    plan.put(state.latestKey, new LatestRow(plan.token(), false, nullToken).toRow());
    return new Planner.Decision<>(plan, written(put.key(), row));
  }

  private ObjectRow row(Plan plan, Put put, Draft draft, ObjectRow.About about) {
    Location location = draft.addTo(plan);
    var front =
        new ObjectRow.Front(
            about, put.owner(), draft.size(), draft.etag(), now(), draft.checksum());
    return new ObjectRow(front, put.metadata(), put.tags(), put.acl(), draft.upload(), location);
  }

  private Instant now() {
    return backends.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Written written(Key key, ObjectRow row) {
    return new Written(key, VersionIds.version(row), row.front().content());
  }

  private static void check(Put put, @Nullable ObjectRow current) {
    if (put.looks()) check(put.permit(), put.conditions(), put.key(), current);
  }

  private static void check(Delete delete, @Nullable ObjectRow current) {
    if (delete.looks()) check(delete.permit(), delete.conditions(), delete.key(), current);
  }

  /// Whoever may not touch what is there does not learn which conditions it fulfils.
  private static void check(
      Permit permit, Conditions conditions, Key key, @Nullable ObjectRow current) {
    ObjectHead head =
        current == null || current.isMarker() ? null : VersionReads.head(key, current);
    permit.require(head);
    if (head == null) {
      if (conditions.wantSomething()) throw new StoreFailure.NoSuchKey(key);
      return;
    }
    Conditions.Condition unmet = conditions.unmetByWrite(head.content());
    if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
  }

  Deleted delete(Delete delete) {
    return planner.run(
        delete.bucket(),
        delete.key(),
        new Planner.Step<Deleted>() {
          @Override
          public boolean blind(Bucket bucket) {
            return bucket.versioning() == Versioning.OFF && !delete.looks();
          }

          @Override
          public Planner.Decision<Deleted> decide(Bucket bucket) {
            boolean versioned = bucket.versioning() != Versioning.OFF;
            if (delete.version().isLatest()) {
              return versioned ? addMarker(bucket, delete) : removeOnly(bucket, delete);
            }
            if (!delete.version().equals(Version.NULL)) {
              return removeVersion(bucket, delete, VersionIds.token(delete.version()));
            }
            return versioned ? removeNull(bucket, delete) : removeOnly(bucket, delete);
          }
        });
  }

  private Planner.Decision<Deleted> nothing(Bucket bucket, Delete delete) {
    check(delete, null);
    return new Planner.Decision<>(planner.plan(bucket), new Deleted(delete.version(), false));
  }

  private Planner.Decision<Deleted> removeOnly(Bucket bucket, Delete delete) {
    MetaKey key = IndexKeys.current(bucket.id(), delete.key());
    Entry current = rows.get(key);
    if (current == null) return nothing(bucket, delete);
    check(delete, ObjectRow.ofRow(current.value()));
    Plan plan = planner.plan(bucket, current);
    if (delete.looks()) {
      plan.unchanged(key, current);
    } else {
      plan.guard(new Guard.Precedes(key));
    }
    return new Planner.Decision<>(plan.deleteDiscarding(key), new Deleted(delete.version(), false));
  }

  private Planner.Decision<Deleted> addMarker(Bucket bucket, Delete delete) {
    State state = State.read(rows, bucket, delete.key());
    check(delete, state.current);
    boolean isNull = bucket.versioning() == Versioning.SUSPENDED;
    Plan plan = state.plan(planner, bucket).needs(Batch.Need.END);
    var about = new ObjectRow.About(plan.token(), true, isNull, true);
    ObjectRow marker = ObjectRow.marker(about, delete.by(), now());
    plan.put(IndexKeys.version(bucket.id(), delete.key(), plan.token()), marker.toRow());
    long nullToken = state.makeRoom(plan, isNull);
    if (state.current != null) plan.delete(state.currentKey);
    plan.put(state.latestKey, new LatestRow(plan.token(), true, nullToken).toRow());
    return new Planner.Decision<>(plan, new Deleted(VersionIds.version(marker), true));
  }

  private Planner.Decision<Deleted> removeNull(Bucket bucket, Delete delete) {
    State state = State.read(rows, bucket, delete.key());
    if (state.latest != null) {
      return state.latest.nullToken() == 0
          ? nothing(bucket, delete)
          : removeVersion(bucket, delete, state.latest.nullToken());
    }
    if (state.current == null) return nothing(bucket, delete);
    check(delete, state.current);
    Plan plan = state.plan(planner, bucket).deleteDiscarding(state.currentKey);
    return new Planner.Decision<>(plan, new Deleted(Version.NULL, false));
  }

  private Planner.Decision<Deleted> removeVersion(Bucket bucket, Delete delete, long token) {
    State state = State.read(rows, bucket, delete.key());
    MetaKey key = IndexKeys.version(bucket.id(), delete.key(), token);
    Entry entry = rows.get(key);
    if (state.latest == null || entry == null) return nothing(bucket, delete);
    ObjectRow row = ObjectRow.ofRow(entry.value());
    if (row.isNull() != delete.version().equals(Version.NULL)) return nothing(bucket, delete);
    check(delete, row);
    Plan plan = state.plan(planner, bucket).unchanged(key, entry).deleteDiscarding(key);
    long nullToken = token == state.latest.nullToken() ? 0 : state.latest.nullToken();
    // On a full disk, too: the rows that are put take the place of others.
    plan.needs(Batch.Need.NOTHING);
    if (token == state.latest.token()) {
      promote(plan, state, token, nullToken);
    } else {
      plan.put(
          state.latestKey,
          new LatestRow(state.latest.token(), state.latest.marker(), nullToken).toRow());
    }
    return new Planner.Decision<>(plan, new Deleted(delete.version(), row.isMarker()));
  }

  /// Makes the version after `token`, the newest, the newest. Others cannot change them: that would
  /// change the `L` row.
  private void promote(Plan plan, State state, long token, long nullToken) {
    var versions = new RowCursor(rows, Scan.of(state.versions(), 2));
    Entry next = versions.next();
    if (next != null && IndexKeys.versionToken(next.key()) == token) next = versions.next();
    if (next == null) {
      if (state.current != null) plan.delete(state.currentKey);
      plan.delete(state.latestKey);
      return;
    }
    ObjectRow.Front front = ObjectRow.front(next.value());
    if (!front.about().marker()) {
      plan.put(state.currentKey, next.value());
    } else if (state.current != null) {
      plan.delete(state.currentKey);
    }
    var latest = new LatestRow(front.about().token(), front.about().marker(), nullToken);
    plan.put(state.latestKey, latest.toRow());
  }

  /// Decides writes: plans a batch from what is stored, commits it, and plans anew when something
  /// got in between, a bounded number of times.
  ///
  /// Every batch guards the bucket's row. A rejection there means that the bucket was deleted, is
  /// being deleted, or changed its versioning, so nothing is ever written under rules that no
  /// longer hold. The other guards hold back writes to one key that did not see each other. A lock
  /// per stripe of keys queues the writers of one key in this process, so that they rarely fail;
  /// what makes them right is the guards alone.
  static final class Planner {
    private static final int STRIPES = 1024;
    private static final int BLIND_FACTOR = 20;

    private final BlockingRows rows;
    private final BucketStates buckets;
    private final Tokens tokens;
    private final InstantSource clock;
    private final IndexSettings settings;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    Planner(
        BlockingRows rows, BucketStates buckets, IndexBackends backends, IndexSettings settings) {
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

      /// Reads what it needs and says what to write and, then, to answer. Fails with
      /// [StoreFailure].
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
          upToDate
              ? new CommitResult.Committed(0)
              : new CommitResult.Rejected(0, Optional.empty()));
    }

    private <T> Decision<T> decide(Step<T> step, Bucket bucket) {
      try {
        return step.decide(bucket);
      } catch (StoreFailure.NoSuchKey | StoreFailure.NoSuchVersion | StoreFailure.NoSuchUpload e) {
        buckets.require(
            bucket); // a bucket that is gone has no keys either, but that is not the news
        throw e;
      }
    }

    /// A plan whose first guard is the bucket and whose token is greater than those of the rows
    /// seen.
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
        Plan plan =
            planner.plan(bucket, currentEntry, latestEntry).unchanged(latestKey, latestEntry);
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
}
