package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListVersions;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Pages of versions and delete markers.
final class VersionListing {
  private static final int MOST = 10_000;

  private final BlockingRows rows;
  private final BucketStates buckets;

  VersionListing(BlockingRows rows, BucketStates buckets) {
    this.rows = rows;
    this.buckets = buckets;
  }

  VersionPage versions(ListVersions request) {
    Bucket bucket = buckets.require(request.bucket());
    var positions = Positions.of(request.prefix(), request.delimiter(), request.from());
    int limit = Math.min(request.limit(), MOST);
    List<VersionPage.Listed> items = new ArrayList<>();
    if (limit <= 0 || positions.matchesNothing()) {
      return new VersionPage(items, null, Version.LATEST);
    }
    boolean merged = bucket.versioning() != Versioning.OFF;
    var cursor = new VersionCursor(rows, bucket.id(), positions.prefix(), merged);
    start(cursor, bucket.id(), positions, request);
    for (VersionCursor.Found found = cursor.peek(); found != null; found = cursor.peek()) {
      if (items.size() == limit) return page(items);
      byte[] group = positions.group(found.key());
      if (group == null) {
        items.add(listed(found));
        cursor.advance();
      } else {
        items.add(new VersionPage.Group(new String(group, StandardCharsets.UTF_8)));
        cursor.seekPast(group);
      }
    }
    return new VersionPage(items, null, Version.LATEST);
  }

  private void start(VersionCursor cursor, long bucket, Positions positions, ListVersions request) {
    if (positions.pastStart()) {
      cursor.seekPast(positions.start());
    } else if (request.version().isLatest()
        || !(request.from() instanceof ListFrom.After(var text, _))) {
      cursor.seekBehind(positions.start());
    } else {
      cursor.seekWithin(positions.start(), token(bucket, text, request.version()));
    }
  }

  /// The token of the version a page starts behind; the greatest when it is the null version and
  /// that is gone: better some versions twice than one never.
  private long token(long bucket, String key, Version version) {
    if (!version.equals(Version.NULL)) return VersionIds.token(version);
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > Key.MAX_BYTES) return VersionCursor.ALL;
    MetaKey latestKey = IndexKeys.latest(bucket, new Key(key));
    Entry latest = rows.get(latestKey);
    if (latest == null) return VersionCursor.ALL;
    long token = LatestRow.ofRow(latest.value()).nullToken();
    return token == 0 ? VersionCursor.NONE : token;
  }

  private static VersionPage.Listed listed(VersionCursor.Found found) {
    ObjectRow.Front front = found.front();
    Key key = Key.of(found.key());
    Version version =
        front.about().isNull() ? Version.NULL : new Version(VersionIds.text(front.about().token()));
    return front.about().marker()
        ? new VersionPage.DeleteMarker(
            key, version, found.latest(), front.owner(), front.modified())
        : new VersionPage.ListedVersion(
            key, version, found.latest(), front.owner(), front.content());
  }

  private static VersionPage page(List<VersionPage.Listed> items) {
    return switch (items.getLast()) {
      case VersionPage.ListedVersion version ->
          new VersionPage(items, new ListFrom.After(version.key().text()), version.version());
      case VersionPage.DeleteMarker marker ->
          new VersionPage(items, new ListFrom.After(marker.key().text()), marker.version());
      case VersionPage.Group(var prefix) ->
          new VersionPage(items, new ListFrom.PastGroup(prefix), Version.LATEST);
    };
  }
}
