package io.tarn.node;

import io.tarn.catalog.CatalogRows;
import io.tarn.index.IndexRows;
import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.store.Features;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Which rows there may be in a metadata store, and in which formats: the `F` row of the store
/// itself, so that it goes wherever the rows go, into a backup too. A program that does not know
/// all of them leaves the store alone; one that knows more says so before it writes its first.
///
/// A store without the row is one of 0.1.0 before its release, whose rows every program knows.
///
/// - `newest`: the newest format of each kind of row that may be there
record RowFormats(Features features, SortedMap<String, Integer> newest) {
  static final MetaKey KEY = MetaKey.of("F");
  private static final int CURRENT = 1;

  /// What this program understands of what is marked as incompatible.
  private static final List<String> KNOWN = List.of();

  static final RowFormats OURS = new RowFormats(Features.NONE, ours());

  /// The row's value.
  private record Row(
      int format, List<String> compat, List<String> incompat, Map<String, Integer> rows) {}

  private static SortedMap<String, Integer> ours() {
    var all = new TreeMap<>(Map.of("F", CURRENT));
    IndexRows.FORMATS.forEach((kind, format) -> put(all, kind, format));
    CatalogRows.FORMATS.forEach((kind, format) -> put(all, kind, format));
    return all;
  }

  private static void put(Map<String, Integer> all, String kind, int format) {
    if (all.put(kind, format) != null) {
      throw new IllegalStateException("two kinds of row begin with " + kind);
    }
  }

  /// Fails with [Corrupt] where the store may have rows that this program would misread. Else the
  /// store says, durably, what this program may write. Comes before any other write.
  static void admit(MetaStore meta) {
    Optional<Entry> row = MetaStore.await(meta.get(KEY));
    if (row.isEmpty()) {
      OURS.write(meta, new Guard.Absent(KEY), 1);
      return;
    }
    RowFormats there = read(row.get());
    there.requireKnown();
    RowFormats both = there.with(OURS);
    if (both.equals(there)) return;
    long version = row.get().version();
    both.write(meta, new Guard.VersionIs(KEY, version), version + 1);
  }

  static RowFormats read(Entry row) {
    try {
      JsonNode tree = StateJson.STRICT.readTree(row.value());
      int format = tree.path("format").asInt(0);
      if (format != CURRENT) throw newer("row F has format " + format);
      Row read = StateJson.STRICT.treeToValue(tree, Row.class);
      return new RowFormats(new Features(read.compat, read.incompat), new TreeMap<>(read.rows));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new Corrupt(
          "row F of the metadata is not what Tarn wrote; restore the metadata from a backup", e);
    }
  }

  private void requireKnown() {
    features.requireKnown(KNOWN, "the metadata");
    var unknown = new ArrayList<String>();
    newest.forEach(
        (kind, format) -> {
          if (format > OURS.newest.getOrDefault(kind, 0)) unknown.add(kind + "=" + format);
        });
    if (!unknown.isEmpty()) throw newer("rows " + String.join(", ", unknown));
  }

  private static Corrupt newer(String what) {
    return new Corrupt(
        "the metadata was written by a newer Tarn and has what this one does not know: %s; use a Tarn that knows it"
            .formatted(what),
        null);
  }

  private RowFormats with(RowFormats more) {
    var all = new TreeMap<>(newest);
    more.newest.forEach((kind, format) -> all.merge(kind, format, Math::max));
    return new RowFormats(features, all);
  }

  private void write(MetaStore meta, Guard guard, long token) {
    byte[] value =
        StateJson.STRICT.writeValueAsBytes(
            new Row(CURRENT, features.compat(), features.incompat(), newest));
    var batch = Batch.of(token, List.of(guard), List.of(new Op.Put(KEY, value)));
    if (MetaStore.await(meta.commit(batch)) instanceof CommitResult.Rejected) {
      throw new Unavailable("the metadata changes while the server starts; try again", null);
    }
  }
}
