package io.tarn.meta;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/// How RocksDB is set up: two column families over one cache, so that memory has one bound.
///
/// `index` (RocksDB's default family) holds everything but contents. `data` holds those; from
/// [MetaSettings#blobs] on their values live in blob files, which a compaction does not rewrite.
final class RocksOptions implements AutoCloseable {

  static final byte[] DATA_FAMILY = {'d', 'a', 't', 'a'};

  private static final long MIB = 1L << 20;
  // Of the reserve, that one file which is written anew leaves room for flushes and the log.
  private static final int SHARE_OF_RESERVE = 4;
  private static final int BLOCK_BYTES = 16 << 10;
  private static final int BLOOM_BITS = 10;
  // A stretch of 128 neighbours with this many tombstones among them is worth a compaction.
  private static final int TOMBSTONE_WINDOW = 128;
  private static final int TOMBSTONE_TRIGGER = 50;
  private static final double TOMBSTONE_SHARE = 0.5;

  private final MetaSettings settings;
  private final Deque<AutoCloseable> natives = new ArrayDeque<>();
  private final Cache cache;
  private final WriteBufferManager buffers;
  private final BlockBasedTableConfig tables;

  RocksOptions(MetaSettings settings) {
    this.settings = settings;
    this.cache = keep(new LRUCache(settings.cache().bytes(), 4, false, 0.5));
    this.buffers = keep(new WriteBufferManager(settings.memtables().bytes(), cache));
    this.tables =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            .setFilterPolicy(keep(new BloomFilter(BLOOM_BITS)))
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setOptimizeFiltersForMemory(true)
            .setFormatVersion(6);
  }

  private <T extends AutoCloseable> T keep(T created) {
    natives.push(created);
    return created;
  }

  DBOptions database(WALRecoveryMode recovery, boolean create) {
    return keep(new DBOptions())
        .setCreateIfMissing(create)
        .setCreateMissingColumnFamilies(create)
        .setParanoidChecks(true)
        .setWalRecoveryMode(recovery)
        .setMaxTotalWalSize(settings.log().bytes())
        .setWriteBufferManager(buffers)
        .setMaxOpenFiles(-1)
        .setSkipStatsUpdateOnDbOpen(true)
        // What a start replays may be in the page cache only, and to sync its log is not enough:
        // after a failed sync the pages count as clean. So it goes into tables, synced at open.
        .setAvoidFlushDuringRecovery(false)
        // There is one writer, so nothing is gained by letting several insert at once.
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setBytesPerSync(MIB)
        .setMaxBackgroundJobs(2)
        .setMaxManifestFileSize(16 * MIB)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4 * MIB)
        .setKeepLogFileNum(4)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0);
  }

  List<ColumnFamilyDescriptor> families() {
    return List.of(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, index()),
        new ColumnFamilyDescriptor(DATA_FAMILY, data()));
  }

  private ColumnFamilyOptions index() {
    return common(compactedOnDeletion());
  }

  /// Tombstones are what keeps a scan busy in `index`, and in `data` what gives space back.
  private ColumnFamilyOptions compactedOnDeletion() {
    try (Options options = new Options()) {
      options.setTablePropertiesCollectorFactory(
          List.of(
              keep(
                  TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
                      TOMBSTONE_WINDOW, TOMBSTONE_TRIGGER, TOMBSTONE_SHARE))));
      return keep(new ColumnFamilyOptions(options));
    }
  }

  private ColumnFamilyOptions data() {
    return common(compactedOnDeletion())
        .setEnableBlobFiles(true)
        .setMinBlobSize(settings.blobs().bytes())
        .setBlobFileSize(blobFileBytes())
        .setBlobCompressionType(CompressionType.NO_COMPRESSION)
        .setEnableBlobGarbageCollection(true);
  }

  private ColumnFamilyOptions common(ColumnFamilyOptions options) {
    CompactionTuning.FIRST.applyTo(options);
    return options
        .setTableFormatConfig(tables)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setWriteBufferSize(settings.memtable().bytes())
        .setTargetFileSizeBase(fileBytes(64 * MIB))
        .setMaxWriteBufferNumber(3)
        .setMemtablePrefixBloomSizeRatio(0.05)
        .setMemtableWholeKeyFiltering(true)
        .setLevelCompactionDynamicLevelBytes(true)
        .setForceConsistencyChecks(true);
  }

  private long blobFileBytes() {
    return fileBytes(256 * MIB);
  }

  private long fileBytes(long most) {
    return Math.max(MIB / 4, Math.min(most, settings.reserve().bytes() / SHARE_OF_RESERVE));
  }

  long cacheUsage() {
    return cache.getUsage();
  }

  @Override
  public void close() {
    while (!natives.isEmpty()) {
      try {
        natives.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
