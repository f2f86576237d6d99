package io.tarn.tree;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a directory is used as an origin.
public record TreeSettings(
    @Setting(value = "The directory, on the server's machine.", fallback = "")
        @Nullable Path directory,
    @Setting(
            value =
                "Whether blocks of its files are kept in the near-cache, too: for a file system"
                    + " that is slower than the disks of this machine.",
            fallback = "false")
        boolean cached,
    @Setting(
            value =
                "Calls to the file system of one origin at once, each on a thread of its own; more"
                    + " wait.",
            fallback = "32")
        int most,
    @Setting(
            value =
                "How long a request waits for its turn to make such a call, while all threads wait"
                    + " for the file system.",
            fallback = "30s")
        Duration patience,
    @Setting(
            value = "The least size of a part of an upload that is not the last.",
            fallback = "5 MiB")
        DataSize smallestPart) {
  public static final TreeSettings DEFAULTS = Settings.defaults(TreeSettings.class);

  public TreeSettings {
    if (most < 1) throw new IllegalArgumentException("most must be at least 1");
    if (!patience.isPositive()) throw new IllegalArgumentException("patience must be positive");
  }
}
