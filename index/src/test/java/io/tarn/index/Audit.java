package io.tarn.index;

import io.tarn.catalog.BucketRegistry;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaStore;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.BucketName;
import io.tarn.store.Extent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    for (BlobId blob : referred) {
      if (!there.remove(blob)) problems.add("no blob " + blob);
    }
    for (BlobId blob : there) problems.add("stray blob " + blob);
    return problems;
  }

  /// Each bucket is one that somebody holds, and each upload has its bucket.
  private void auditBuckets() {
    Map<Long, BucketName> names = BucketRegistry.names(new BlockingRows(meta));
    var held = new TreeSet<String>();
    each('H', entry -> held.add(heldName(entry.key().bytes())));
    for (BucketName name : names.values()) {
      if (!held.remove(name.text())) problems.add("nobody holds " + name);
    }
    for (String name : held) problems.add("no bucket " + name);
    Set<Long> ids = names.keySet();
    each(
        'U',
        entry -> {
          if (!ids.contains(ByteBuffer.wrap(entry.key().bytes()).getLong(1))) {
            problems.add("an upload without bucket");
          }
        });
  }

  /// What stands in the key of a holding behind its owner.
  private static String heldName(byte[] key) {
    int at = 3 + ByteBuffer.wrap(key).getShort(1);
    return new String(key, at, key.length - at, StandardCharsets.UTF_8);
  }

  private void refer(ObjectRow row) {
    switch (row.location()) {
      case Location.Nowhere() -> {}
      case Location.Inline() -> inline.add(row.token());
      case Location.Listed(var sections) -> sections.forEach(this::refer);
      case Location.Manifest(var _) -> manifests.add(row.token());
    }
    for (long token : manifests) {
      each(
          IndexKeys.under('M', token),
          entry -> Manifests.ofRow(entry.value()).forEach(this::refer));
    }
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
