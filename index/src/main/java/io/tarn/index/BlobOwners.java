package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what some blobs belong to. Rows name blobs and no row goes the other way, for only
/// damage asks: so all of them are looked at, once, in the order in which a reference moves.
final class BlobOwners {
  private static final Logger LOG = LoggerFactory.getLogger(BlobOwners.class);
  private static final int PAGE = 256;

  private final BlockingRows rows;
  private final Set<BlobId> wanted;
  private final Map<BlobId, BelongsTo> found = new HashMap<>();
  private final Map<Long, List<Section>> manifests = new HashMap<>();

  BlobOwners(BlockingRows rows, Set<BlobId> wanted) {
    this.rows = rows;
    this.wanted = wanted;
  }

  /// `bucket` has the name of the bucket that a row is in.
  Map<BlobId, BelongsTo> find(Function<MetaKey, String> bucket) {
    if (wanted.isEmpty()) return found;
    Map<Long, List<Numbered>> parts = parts();
    each(
        'U',
        (key, _) -> {
          String object = text(IndexKeys.unescaped(key));
          for (Numbered part : parts.getOrDefault(IndexKeys.lastLong(key), List.of())) {
            found.put(part.blob, of(bucket.apply(key), object, part));
          }
        });
    each(
        'M',
        (key, value) -> {
          for (Section section : Manifests.ofRow(value)) {
            if (!matching(section).isEmpty()) {
              manifests.computeIfAbsent(token(key), _ -> new ArrayList<>()).add(section);
            }
          }
        });
    for (char kind : new char[] {'O', 'V'}) {
      each(
          kind,
          (key, value) -> {
            ObjectRow row = ObjectRow.ofRow(value);
            List<Section> sections = sections(row);
            if (sections.isEmpty()) return;
            byte[] object = kind == 'O' ? IndexKeys.unprefixed(key) : IndexKeys.unescaped(key);
            String version = VersionIds.version(row).text();
            for (Section section : sections) {
              for (BlobId blob : matching(section)) {
                found.put(blob, BelongsTo.version(bucket.apply(key), text(object), version));
              }
            }
          });
    }
    return found;
  }

  /// A blob of a part.
  private record Numbered(BlobId blob, long upload, int number) {}

  private static BelongsTo of(String bucket, String key, Numbered part) {
    return new BelongsTo(bucket, key, "", VersionIds.text(part.upload), part.number);
  }

  private Map<Long, List<Numbered>> parts() {
    Map<Long, List<Numbered>> parts = new HashMap<>();
    each(
        'P',
        (key, value) -> {
          for (BlobId blob : matching(Section.ofRow(value))) {
            parts
                .computeIfAbsent(token(key), _ -> new ArrayList<>())
                .add(new Numbered(blob, token(key), IndexKeys.number(key)));
          }
        });
    return parts;
  }

  private List<Section> sections(ObjectRow row) {
    return switch (row.location()) {
      case Location.Listed(var sections) -> sections;
      case Location.Manifest _ -> manifests.getOrDefault(row.token(), List.of());
      case Location.Inline _, Location.Nowhere _ -> List.of();
    };
  }

  private List<BlobId> matching(Section section) {
    return GarbageRows.blobs(List.of(section)).stream()
        .map(BlobAt::id)
        .filter(wanted::contains)
        .toList();
  }

  /// A row that cannot be read names nothing; a check tells of it.
  private void each(char kind, BiConsumer<MetaKey, byte[]> visitor) {
    var cursor = new RowCursor(rows, Scan.of(IndexKeys.all(kind), PAGE));
    for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
      try {
        visitor.accept(entry.key(), entry.value());
      } catch (StoreFailure.Corrupt e) {
        LOG.debug("a row of the kind {} cannot be read", kind, e);
      }
    }
  }

  private static long token(MetaKey key) {
    return ByteBuffer.wrap(key.bytes()).getLong(1);
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
