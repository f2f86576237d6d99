package io.tarn.cache;

import org.jspecify.annotations.Nullable;

/// A block that is there. There can be millions: this and its place in the table is what each costs
/// in memory, less than a hundred bytes.
///
/// What changes in it is guarded by its store, but for `touches`, which may lose one.
final class Block {
  /// As S3-FIFO counts: more says nothing more.
  static final int MOST_TOUCHES = 3;

  /// Which queue a block is in.
  enum Queue {
    NONE,
    SMALL,
    MAIN
  }

  private final long bucket; // this and the next three are its id
  private final long high;
  private final long low;
  private final int number;
  private final int length;
  private final int fileBytes;
  private final long serial;
  private final CacheDirectory directory;

  volatile byte touches;
  boolean pinned;
  boolean cameBack; // after it had gone not long before
  int opens; // by readers: it is not deleted while there are any
  int holds; // by readers who come to it later
  volatile boolean gone; // not found any more
  Queue queue = Queue.NONE;
  @Nullable Block before;
  @Nullable Block behind;

  /// - `fileBytes`: the length of its file
  /// - `serial`: names the file
  Block(BlockId id, int length, int fileBytes, long serial, CacheDirectory directory) {
    this.bucket = id.bucket();
    this.high = id.high();
    this.low = id.low();
    this.number = id.number();
    this.length = length;
    this.fileBytes = fileBytes;
    this.serial = serial;
    this.directory = directory;
  }

  /// Made each time it is asked for.
  BlockId id() {
    return new BlockId(bucket, high, low, number);
  }

  boolean is(long itsBucket, long itsHigh, long itsLow, int itsNumber) {
    return high == itsHigh && low == itsLow && number == itsNumber && bucket == itsBucket;
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  int number() {
    return number;
  }

  /// The incarnation of its bucket.
  long bucket() {
    return bucket;
  }

  /// Of its id: in this, the bits are as good as drawn by lot.
  long hash() {
    return BlockId.hash(low, number);
  }

  int length() {
    return length;
  }

  int fileBytes() {
    return fileBytes;
  }

  long serial() {
    return serial;
  }

  CacheDirectory directory() {
    return directory;
  }

  /// What it takes of the bound.
  long cost() {
    return cost(fileBytes);
  }

  /// What a file takes of a disk: whole pages, and one more for its name and inode.
  static long cost(int fileBytes) {
    return ((long) fileBytes + 4095) / 4096 * 4096 + 4096;
  }

  void touch() {
    byte before = touches;
    if (before < MOST_TOUCHES) touches = (byte) (before + 1);
  }
}
