package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.store.Bucket;
import io.tarn.store.Key;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a key had when a write looked at it.
final class State {
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

  /// Gives an `O` row from before versioning its `V` row, and buries the null version when the new
  /// version takes its place. Returns the token of the null version there will be.
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
