package io.tarn.meta;

/// The settings of the embedded metadata store.
///
/// @param cacheBytes memory for blocks, indexes, filters and memtables together
/// @param memtableBytes size of one in-memory write buffer
/// @param memtablesBytes all write buffers together; they are charged to the cache
/// @param walBytes the log may grow to this before it is cut; bounds the replay at start
/// @param queueRequests most batches that wait to be committed
/// @param queueBytes most bytes of batches that wait
/// @param groupRequests most batches made durable together
/// @param groupBytes most bytes made durable together
/// @param readThreads threads for reads that must go to the disk
/// @param readQueue most reads that wait for one of them
/// @param minBlobBytes values of `D` rows from this size on live in blob files
/// @param reserveBytes disk space kept so that deletes still work when the disk is full
public record MetaSettings(
    long cacheBytes,
    long memtableBytes,
    long memtablesBytes,
    long walBytes,
    int queueRequests,
    long queueBytes,
    int groupRequests,
    int groupBytes,
    int readThreads,
    int readQueue,
    int minBlobBytes,
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
