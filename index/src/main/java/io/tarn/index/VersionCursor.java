package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The versions under a prefix in listing order: `V` rows merged with the `O` rows that have no
/// twin among them, which are versions from before versioning was switched on.
///
/// The two are read at different moments, and a change between them can move a version from an `O`
/// row to a `V` row, never back. So `O` rows are read first, a window of keys at a time, and the
/// `V` rows of that window afterwards: what moved is then seen twice, not missed, and the `V` rows
/// win.
final class VersionCursor {
  /// As a token: behind all versions of the key.
  static final long ALL = 0;

  /// As a token: before all versions of the key.
  static final long NONE = Long.MAX_VALUE;

  private static final int SMALLEST = 32;
  private static final int LARGEST = 1024;

  private final BlockingRows rows;
  private final long bucket;
  private final byte[] prefix;
  private final boolean merged;
  private int window = SMALLEST;

  private final ArrayDeque<Found> alone = new ArrayDeque<>();
  private @Nullable RowCursor versions;
  private boolean open;
  private byte @Nullable [] from; // where the next window starts, null at the end
  private byte @Nullable [] to; // where the open one ends
  private byte @Nullable [] lastKey;
  private @Nullable Within within;
  private @Nullable Found head;

  /// A version and whether it is the newest of its key.
  record Found(byte[] key, boolean latest, ObjectRow.Front front) {}

  /// A start in the middle of a key: behind the version with this token.
  private record Within(byte[] key, long token) {}

  /// `merged` when there can be `V` rows.
  VersionCursor(BlockingRows rows, long bucket, byte[] prefix, boolean merged) {
    this.rows = rows;
    this.bucket = bucket;
    this.prefix = prefix;
    this.merged = merged;
    this.from = prefix;
  }

  /// The version at hand, or null at the end.
  @Nullable Found peek() {
    while (head == null) {
      if (!open && !openWindow()) return null;
      Entry version = versions == null ? null : versions.peek();
      Found first = alone.peekFirst();
      if (version != null || first != null) {
        head = choose(version, first);
      } else {
        open = false;
        from = to;
      }
    }
    return head;
  }

  void advance() {
    head = null;
  }

  /// Null when both are the same version, which is then only in `versions`.
  private @Nullable Found choose(@Nullable Entry version, @Nullable Found first) {
    if (version == null) return alone.pollFirst();
    byte[] key = IndexKeys.unescaped(version.key());
    int order = first == null ? 1 : Arrays.compareUnsigned(first.key, key);
    if (order <= 0) {
      alone.removeFirst();
      return order == 0 ? null : first;
    }
    if (versions != null) versions.advance();
    boolean latest = !Arrays.equals(key, lastKey);
    lastKey = key;
    return new Found(key, latest, ObjectRow.front(version.value()));
  }

  private boolean openWindow() {
    if (from == null) return false;
    KeyRange all = KeyRange.ofPrefix(IndexKeys.inBucket('O', bucket, prefix));
    Page page = rows.scan(Scan.of(all.from(IndexKeys.inBucket('O', bucket, from)), window));
    window = Math.min(LARGEST, window * 2);
    to = page.next().map(IndexKeys::unprefixed).orElse(null);
    for (Item item : page.items()) {
      if (item instanceof Item.Row(var entry)) addAlone(entry);
    }
    if (merged) versions = new RowCursor(rows, versionRange(from));
    open = true;
    return true;
  }

  private void addAlone(Entry entry) {
    ObjectRow.Front front = ObjectRow.front(entry.value());
    if (front.about().twin()) return;
    byte[] key = IndexKeys.unprefixed(entry.key());
    boolean passed =
        within != null && Arrays.equals(within.key, key) && front.about().token() >= within.token;
    if (!passed) alone.addLast(new Found(key, true, front));
  }

  private KeyRange versionRange(byte[] start) {
    KeyRange all = KeyRange.ofPrefix(IndexKeys.escapedPrefix('V', bucket, prefix));
    MetaKey first = IndexKeys.escapedPrefix('V', bucket, start);
    if (within != null && Arrays.equals(within.key, start)) {
      first = IndexKeys.version(bucket, within.key, within.token).successor();
    }
    KeyRange rest = all.from(first);
    if (to == null) return rest;
    MetaKey end = IndexKeys.escapedPrefix('V', bucket, to);
    return new KeyRange(rest.fromInclusive().compareTo(end) < 0 ? rest.fromInclusive() : end, end);
  }

  /// Goes behind everything that starts with `group`.
  void seekPast(byte[] group) {
    head = null;
    byte[] after = past(group);
    boolean inWindow =
        open && (to == null || (after != null && Arrays.compareUnsigned(after, to) < 0));
    if (inWindow && after != null) {
      while (!alone.isEmpty() && Arrays.compareUnsigned(alone.getFirst().key, after) < 0) {
        alone.removeFirst();
      }
      if (versions != null) versions.seek(IndexKeys.escapedPrefix('V', bucket, after));
    } else {
      restart(after);
    }
  }

  /// Goes behind all versions of `key`; only at the start.
  void seekBehind(byte[] key) {
    if (key.length > 0) restart(Arrays.copyOf(key, key.length + 1));
  }

  /// Goes behind the version of `key` with this token, or where it would be; only at the start.
  void seekWithin(byte[] key, long token) {
    if (token == ALL || !Positions.startsWith(key, prefix)) {
      seekBehind(key);
      return;
    }
    restart(key);
    if (token == NONE) return;
    within = new Within(key, token);
    Entry newest = new RowCursor(rows, IndexKeys.ofKey('V', bucket, key)).peek();
    if (newest != null && IndexKeys.versionToken(newest.key()) >= token) lastKey = key;
  }

  private void restart(byte @Nullable [] key) {
    alone.clear();
    versions = null;
    open = false;
    window = SMALLEST;
    from = key != null && Arrays.compareUnsigned(key, prefix) < 0 ? prefix : key;
  }

  private static byte @Nullable [] past(byte[] group) {
    for (int last = group.length - 1; last >= 0; last--) {
      if (group[last] != (byte) 0xFF) {
        byte[] after = Arrays.copyOf(group, last + 1);
        after[last]++;
        return after;
      }
    }
    return null;
  }
}
