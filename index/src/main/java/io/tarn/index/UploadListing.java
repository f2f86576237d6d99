package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.RowCursor;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadPage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pages of uploads in progress. Their rows end with a token, in which a delimiter may occur by
/// chance, so they are grouped here and not where the rows are.
final class UploadListing {
  private static final int MOST = 10_000;

  private final BlockingRows rows;
  private final BucketStates buckets;

  UploadListing(BlockingRows rows, BucketStates buckets) {
    this.rows = rows;
    this.buckets = buckets;
  }

  UploadPage uploads(ListUploads request) {
    long bucket = buckets.require(request.bucket()).id();
    var positions = Positions.of(request.prefix(), request.delimiter(), request.from());
    int limit = Math.min(request.limit(), MOST);
    List<UploadPage.Listed> items = new ArrayList<>();
    if (limit <= 0 || positions.matchesNothing()) return new UploadPage(items, null, "");
    RowCursor cursor = new RowCursor(rows, range(bucket, positions, request));
    for (Entry entry = cursor.peek(); entry != null; entry = cursor.peek()) {
      if (items.size() == limit) return page(items);
      byte[] key = IndexKeys.unescaped(entry.key());
      byte[] group = positions.group(key);
      if (group == null) {
        items.add(upload(entry, key));
        cursor.advance();
      } else {
        items.add(new UploadPage.Group(new String(group, StandardCharsets.UTF_8)));
        cursor.seek(KeyRange.ofPrefix(IndexKeys.escapedPrefix('U', bucket, group)).toExclusive());
      }
    }
    return new UploadPage(items, null, "");
  }

  private static KeyRange range(long bucket, Positions positions, ListUploads request) {
    KeyRange all = KeyRange.ofPrefix(IndexKeys.escapedPrefix('U', bucket, positions.prefix()));
    byte[] start = positions.start();
    if (positions.pastStart()) {
      return all.from(KeyRange.ofPrefix(IndexKeys.escapedPrefix('U', bucket, start)).toExclusive());
    }
    if (start.length == 0) return all;
    MetaKey within = within(bucket, request);
    return all.from(within != null ? within : IndexKeys.ofKey('U', bucket, start).toExclusive());
  }

  /// The place behind an upload of the marker's key, or null when none is named.
  private static @Nullable MetaKey within(long bucket, ListUploads request) {
    if (request.afterUpload().isEmpty()
        || !(request.from() instanceof ListFrom.After(var text, _))) {
      return null;
    }
    long token = UploadIds.token(request.afterUpload());
    if (token == 0) {
      throw new StoreFailure.Invalid(StoreFailure.Reason.ARGUMENT, "Invalid uploadId marker");
    }
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    if (key.length > Key.MAX_BYTES) return null;
    return IndexKeys.upload(bucket, new Key(text), token).successor();
  }

  private static UploadPage.Listed upload(Entry entry, byte[] key) {
    UploadRow row = UploadRow.ofRow(entry.value());
    return new UploadPage.ListedUpload(row.upload(Key.of(key), IndexKeys.lastLong(entry.key())));
  }

  private static UploadPage page(List<UploadPage.Listed> items) {
    return switch (items.getLast()) {
      case UploadPage.ListedUpload(var upload) ->
          new UploadPage(items, new ListFrom.After(upload.key().text()), upload.id().text());
      case UploadPage.Group(var prefix) ->
          new UploadPage(items, new ListFrom.PastGroup(prefix), "");
    };
  }
}
