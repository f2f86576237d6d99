package io.tarn.meta;

import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.MutableColumnFamilyOptions;

/// How much RocksDB compacts, and at what price.
///
/// A compaction of rows moves the contents they refer to out of old blob files, `oldBlobs` being
/// their share of all; that can take as much room as those contents, while a blob file to which
/// nothing refers any more goes for free. It begins when `files` flushed files are there. When
/// `mostFiles` are, writes wait for it, and at half of that they slow down.
///
/// @param oldBlobs from 0 to 1
record CompactionTuning(double oldBlobs, int files, int mostFiles) {

  static final CompactionTuning USUAL = new CompactionTuning(0.5, 4, 36);

  // A write that waits for a compaction that is held is no delete.
  private static final int NEVER = 10_000;

  /// For a disk that is full: contents move out of one blob file at a time, and each flush is
  /// compacted, as the deletes in it are what makes room.
  static CompactionTuning sparing(long blobFiles) {
    // RocksDB rounds the number of files down.
    return new CompactionTuning(Math.min(1, 1.5 / Math.max(1, blobFiles)), 1, NEVER);
  }

  void applyTo(ColumnFamilyOptions options) {
    options
        .setBlobGarbageCollectionAgeCutoff(oldBlobs)
        .setLevel0FileNumCompactionTrigger(files)
        .setLevel0SlowdownWritesTrigger(mostFiles / 2)
        .setLevel0StopWritesTrigger(mostFiles);
  }

  MutableColumnFamilyOptions change() {
    return MutableColumnFamilyOptions.builder()
        .setBlobGarbageCollectionAgeCutoff(oldBlobs)
        .setLevel0FileNumCompactionTrigger(files)
        .setLevel0SlowdownWritesTrigger(mostFiles / 2)
        .setLevel0StopWritesTrigger(mostFiles)
        .build();
  }
}
