package io.tarn.node;

import io.tarn.settings.Setting;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Backups of the metadata that the server makes by itself.
public record BackupSettings(
    @Setting(
            value =
                "Directory in which the server makes backups of its metadata, each in a directory"
                    + " named by its time; best on another disk. They hold secrets. Left out, it"
                    + " makes none.",
            fallback = "")
        @Nullable Path to,
    @Setting(value = "How long after the last backup the next one is made.", fallback = "24h")
        Duration every,
    @Setting(value = "How many of its own backups it keeps; the oldest go.", fallback = "7")
        int keep) {
  public static final BackupSettings DEFAULTS = new BackupSettings(null, Duration.ofHours(24), 7);

  public BackupSettings {
    if (every.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("every must be at least a second");
    }
    if (keep < 1) throw new IllegalArgumentException("keep must be at least 1");
  }
}
