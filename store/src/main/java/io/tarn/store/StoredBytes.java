package io.tarn.store;

import java.nio.ByteBuffer;

/// Bytes on a disk that are read and checked each time they are wanted, into the buffer they leave
/// from. So what leaves is what was checked, and nobody need keep what a client has not taken yet:
/// it is read again. Positions count from the first byte; the bytes never change. Thread-safe.
public interface StoredBytes {
  /// Bytes that the buffer of a read must have room for: they are checked in runs.
  int ROOM = 128 << 10;

  /// Reads from `at` on as much as there is room for, at least one byte: `into` is cleared, and
  /// then has them between position and limit. Waits for the disk. Fails with
  /// [StoreFailure.Corrupt] when they are not what was stored.
  void read(long at, ByteBuffer into);

  /// As [#read] when the bytes are in memory; else false, at once. For threads that must not wait.
  boolean tryRead(long at, ByteBuffer into);

  /// Whether [#tryRead] ever finds anything.
  boolean canTry();

  /// Waits until the bytes are in memory, most likely: then [#tryRead] finds them.
  void fetch(long at, long length);
}
