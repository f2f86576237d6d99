package io.tarn.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/// The bytes of small blocks that were read lately, checked when they were read from the disk: to
/// read them again opens no file. They go by the block, not by its name, so nobody finds those of
/// one that went.
final class SmallBlocks {
  /// The bytes of larger objects are not taken into memory as a whole.
  static final int LARGEST = 64 << 10;

  private static final int ENTRY_BYTES = 100;

  private final Cache<Block, byte[]> known;

  SmallBlocks(long bytes) {
    known =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .<Block, byte[]>weigher((_, block) -> block.length + ENTRY_BYTES)
            .build();
  }

  /// All bytes of the block; not to be changed.
  byte @Nullable [] find(Block block) {
    return known.getIfPresent(block);
  }

  void keep(Block block, byte[] all) {
    known.put(block, all);
  }
}
