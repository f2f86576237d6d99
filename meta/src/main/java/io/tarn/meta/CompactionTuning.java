package io.tarn.meta;

import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.MutableColumnFamilyOptions;

/// How much RocksDB compacts, and at what price.
///
/// A compaction of rows moves the contents they refer to out of old blob files, `oldBlobs` being
/// their share of all, whether much or little of them is garbage; that can take as much room, and
/// writing, as those contents. A blob file to which nothing refers any more goes for free. A
/// compaction begins when `files` flushed files are there, when a file is mostly tombstones, and
/// when `garbage` of the oldest blob file is. When `mostFiles` flushed files are there, writes wait
/// for it, and at half of that they slow down.
///
/// - `oldBlobs`: from 0 to 1
/// - `garbage`: from 0 to 1
record CompactionTuning(double oldBlobs, double garbage, int files, int mostFiles) {

  /// As a store begins, before anybody knows how many blob files it has.
  static final CompactionTuning FIRST = new CompactionTuning(0.25, 0.3, 4, 36);

  // A write that waits for a compaction that is held is no delete.
  private static final int NEVER = 10_000;

  // So many blob files are old: what one compaction may have to move. Four are a reserve.
  private static final int OLD_FILES = 4;
  private static final long MUCH_BYTES = 64L << 20;
  private static final double MUCH_GARBAGE = 0.4;

  /// What is in the blob files: how many there are, of what size, and how much of it nothing refers
  /// to.
  record Blobs(long files, long bytes, long garbage) {}

  /// The oldest blob files are emptied into new ones when a third of them is garbage; when much of
  /// all is, also those that hold less, for they stand in the way of the others. Changes by leaps,
  /// as each change is written down.
  static CompactionTuning usual(Blobs blobs) {
    long all = Long.highestOneBit(Math.max(1, blobs.files)) * 2; // at least what there is
    boolean much = blobs.garbage > MUCH_GARBAGE * blobs.bytes && blobs.garbage > MUCH_BYTES;
    return new CompactionTuning(
        Math.min(1, (OLD_FILES + 0.5) / all),
        much ? 0.05 : FIRST.garbage,
        FIRST.files,
        FIRST.mostFiles);
  }

  /// For a disk that is full: contents move out of one blob file at a time, and each flush is
  /// compacted, as the deletes in it are what makes room.
  static CompactionTuning sparing(long blobFiles) {
    // RocksDB rounds the number of files down.
    double one = Math.min(1, 1.5 / Math.max(1, blobFiles));
    return new CompactionTuning(one, 0.5, 1, NEVER);
  }

  void applyTo(ColumnFamilyOptions options) {
    options
        .setBlobGarbageCollectionAgeCutoff(oldBlobs)
        .setBlobGarbageCollectionForceThreshold(garbage)
        .setLevel0FileNumCompactionTrigger(files)
        .setLevel0SlowdownWritesTrigger(mostFiles / 2)
        .setLevel0StopWritesTrigger(mostFiles);
  }

  MutableColumnFamilyOptions change() {
    return MutableColumnFamilyOptions.builder()
        .setBlobGarbageCollectionAgeCutoff(oldBlobs)
        .setBlobGarbageCollectionForceThreshold(garbage)
        .setLevel0FileNumCompactionTrigger(files)
        .setLevel0SlowdownWritesTrigger(mostFiles / 2)
        .setLevel0StopWritesTrigger(mostFiles)
        .build();
  }
}
