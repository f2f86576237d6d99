package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.meta.Scan;
import io.tarn.store.BlobAt;
import io.tarn.store.Extent;
import io.tarn.store.StoreFailure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Knows what `G` rows stand for: a buried [ObjectRow], a buried [Section] (a part), or [Garbage];
/// the format byte tells.
final class Graves {
  private static final int PAGE = 256;

  private final Rows rows;
  private final Substrate substrate;

  Graves(Rows rows, Substrate substrate) {
    this.rows = rows;
    this.substrate = substrate;
  }

  /// A `G` row, the blobs it stands for, and what goes along with the row.
  record Grave(Entry row, List<BlobAt> blobs, List<Op> rows) {
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
      case ObjectRow.FORMAT -> {
        ObjectRow row = ObjectRow.ofRow(remains);
        boolean blobs =
            switch (row.whereabouts()) {
              case Whereabouts.Nowhere _, Whereabouts.Inline _ -> false;
              case Whereabouts.Listed _, Whereabouts.Manifest _ -> true;
            };
        yield new Label(blobs, row.token(), row.front().size());
      }
      case Section.FORMAT, Section.WITHOUT_VOLUMES -> {
        long bytes = 0;
        for (Extent extent : Section.ofRow(remains).extents()) bytes += extent.length();
        yield new Label(true, 0, bytes);
      }
      case Garbage.Stray.FORMAT, Garbage.Stray.WITHOUT_VOLUME, Garbage.Remains.FORMAT ->
          new Label(true, 0, 0);
      case Garbage.Uploads.FORMAT -> new Label(false, 0, 0);
      default -> throw unknown(remains);
    };
  }

  /// The blobs that a `G` row itself names: manifests, and parts of uploads that ended, have rows
  /// of their own. Fails as [#label] does.
  static List<BlobAt> blobs(byte[] remains) {
    return switch (RowReader.format(remains)) {
      case ObjectRow.FORMAT -> blobs(ObjectRow.ofRow(remains));
      case Section.FORMAT, Section.WITHOUT_VOLUMES -> blobs(List.of(Section.ofRow(remains)));
      case Garbage.Stray.FORMAT, Garbage.Stray.WITHOUT_VOLUME ->
          List.of(Garbage.Stray.ofRow(remains).blob());
      case Garbage.Remains.FORMAT, Garbage.Uploads.FORMAT -> List.of();
      default -> throw unknown(remains);
    };
  }

  /// The blobs that the row of a version itself names.
  static List<BlobAt> blobs(ObjectRow row) {
    return row.whereabouts() instanceof Whereabouts.Listed(var sections)
        ? blobs(sections)
        : List.of();
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
  Grave open(Entry row) {
    var grave = new Grave(row, new ArrayList<>(1), new ArrayList<>(1));
    byte[] remains = row.value();
    switch (RowReader.format(remains)) {
      case ObjectRow.FORMAT -> fill(grave, ObjectRow.ofRow(remains));
      case Section.FORMAT, Section.WITHOUT_VOLUMES -> grave.add(Section.ofRow(remains));
      case Garbage.Stray.FORMAT, Garbage.Stray.WITHOUT_VOLUME ->
          grave.blobs().add(Garbage.Stray.ofRow(remains).blob());
      case Garbage.Remains.FORMAT -> fill(grave, Garbage.Remains.ofRow(remains));
      case Garbage.Uploads.FORMAT -> fill(grave, Garbage.Uploads.ofRow(remains));
      default -> throw unknown(remains);
    }
    return grave;
  }

  private void fill(Grave grave, ObjectRow row) {
    switch (row.whereabouts()) {
      case Whereabouts.Nowhere() -> {}
      case Whereabouts.Inline() -> grave.add(RowKeys.inline(row.token()));
      case Whereabouts.Listed(var sections) -> sections.forEach(grave::add);
      case Whereabouts.Manifest(var chunks) -> {
        for (int chunk = 0; chunk < chunks; chunk++) {
          MetaKey key = RowKeys.manifest(row.token(), chunk);
          Entry entry = rows.get(key);
          if (entry == null) throw new StoreFailure.Corrupt("a manifest is gone: " + key, null);
          Manifests.ofRow(entry.value()).forEach(grave::add);
          grave.add(key);
        }
      }
    }
  }

  private void fill(Grave grave, Garbage.Remains remains) {
    KeyRange parts = RowKeys.under('P', remains.upload());
    var cursor = new RowCursor(rows, Scan.of(parts, PAGE));
    for (Entry row = cursor.next(); row != null; row = cursor.next())
      if (!remains.kept().get(RowKeys.number(row.key()))) grave.add(Section.ofRow(row.value()));
    grave.rows().add(new Op.DeleteRange(parts));
  }

  /// Each upload becomes garbage of its own, a page of them at a time: what is left of them after a
  /// page is a grave behind this one.
  private void fill(Grave grave, Garbage.Uploads ended) {
    KeyRange uploads = KeyRange.ofPrefix(RowKeys.inBucket('U', ended.bucket(), new byte[0]));
    var cursor = new RowCursor(rows, Scan.of(uploads, PAGE));
    long token = substrate.tokens().next();
    long due = substrate.clock().millis();
    for (int i = 0; i < RowKeys.LAST_SEQUENCE; i++) {
      Entry row = cursor.next();
      if (row == null) return;
      grave.add(row.key());
      byte[] remains = new Garbage.Remains(RowKeys.lastLong(row.key()), new BitSet()).toRow();
      grave.rows().add(new Op.Put(RowKeys.garbage(due, token, i), remains));
    }
    grave.rows().add(new Op.Put(RowKeys.garbage(due, token, RowKeys.LAST_SEQUENCE), ended.toRow()));
  }
}
