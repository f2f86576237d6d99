package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Compares what rows refer to with what is there: nothing may be missing, nothing left over. Only
/// of a store at rest whose garbage was collected.
final class Audit {
  private final MetaStore meta;
  private final TreeSet<BlobId> referred = new TreeSet<>();
  private final TreeSet<Long> inline = new TreeSet<>();
  private final TreeSet<Long> manifests = new TreeSet<>();
  private final TreeSet<Long> uploads = new TreeSet<>();
  private final List<String> problems = new ArrayList<>();

  private Audit(MetaStore meta) {
    this.meta = meta;
  }

  static List<String> problems(MetaStore meta, Blobs blobs) {
    return new Audit(meta).audit(blobs);
  }

  private List<String> audit(Blobs blobs) {
    auditBuckets();
    each('O', entry -> refer(ObjectRow.ofRow(entry.value())));
    each('V', entry -> refer(ObjectRow.ofRow(entry.value())));
    each('U', entry -> uploads.add(IndexKeys.lastLong(entry.key())));
    each(
        'P',
        entry -> {
          Section section = Section.ofRow(entry.value());
          for (Extent extent : section.extents()) referred.add(extent.blob().id());
          long upload = ByteBuffer.wrap(entry.key().bytes()).getLong(1);
          if (!uploads.contains(upload)) problems.add("a part without upload");
        });
    each('W', entry -> problems.add("pending " + entry));
    each('G', entry -> problems.add("garbage " + entry));
    each(
        'D',
        entry -> {
          if (!inline.remove(IndexKeys.lastLong(entry.key()))) problems.add("stray bytes " + entry);
        });
    for (long token : inline) problems.add("no inline bytes of " + token);
    var there = new TreeSet<>(blobs.list("", 100_000));
    for (BlobId blob : referred) if (!there.remove(blob)) problems.add("no blob " + blob);
    for (BlobId blob : there) problems.add("stray blob " + blob);
    return problems;
  }

  /// Each bucket has its row among those of its owner, and each upload its bucket.
  private void auditBuckets() {
    var holdings = new TreeSet<MetaKey>();
    var ids = new TreeSet<Long>();
    each('H', entry -> holdings.add(entry.key()));
    each(
        'B',
        entry -> {
          Bucket bucket = BucketRow.bucket(entry);
          ids.add(bucket.id());
          if (!holdings.remove(IndexKeys.holding(bucket.owner(), bucket.name().text())))
            problems.add("nobody holds " + bucket);
        });
    for (MetaKey key : holdings) problems.add("no bucket of " + key);
    each(
        'U',
        entry -> {
          if (!ids.contains(ByteBuffer.wrap(entry.key().bytes()).getLong(1)))
            problems.add("an upload without bucket");
        });
  }

  private void refer(ObjectRow row) {
    switch (row.location()) {
      case Location.Nowhere() -> {}
      case Location.Inline() -> inline.add(row.token());
      case Location.Listed(var sections) -> sections.forEach(this::refer);
      case Location.Manifest(var _) -> manifests.add(row.token());
    }
    for (long token : manifests)
      each(
          IndexKeys.under('M', token),
          entry -> Manifests.ofRow(entry.value()).forEach(this::refer));
  }

  private void refer(Section section) {
    for (Extent extent : section.extents()) referred.add(extent.blob().id());
  }

  private void each(char kind, Consumer<Entry> visitor) {
    each(IndexKeys.all(kind), visitor);
  }

  private void each(io.tarn.meta.KeyRange range, Consumer<Entry> visitor) {
    var cursor = new RowCursor(new BlockingRows(meta), range);
    for (Entry row = cursor.next(); row != null; row = cursor.next()) visitor.accept(row);
  }
}
