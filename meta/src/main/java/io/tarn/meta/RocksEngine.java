package io.tarn.meta;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An open RocksDB with its two column families. Blocking: whoever calls [#get] with `cachedOnly`
/// false must be on a platform thread, and inside the store's [Gate].
final class RocksEngine implements DiskRoom.Compactions, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RocksEngine.class);
  private static final String UNFLUSHED = "rocksdb.num-immutable-mem-table";
  private static final long FLUSH_POLL_NANOS = 2_000_000;
  private static final long TUNE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RECLAIM_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long RECLAIM_BUSY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long RECLAIM_LEAST = 1_000;

  final RocksDB db;
  private final RocksOptions options;
  private final KeyRange contents;
  private final ColumnFamilyHandle index;
  private final ColumnFamilyHandle data;
  private final AtomicLong deletions = new AtomicLong();
  // Of the thread that watches the room.
  private long reclaimed = System.nanoTime();
  private long tuned = reclaimed;
  private long deletionsBefore;
  private boolean aborted;
  private CompactionTuning tuning = CompactionTuning.FIRST;
  private final ReadOptions anywhere = new ReadOptions().setVerifyChecksums(true);
  private final ReadOptions cached =
      new ReadOptions().setVerifyChecksums(true).setReadTier(ReadTier.BLOCK_CACHE_TIER);

  /// A part of a range that lies in one column family.
  record Segment(ColumnFamilyHandle family, KeyRange range) {}

  private RocksEngine(
      RocksDB db, RocksOptions options, KeyRange contents, List<ColumnFamilyHandle> handles) {
    this.db = db;
    this.options = options;
    this.contents = contents;
    this.index = handles.get(0);
    this.data = handles.get(1);
  }

  /// Takes over `options`.
  static RocksEngine open(
      Path directory, DBOptions settings, RocksOptions options, KeyRange contents)
      throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    RocksDB db = RocksDB.open(settings, directory.toString(), options.families(), handles);
    return new RocksEngine(db, options, contents, handles);
  }

  boolean isContents(MetaKey key) {
    return contents.contains(key);
  }

  ColumnFamilyHandle familyOf(MetaKey key) {
    return isContents(key) ? data : index;
  }

  /// Fails with [MetaException.Corrupt] where a row lies in the family in which nobody looks for
  /// it: the store was written with other contents.
  void checkPlaces() {
    MetaKey from = contents.fromInclusive();
    MetaKey to = contents.toExclusive();
    if (isAny(index, from, to) || isAny(data, null, from) || isAny(data, to, null)) {
      throw new MetaException.Corrupt(
          "the metadata was written by a program that keeps other rows apart than " + contents,
          null);
    }
  }

  /// Looks no further than to the first row.
  private boolean isAny(ColumnFamilyHandle family, @Nullable MetaKey from, @Nullable MetaKey to) {
    try (ReadOptions how = new ReadOptions(anywhere);
        Slice end = to == null ? new Slice(new byte[0]) : new Slice(to.bytes())) {
      if (to != null) how.setIterateUpperBound(end);
      try (RocksIterator rows = db.newIterator(family, how)) {
        if (from == null) {
          rows.seekToFirst();
        } else {
          rows.seek(from.bytes());
        }
        if (rows.isValid()) return true;
        rows.status();
        return false;
      }
    } catch (RocksDBException e) {
      // Damage is for whoever reads what is damaged: the rest of the store is as good as it was.
      LOG.warn("whether rows are where they are looked for cannot be seen: {}", e.getMessage());
      return false;
    }
  }

  /// The column families a range touches, in key order.
  List<Segment> segments(KeyRange range) {
    List<Segment> segments = new ArrayList<>(1);
    MetaKey from = range.fromInclusive();
    MetaKey to = range.toExclusive();
    MetaKey start = contents.fromInclusive();
    MetaKey end = contents.toExclusive();
    addSegment(segments, index, from, least(to, start));
    addSegment(segments, data, greatest(from, start), least(to, end));
    addSegment(segments, index, greatest(from, end), to);
    return segments;
  }

  private static void addSegment(
      List<Segment> segments, ColumnFamilyHandle family, MetaKey from, MetaKey to) {
    if (from.compareTo(to) < 0) segments.add(new Segment(family, new KeyRange(from, to)));
  }

  private static MetaKey least(MetaKey a, MetaKey b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static MetaKey greatest(MetaKey a, MetaKey b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /// The row or that there is none, or null when that cannot be told without reading a file and
  /// `cachedOnly` forbids it.
  @Nullable Known get(MetaKey key, boolean cachedOnly) {
    return get(key, cachedOnly, cachedOnly ? cached : anywhere);
  }

  private @Nullable Known get(MetaKey key, boolean cachedOnly, ReadOptions how) {
    try {
      byte[] stored = db.get(familyOf(key), how, key.bytes());
      return stored == null
          ? Known.Nothing.NOTHING
          : new Known.Row(EngineValues.decode(key, stored, true));
    } catch (RocksDBException e) {
      if (cachedOnly && RocksFailures.code(e) == Status.Code.Incomplete) return null;
      throw RocksFailures.ofRead(e);
    }
  }

  /// All rows as of one moment, or null as [#get] does.
  @Nullable List<Optional<Entry>> getAll(List<MetaKey> keys, boolean cachedOnly) {
    Snapshot snapshot = db.getSnapshot();
    try (ReadOptions how = new ReadOptions(cachedOnly ? cached : anywhere).setSnapshot(snapshot)) {
      List<Optional<Entry>> rows = new ArrayList<>(keys.size());
      for (MetaKey key : keys) {
        Known row = get(key, cachedOnly, how);
        if (row == null) return null;
        rows.add(row.found());
      }
      return rows;
    } finally {
      db.releaseSnapshot(snapshot);
    }
  }

  /// Bytes of the cache in use, write buffers included.
  long cacheUsage() {
    return options.cacheUsage();
  }

  long sequence() {
    return db.getLatestSequenceNumber();
  }

  long backup(Path directory) {
    try (Checkpoint checkpoint = Checkpoint.create(db)) {
      long sequence = sequence();
      checkpoint.createCheckpoint(directory.toString());
      return sequence;
    } catch (RocksDBException e) {
      throw RocksFailures.ofRead(e);
    }
  }

  /// Begins to write the memtables out, so that the next start has no log to replay, and waits up
  /// to `patience`. On a full disk RocksDB would wait for as long as it stays full.
  void flush(Duration patience) throws RocksDBException {
    beginFlush(List.of(index, data));
    long end = System.nanoTime() + patience.toNanos();
    while (isFlushing() && System.nanoTime() < end) LockSupport.parkNanos(FLUSH_POLL_NANOS);
  }

  private void beginFlush(List<ColumnFamilyHandle> families) throws RocksDBException {
    try (FlushOptions begin = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
      db.flush(begin, families);
    }
  }

  private boolean isFlushing() throws RocksDBException {
    return db.getLongProperty(index, UNFLUSHED) + db.getLongProperty(data, UNFLUSHED) > 0;
  }

  /// Also writes the write buffers out while there is room for it.
  ///
  /// RocksDB leaves the blob files of a compaction that found no space where they are, and looks
  /// for such files every six hours. They have filled the disk by then: what was written into them
  /// is what was free. It also looks when deletions of files are allowed again.
  @Override
  public void hold() {
    if (!aborted) db.abortAllCompactions();
    aborted = true;
    tune(CompactionTuning.sparing(blobs().files()));
    writeOut();
    try {
      db.disableFileDeletions();
      db.enableFileDeletions();
    } catch (RocksDBException e) {
      LOG.warn("what compactions left is not deleted: {}", e.getMessage());
    }
  }

  /// Deletes are in a write buffer, which so few bytes do not fill. It is written out, so that a
  /// compaction sees them.
  @Override
  public void resume(boolean sparingly) {
    tune(sparingly ? CompactionTuning.sparing(blobs().files()) : CompactionTuning.usual(blobs()));
    if (sparingly) writeOut();
    if (aborted) db.resumeAllCompactions();
    aborted = false;
  }

  /// A content was deleted. Of the committer.
  void deletedContent() {
    deletions.incrementAndGet();
  }

  /// The tombstones of deleted contents are in a write buffer, where no compaction meets them, and
  /// when nothing is written any more it is never full. It is written out; what is in it then says
  /// by itself that it wants to be compacted (see [RocksOptions]).
  @Override
  public void reclaim() {
    long now = System.nanoTime();
    if (now - tuned > TUNE_NANOS) {
      tuned = now;
      tune(CompactionTuning.usual(blobs()));
    }
    if (now - reclaimed < RECLAIM_NANOS) return;
    long unwritten = deletions.get();
    boolean quiet = unwritten == deletionsBefore;
    deletionsBefore = unwritten;
    boolean due = quiet || now - reclaimed > RECLAIM_BUSY_NANOS;
    if (unwritten >= RECLAIM_LEAST && due) {
      deletions.addAndGet(-unwritten);
      deletionsBefore = 0;
      writeOutDeletions(quiet);
    }
    reclaimed = due ? now : reclaimed;
  }

  /// The log goes only when the other family is written out as well; worth it when it is over.
  private void writeOutDeletions(boolean all) {
    try {
      beginFlush(all ? List.of(index, data) : List.of(data));
    } catch (RocksDBException e) {
      LOG.warn("what was deleted keeps its space for now: {}", e.getMessage());
    }
  }

  private CompactionTuning.Blobs blobs() {
    return new CompactionTuning.Blobs(
        ofData("rocksdb.num-blob-files"),
        ofData("rocksdb.live-blob-file-size"),
        ofData("rocksdb.live-blob-file-garbage-size"));
  }

  private long ofData(String property) {
    try {
      return db.getLongProperty(data, property);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writeOut() {
    try {
      beginFlush(List.of(index, data));
    } catch (RocksDBException e) {
      LOG.warn("the write buffers stay in memory: {}", e.getMessage());
    }
  }

  private void tune(CompactionTuning wanted) {
    if (wanted.equals(tuning)) return;
    tuning = wanted;
    for (ColumnFamilyHandle family : List.of(index, data)) {
      try {
        db.setOptions(family, wanted.change());
      } catch (RocksDBException e) {
        // It holds all the same: what failed is to write it down, and the next start says it anew.
        LOG.info("a changed option is in no file: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    anywhere.close();
    cached.close();
    index.close();
    data.close();
    db.close();
    options.close();
  }
}
