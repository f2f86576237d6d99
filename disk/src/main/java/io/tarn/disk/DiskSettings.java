package io.tarn.disk;

import io.tarn.io.CallSettings;
import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// How volumes behave.
public record DiskSettings(
    @Setting(
            value =
                "Free space a volume keeps for deletes and metadata; a write that would go below it"
                    + " is refused with 507.",
            fallback = "256 MiB")
        DataSize reserve,
    @Setting(
            value =
                "Sync directories after a blob is renamed into place or deleted. Only ever turned"
                    + " off to show that the crash tests notice: without it a power cut loses"
                    + " acknowledged objects and brings deleted bytes back.",
            fallback = "true")
        boolean syncDirectories,
    @Setting(
            value =
                "From this size on a blob is written past the page cache where the file system can"
                    + " (O_DIRECT): cheaper, and what others read stays cached, but its own first"
                    + " read comes from the disk. 0 for never.",
            fallback = "512 KiB")
        DataSize directFrom,
    @Setting(
            value = "Most bytes per second that the scrubber reads, all volumes together.",
            fallback = "64 MiB")
        DataSize scrubRate,
    @Setting(
            value =
                "How long after the end of a round of the scrubber over a volume the next one"
                    + " begins.",
            fallback = "7d")
        Duration scrubEvery,
    @Setting(
            value =
                "How long after a start the scrubber begins, or goes on with the round that the end"
                    + " of the server interrupted.",
            fallback = "5m")
        Duration scrubDelay,
    @Setting(
            value =
                "How long after a failed write a volume is checked for the first time; it takes"
                    + " writes again when a check finds it well. Later checks come less often.",
            fallback = "10s")
        Duration checkEvery,
    @Setting(
            value =
                "After so many failed reads a volume takes no writes until an operator has it"
                    + " checked (`tarn volume check`).",
            fallback = "100")
        int readErrors,
    @Setting("Calls to the disks.") CallSettings calls) {
  public static final DiskSettings DEFAULTS = Settings.defaults(DiskSettings.class);
}
