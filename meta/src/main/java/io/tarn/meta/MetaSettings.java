package io.tarn.meta;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;

/// The settings of the embedded metadata store.
public record MetaSettings(
    @Setting(
            value = "Memory for blocks, indexes, filters and write buffers together.",
            fallback = "128 MiB")
        DataSize cache,
    @Setting(value = "Size of one write buffer.", fallback = "32 MiB") DataSize memtable,
    @Setting(value = "All write buffers together; a part of the cache.", fallback = "64 MiB")
        DataSize memtables,
    @Setting(
            value = "The log is cut when it is larger than this; bounds the replay at start.",
            fallback = "96 MiB")
        DataSize log,
    @Setting(
            value =
                "Contents of objects from this size on are kept apart, where they are not copied by"
                    + " compactions.",
            fallback = "4 KiB")
        DataSize blobs,
    @Setting(
            value = "Disk space kept so that deletes still work when the disk is full.",
            fallback = "64 MiB")
        DataSize reserve,
    @Setting("Reads that go to the disk.") Reads reads,
    @Setting("Commits.") Commits commits) {

  public static final MetaSettings DEFAULTS = Settings.defaults(MetaSettings.class);

  public MetaSettings {
    if (memtables.compareTo(memtable) < 0 || cache.compareTo(memtables) < 0) {
      throw new IllegalArgumentException(
          "memtable, memtables and cache must not be smaller than the one before");
    }
  }

  /// Limits of reads that have to wait for the disk.
  public record Reads(
      @Setting(value = "Threads for reads that miss the cache.", fallback = "16") int threads,
      @Setting(value = "Most reads that wait for one of them; more are refused.", fallback = "4096")
          int queue) {
    public Reads {
      positive(threads, "threads");
      positive(queue, "queue");
    }
  }

  /// Limits of the group committer.
  public record Commits(
      @Setting(value = "Most commits that wait; more are refused.", fallback = "16384") int queue,
      @Setting(value = "Most bytes of commits that wait.", fallback = "64 MiB") DataSize queueBytes,
      @Setting(value = "Most commits made durable together.", fallback = "1024") int group,
      @Setting(value = "Most bytes made durable together.", fallback = "4 MiB")
          DataSize groupBytes) {
    public Commits {
      positive(queue, "queue");
      positive(group, "group");
    }
  }

  private static void positive(int number, String name) {
    if (number < 1) {
      throw new IllegalArgumentException(name + " must be at least 1");
    }
  }
}
