package io.tarn.cache;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The queue of writes that were acknowledged here and are not at their origin yet.
public record BackSettings(
    @Setting(
            value =
                "Directory of queued writes, which are nowhere else until they are uploaded: never"
                    + " delete it. Default: `write-back` in the metadata directory.",
            fallback = "")
        @Nullable Path directory,
    @Setting(
            value =
                "Most bytes of disk that queued writes take, beside those of the cache; beyond it"
                    + " writes are answered SlowDown. A body of more than a quarter of it goes"
                    + " through to the origin.",
            fallback = "10 GiB")
        DataSize size,
    @Setting(
            value =
                "Most queued writes; one whose key and metadata are longer than 1 KiB counts for"
                    + " more.",
            fallback = "100000")
        int entries,
    @Setting(
            value = "Free space to leave on their disk; beyond it writes are answered SlowDown.",
            fallback = "256 MiB")
        DataSize reserve,
    @Setting(
            value =
                "Memory for bodies of at most 64 KiB on their way in; beyond it they go to the disk"
                    + " as they come.",
            fallback = "32 MiB")
        DataSize memory,
    @Setting(value = "Uploads to an origin at once; of one key there is one.", fallback = "16")
        int uploads,
    @Setting(
            value =
                "From this size on a body is uploaded in parts, and goes on where it was after a"
                    + " restart. Its ETag is then another than that it had here.",
            fallback = "256 MiB")
        DataSize multipart,
    @Setting(value = "Least size of such a part.", fallback = "16 MiB") DataSize part,
    @Setting(
            value =
                "Longest pause before an upload is tried again while the origin does not take it.",
            fallback = "30s")
        Duration retry,
    @Setting(
            value =
                "When a write that the origin refuses is tried again; each start tries it, too.",
            fallback = "10m")
        Duration refused,
    @Setting(
            value =
                "After an upload whose outcome is not known, how long later writes of its key wait:"
                    + " it may yet happen.",
            fallback = "10s")
        Duration settle,
    @Setting(
            value =
                "How long a request that has to be made at the origin waits for queued writes of"
                    + " its key.",
            fallback = "30s")
        Duration patience,
    @Setting(
            value = "Age of the oldest queued write from which on the log says so.",
            fallback = "15m")
        Duration alarm) {
  public static final BackSettings DEFAULTS = Settings.defaults(BackSettings.class);

  private static final long LEAST_PART = 5L << 20;

  public BackSettings {
    if (size.bytes() < 1 << 20) throw new IllegalArgumentException("size must be 1 MiB at least");
    if (entries < 1 || uploads < 1) {
      throw new IllegalArgumentException("entries and uploads must be 1 at least");
    }
    if (part.bytes() < LEAST_PART) {
      throw new IllegalArgumentException("part must be 5 MiB at least: S3 takes no smaller ones");
    }
    if (multipart.bytes() < part.bytes()) {
      throw new IllegalArgumentException("multipart must be as much as part at least");
    }
    if (retry.isNegative() || retry.isZero() || refused.isNegative() || refused.isZero()) {
      throw new IllegalArgumentException("retry and refused must be more than 0");
    }
    if (settle.isNegative() || patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("settle cannot be negative, patience must be more than 0");
    }
  }
}
