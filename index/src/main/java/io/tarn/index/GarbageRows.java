package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.rows.RowReader;
import io.tarn.store.BlobAt;
import io.tarn.store.Extent;
import io.tarn.store.StoreFailure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Knows what `G` rows stand for: a discarded [ObjectRow], a discarded [Section] (a part), or
/// [Garbage]; the format byte tells.
final class GarbageRows {
  private static final int PAGE = 256;

  private final BlockingRows rows;
  private final IndexBackends backends;

  GarbageRows(BlockingRows rows, IndexBackends backends) {
    this.rows = rows;
    this.backends = backends;
  }

  /// A `G` row, the blobs it stands for, and what goes along with the row.
  record Contents(Entry row, List<BlobAt> blobs, List<Op> rows) {
    private void add(Section section) {
      for (Extent extent : section.extents()) blobs.add(extent.blob());
    }

    private void add(MetaKey row) {
      rows.add(new Op.Delete(row));
    }
  }

  /// What can be told without reading further: whether there are blobs in it, the token of the
  /// version that may still be read (or 0), and how many bytes, as far as the row says.
  record Label(boolean blobs, long version, long bytes) {}

  /// Fails with [StoreFailure.Corrupt] when the row is none that was ever written.
  static Label label(byte[] remains) {
    return switch (RowReader.format(remains)) {
      case ObjectRow.FORMAT, ObjectRow.ONE_HOLDER -> {
        ObjectRow row = ObjectRow.ofRow(remains);
        boolean blobs =
            switch (row.location()) {
              case Location.Nowhere _, Location.Inline _ -> false;
              case Location.Listed _, Location.Manifest _ -> true;
            };
        yield new Label(blobs, row.token(), row.front().size());
      }
      case Section.FORMAT, Section.ONE_HOLDER, Section.WITHOUT_VOLUMES -> {
        long bytes = 0;
        for (Extent extent : Section.ofRow(remains).extents()) bytes += extent.length();
        yield new Label(true, 0, bytes);
      }
      case Garbage.Stray.FORMAT,
          Garbage.Stray.ONE_HOLDER,
          Garbage.Stray.WITHOUT_VOLUME,
          Garbage.Remains.FORMAT ->
          new Label(true, 0, 0);
      case Garbage.Uploads.FORMAT -> new Label(false, 0, 0);
      default -> throw unknown(remains);
    };
  }

  /// The blobs that a `G` row itself names: manifests, and parts of uploads that ended, have rows
  /// of their own. Fails as [#label] does.
  static List<BlobAt> blobs(byte[] remains) {
    return switch (RowReader.format(remains)) {
      case ObjectRow.FORMAT, ObjectRow.ONE_HOLDER -> blobs(ObjectRow.ofRow(remains));
      case Section.FORMAT, Section.ONE_HOLDER, Section.WITHOUT_VOLUMES ->
          blobs(List.of(Section.ofRow(remains)));
      case Garbage.Stray.FORMAT, Garbage.Stray.ONE_HOLDER, Garbage.Stray.WITHOUT_VOLUME ->
          List.of(Garbage.Stray.ofRow(remains).blob());
      case Garbage.Remains.FORMAT, Garbage.Uploads.FORMAT -> List.of();
      default -> throw unknown(remains);
    };
  }

  /// The blobs that the row of a version itself names.
  static List<BlobAt> blobs(ObjectRow row) {
    return row.location() instanceof Location.Listed(var sections) ? blobs(sections) : List.of();
  }

  static List<BlobAt> blobs(List<Section> sections) {
    return sections.stream()
        .flatMap(section -> section.extents().stream())
        .map(Extent::blob)
        .toList();
  }

  private static StoreFailure unknown(byte[] remains) {
    return new StoreFailure.Corrupt("garbage of no known kind " + remains[0], null);
  }

  /// Reads all that the row stands for. Fails with [StoreFailure].
  Contents open(Entry row) {
    var garbage = new Contents(row, new ArrayList<>(1), new ArrayList<>(1));
    byte[] remains = row.value();
    switch (RowReader.format(remains)) {
      case ObjectRow.FORMAT, ObjectRow.ONE_HOLDER -> fill(garbage, ObjectRow.ofRow(remains));
      case Section.FORMAT, Section.ONE_HOLDER, Section.WITHOUT_VOLUMES ->
          garbage.add(Section.ofRow(remains));
      case Garbage.Stray.FORMAT, Garbage.Stray.ONE_HOLDER, Garbage.Stray.WITHOUT_VOLUME ->
          garbage.blobs().add(Garbage.Stray.ofRow(remains).blob());
      case Garbage.Remains.FORMAT -> fill(garbage, Garbage.Remains.ofRow(remains));
      case Garbage.Uploads.FORMAT -> fill(garbage, Garbage.Uploads.ofRow(remains));
      default -> throw unknown(remains);
    }
    return garbage;
  }

  private void fill(Contents garbage, ObjectRow row) {
    switch (row.location()) {
      case Location.Nowhere() -> {}
      case Location.Inline() -> garbage.add(IndexKeys.inline(row.token()));
      case Location.Listed(var sections) -> sections.forEach(garbage::add);
      case Location.Manifest(var chunks) -> {
        for (int chunk = 0; chunk < chunks; chunk++) {
          MetaKey key = IndexKeys.manifest(row.token(), chunk);
          Entry entry = rows.get(key);
          if (entry == null) throw new StoreFailure.Corrupt("a manifest is gone: " + key, null);
          Manifests.ofRow(entry.value()).forEach(garbage::add);
          garbage.add(key);
        }
      }
    }
  }

  private void fill(Contents garbage, Garbage.Remains remains) {
    KeyRange parts = IndexKeys.under('P', remains.upload());
    var cursor = new RowCursor(rows, Scan.of(parts, PAGE));
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      if (!remains.kept().get(IndexKeys.number(row.key()))) garbage.add(Section.ofRow(row.value()));
    }
    garbage.rows().add(new Op.DeleteRange(parts));
  }

  /// Each upload becomes garbage of its own, a page of them at a time: what is left of them after a
  /// page is a garbage behind this one.
  private void fill(Contents garbage, Garbage.Uploads ended) {
    KeyRange uploads = KeyRange.ofPrefix(IndexKeys.inBucket('U', ended.bucket(), new byte[0]));
    var cursor = new RowCursor(rows, Scan.of(uploads, PAGE));
    long token = backends.tokens().next();
    long due = backends.clock().millis();
    for (int i = 0; i < IndexKeys.LAST_SEQUENCE; i++) {
      Entry row = cursor.next();
      if (row == null) return;
      garbage.add(row.key());
      byte[] remains = new Garbage.Remains(IndexKeys.lastLong(row.key()), new BitSet()).toRow();
      garbage.rows().add(new Op.Put(IndexKeys.garbage(due, token, i), remains));
    }
    garbage
        .rows()
        .add(new Op.Put(IndexKeys.garbage(due, token, IndexKeys.LAST_SEQUENCE), ended.toRow()));
  }
}
