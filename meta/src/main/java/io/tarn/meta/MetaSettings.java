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
            value =
                "Disk space kept so that deletes still work when the disk is full; at most a"
                    + " sixteenth of the disk. The write buffers must be written out into it: where"
                    + " it is small, `memtables` is at most half of it, `memtable` a quarter, and"
                    + " `log` three quarters.",
            fallback = "128 MiB")
        DataSize reserve,
    @Setting("Reads that go to the disk.") Reads reads,
    @Setting("Commits.") Commits commits) {

  private static final int SHARE_OF_DISK = 16;
  private static final long LEAST_RESERVE = 1 << 20;

  public static final MetaSettings DEFAULTS = Settings.defaults(MetaSettings.class);

  public MetaSettings {
    if (memtables.compareTo(memtable) < 0 || cache.compareTo(memtables) < 0) {
      throw new IllegalArgumentException(
          "memtable, memtables and cache must not be smaller than the one before");
    }
  }

  /// These settings on a disk of `total` bytes.
  ///
  /// A disk of a few hundred megabytes must not be all reserve, and the reserve must be enough to
  /// go on deleting with when the disk is full: to write out all write buffers once, for RocksDB
  /// takes nothing while it cannot, beside the longest log of what was deleted since. That is a
  /// half and three quarters of a reserve; there is one and about a half when deleting begins (see
  /// [DiskRoom]). The rest is for the manifest and for what compactions need while they make room.
  MetaSettings fitting(long total) {
    long room = Math.min(reserve.bytes(), Math.max(LEAST_RESERVE, total / SHARE_OF_DISK));
    return new MetaSettings(
        cache,
        least(memtable, room / 4),
        least(memtables, room / 2),
        least(log, room / 4 * 3),
        blobs,
        DataSize.ofBytes(room),
        reads,
        commits);
  }

  private static DataSize least(DataSize wanted, long bytes) {
    return wanted.bytes() <= bytes ? wanted : DataSize.ofBytes(bytes);
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
    if (number < 1) throw new IllegalArgumentException(name + " must be at least 1");
  }
}
