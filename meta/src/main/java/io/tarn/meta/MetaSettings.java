package io.tarn.meta;

import io.tarn.settings.Setting;

/// The settings of the embedded metadata store.
///
/// @param cacheBytes memory for blocks, indexes, filters and memtables together @param
/// memtableBytes size of one in-memory write buffer @param memtablesBytes all write buffers
/// together; they are charged to the cache @param walBytes the log may grow to this before it is
/// cut; bounds the replay at start @param queueRequests most batches that wait to be committed
/// @param queueBytes most bytes of batches that wait @param groupRequests most batches made durable
/// together @param groupBytes most bytes made durable together @param readThreads threads for reads
/// that must go to the disk @param readQueue most reads that wait for one of them @param
/// minBlobBytes values of `D` rows from this size on live in blob files @param reserveBytes disk
/// space kept so that deletes still work when the disk is full
public record MetaSettings(
    @Setting(
            value = "Memory for blocks, indexes, filters and memtables together.",
            fallback = "134217728")
        long cacheBytes,
    @Setting(value = "Size of one in-memory write buffer.", fallback = "33554432")
        long memtableBytes,
    @Setting(
            value = "All write buffers together; they are charged to the cache.",
            fallback = "67108864")
        long memtablesBytes,
    @Setting(
            value = "The log may grow to this before it is cut; bounds the replay at start.",
            fallback = "100663296")
        long walBytes,
    @Setting(value = "Most batches that wait to be committed.", fallback = "16384")
        int queueRequests,
    @Setting(value = "Most bytes of batches that wait.", fallback = "67108864") long queueBytes,
    @Setting(value = "Most batches made durable together.", fallback = "1024") int groupRequests,
    @Setting(value = "Most bytes made durable together.", fallback = "4194304") int groupBytes,
    @Setting(value = "Threads for reads that must go to the disk.", fallback = "16")
        int readThreads,
    @Setting(value = "Most reads that wait for one of them.", fallback = "4096") int readQueue,
    @Setting(value = "Values of `D` rows from this size on live in blob files.", fallback = "4096")
        int minBlobBytes,
    @Setting(
            value = "Disk space kept so that deletes still work when the disk is full.",
            fallback = "67108864")
        long reserveBytes) {

  public static final MetaSettings DEFAULTS =
      new MetaSettings(
          128L << 20,
          32L << 20,
          64L << 20,
          96L << 20,
          16_384,
          64L << 20,
          1_024,
          4 << 20,
          16,
          4_096,
          4 << 10,
          64L << 20);
}
