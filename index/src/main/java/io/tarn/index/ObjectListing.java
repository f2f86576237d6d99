package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.RowCursor;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Pages of current objects: a scan of `O` rows, rolled up where the rows are. One element more
/// than asked for is read, because a page is truncated only when another visible element follows.
final class ObjectListing {
  private static final int ROW_PREFIX = 9;
  private static final int MOST = 10_000;

  private final BlockingRows rows;
  private final BucketStates buckets;

  ObjectListing(BlockingRows rows, BucketStates buckets) {
    this.rows = rows;
    this.buckets = buckets;
  }

  ObjectPage list(ListObjects request) {
    long bucket = buckets.require(request.bucket()).id();
    var positions = Positions.of(request.prefix(), request.delimiter(), request.from());
    int limit = Math.min(request.limit(), MOST);
    List<ObjectPage.Listed> items = new ArrayList<>(Math.clamp(limit, 0, 1000));
    if (limit <= 0 || positions.matchesNothing()) return new ObjectPage(items, null);
    Scan scan = Scan.of(range(bucket, positions), limit + 1);
    if (positions.delimiter().length > 0) {
      scan = scan.rollup(ROW_PREFIX + positions.prefix().length, positions.delimiter());
    }
    var cursor = new RowCursor(rows, scan);
    for (Item item = cursor.item(); item != null; item = cursor.item()) {
      if (items.size() == limit) return new ObjectPage(items, after(items.getLast()));
      items.add(listed(item));
      cursor.advance();
    }
    return new ObjectPage(items, null);
  }

  private static KeyRange range(long bucket, Positions positions) {
    KeyRange all = KeyRange.ofPrefix(IndexKeys.inBucket('O', bucket, positions.prefix()));
    MetaKey start = IndexKeys.inBucket('O', bucket, positions.start());
    if (positions.pastStart()) return all.from(KeyRange.ofPrefix(start).toExclusive());
    return positions.start().length == 0 ? all : all.from(start.successor());
  }

  private static ObjectPage.Listed listed(Item item) {
    return switch (item) {
      case Item.Row(var entry) -> object(entry);
      case Item.Rollup(var prefix) -> new ObjectPage.Group(text(prefix));
    };
  }

  private static ObjectPage.ListedObject object(Entry entry) {
    ObjectRow.Front front = ObjectRow.front(entry.value());
    return new ObjectPage.ListedObject(
        new Key(text(entry.key().bytes())), front.owner(), front.content());
  }

  private static String text(byte[] rowKey) {
    return new String(rowKey, ROW_PREFIX, rowKey.length - ROW_PREFIX, StandardCharsets.UTF_8);
  }

  private static ListFrom after(ObjectPage.Listed last) {
    return switch (last) {
      case ObjectPage.ListedObject object -> new ListFrom.After(object.key().text());
      case ObjectPage.Group(var prefix) -> new ListFrom.PastGroup(prefix);
    };
  }
}
