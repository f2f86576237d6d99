package io.tarn.index;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.meta.Entry;
import io.tarn.rows.BlockingRows;
import io.tarn.settings.DataSize;
import org.jspecify.annotations.Nullable;

/// The bytes of small objects, remembered up to a bound. A token names one content for ever, and
/// bytes are only asked for by a row that was read just now, so what is remembered is never stale
/// and nothing is ever invalidated.
final class InlineBytes {
  /// What an entry costs beside its bytes: key, node and array header.
  private static final int OVERHEAD = 96;

  private final BlockingRows rows;
  private final Cache<Long, byte[]> remembered;

  InlineBytes(BlockingRows rows, DataSize bound) {
    this.rows = rows;
    remembered =
        Caffeine.newBuilder()
            .maximumWeight(bound.bytes())
            .weigher((Long _, byte[] bytes) -> bytes.length + OVERHEAD)
            .executor(Runnable::run)
            .build();
  }

  /// The bytes stored under a version's token; null when they are gone. Not to be changed.
  byte @Nullable [] find(long token) {
    byte[] known = remembered.getIfPresent(token);
    if (known != null) return known;
    Entry entry = rows.get(IndexKeys.inline(token));
    if (entry == null) return null;
    remembered.put(token, entry.value());
    return entry.value();
  }
}
