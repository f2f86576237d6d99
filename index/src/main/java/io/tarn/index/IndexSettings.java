package io.tarn.index;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import java.time.Duration;

/// How own buckets are kept.
public record IndexSettings(
    @Setting(
            value =
                "Objects up to this size travel inside the metadata commit: one shared sync, no"
                    + " file.",
            fallback = "64 KiB")
        DataSize inlineLimit,
    @Setting(
            value = "Memory for the bytes of small objects that were read lately.",
            fallback = "32 MiB")
        DataSize inlineCache,
    @Setting(
            value =
                "Memory for bodies of small objects on their way in, taken as they arrive; one"
                    + " client may have three quarters of it, and more are refused with 503.",
            fallback = "32 MiB")
        DataSize bodyMemory,
    @Setting(value = "How long a small body may wait for that memory.", fallback = "5s")
        Duration bodyPatience,
    @Setting(
            value =
                "How often a write that others keep overtaking is decided anew before it fails.",
            fallback = "5")
        int retries,
    @Setting(
            value =
                "Shortest part of a multipart upload but the last; S3 says 5 MiB. Smaller only for"
                    + " tests.",
            fallback = "5 MiB")
        DataSize smallestPart,
    @Setting(value = "How garbage is collected.") ReaperSettings reaper) {
  public static final IndexSettings DEFAULTS =
      new IndexSettings(
          DataSize.ofKibibytes(64),
          DataSize.ofMebibytes(32),
          DataSize.ofMebibytes(32),
          Duration.ofSeconds(5),
          5,
          DataSize.ofMebibytes(5),
          ReaperSettings.DEFAULTS);

  public IndexSettings {
    if (inlineLimit.bytes() > 1 << 20) {
      throw new IllegalArgumentException("an inline limit above 1 MiB");
    }
    if (bodyMemory.bytes() < inlineLimit.bytes() || bodyMemory.bytes() > 1L << 40) {
      throw new IllegalArgumentException("body memory must hold one body and at most 1 TiB");
    }
    if (retries < 0 || retries > 1000) throw new IllegalArgumentException("0 to 1000 retries");
  }
}
