package io.tarn.catalog;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.rows.RowWriter;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which buckets an owner has: an `H` row beside each `B` row, written and deleted in one batch
/// with it, so that a listing of one owner reads no other's. It says no more than that: what a
/// bucket is like stands in the `B` row.
final class Holdings {
  static final int FORMAT = 17;
  private static final int AT_ONCE = 256;

  private final BlockingRows rows;

  Holdings(BlockingRows rows) {
    this.rows = rows;
  }

  /// To go with the `B` row of a new bucket.
  static void add(Plan plan, TenantId owner, BucketName name) {
    plan.put(BucketKeys.holding(owner, name.text()), new RowWriter(FORMAT, 1).done());
  }

  /// To go with the end of a bucket.
  static void remove(Plan plan, Bucket bucket) {
    plan.delete(BucketKeys.holding(bucket.owner(), bucket.name().text()));
  }

  BucketPage page(TenantId owner, String prefix, String after, int limit) {
    List<Bucket> found = new ArrayList<>();
    if (limit <= 0) return new BucketPage(found, false);
    KeyRange range = KeyRange.ofPrefix(BucketKeys.holding(owner, prefix));
    if (!after.isEmpty()) range = range.from(BucketKeys.holding(owner, after).successor());
    int nameAt = BucketKeys.holding(owner, "").bytes().length;
    var cursor = new RowCursor(rows, Scan.of(range, Math.min(limit, AT_ONCE) + 1).keysOnly());
    while (cursor.peek() != null) {
      List<MetaKey> keys = new ArrayList<>();
      for (Entry row = cursor.next(); row != null; row = cursor.next()) {
        keys.add(BucketKeys.bucket(BucketKeys.bucketName(row.key(), nameAt)));
        if (keys.size() == AT_ONCE || keys.size() > limit - found.size()) break;
      }
      for (Optional<Entry> row : rows.getAll(keys)) {
        // Gone since, and perhaps another's by now.
        if (row.isEmpty() || !BucketRow.ofRow(row.get().value()).owner().equals(owner)) continue;
        if (found.size() == limit) return new BucketPage(found, true);
        found.add(BucketRow.bucket(row.get()));
      }
    }
    return new BucketPage(found, false);
  }

  /// Gives each bucket that has none its `H` row. At a start, before anybody else writes.
  void complete(Tokens tokens) {
    var cursor = new RowCursor(rows, BucketKeys.BUCKETS);
    List<Entry> bare = new ArrayList<>();
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      if (BucketRow.isHeld(row.value())) continue;
      bare.add(row);
      if (bare.size() < AT_ONCE) continue;
      rewrite(bare, tokens);
      bare.clear();
    }
    rewrite(bare, tokens);
  }

  private void rewrite(List<Entry> buckets, Tokens tokens) {
    if (buckets.isEmpty()) return;
    for (Entry bucket : buckets) tokens.passed(bucket.version());
    var plan = new Plan(tokens.next());
    for (Entry entry : buckets) {
      var row = BucketRow.ofRow(entry.value());
      plan.guard(new Guard.VersionIs(entry.key(), entry.version())).put(entry.key(), row.toRow());
      add(plan, row.owner(), BucketKeys.bucketName(entry.key(), 1));
    }
    if (!(rows.commit(plan) instanceof CommitResult.Committed)) {
      throw new StoreFailure.Conflict("buckets change while the node starts");
    }
  }
}
