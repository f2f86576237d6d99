package io.tarn.cache;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// How much is cached, and how it is fetched.
public record CacheSettings(
    @Setting(
            value =
                "Most bytes of disk that cached blocks take, those that are being fetched among"
                    + " them.",
            fallback = "10 GiB")
        DataSize size,
    @Setting(
            value =
                "What is fetched and kept as one piece; a smaller object is one of its own."
                    + " Changing it empties the cache.",
            fallback = "1 MiB")
        DataSize block,
    @Setting(
            value =
                "Free space to leave on the disks of the cache: it gives up blocks before less is"
                    + " free.",
            fallback = "1 GiB")
        DataSize reserve,
    @Setting(
            value = "Memory for what is remembered of objects beside their bytes.",
            fallback = "32 MiB")
        DataSize heads,
    @Setting(
            value = "Memory for the bytes of small objects that were read lately.",
            fallback = "16 MiB")
        DataSize small,
    @Setting(
            value =
                "How far a fetch may be ahead of the reader it is for, and most that is fetched"
                    + " before a reader in order asks for it.",
            fallback = "8 MiB")
        DataSize readAhead,
    @Setting(
            value =
                "How long a reader waits for the next bytes of a fetch, and a fetch that is far"
                    + " enough ahead for its reader.",
            fallback = "30s")
        Duration patience,
    @Setting("Calls to the disks of the cache.") CacheCalls calls) {
  public static final CacheSettings DEFAULTS = Settings.defaults(CacheSettings.class);

  private static final long SMALLEST = 64 << 10;
  private static final long LARGEST = 64 << 20;

  public CacheSettings {
    long bytes = block.bytes();
    if (bytes < SMALLEST || bytes > LARGEST || Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException("block must be a power of two from 64 KiB to 64 MiB");
    }
    if (size.bytes() < 4 * bytes) {
      throw new IllegalArgumentException("size must be that of four blocks at least");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience must be more than 0");
    }
  }
}
