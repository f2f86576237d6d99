package io.tarn.io;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Direct buffers of 128 KiB, used again: allocating and zeroing one costs more than checking it.
public final class CheckBuffers {
  public static final int BYTES = 128 << 10;

  /// More than run at once on most machines; beyond it buffers are made and dropped.
  private static final int KEPT = 64;

  private static final ArrayBlockingQueue<ByteBuffer> FREE = new ArrayBlockingQueue<>(KEPT);

  private CheckBuffers() {}

  public static ByteBuffer take() {
    ByteBuffer buffer = FREE.poll();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(BYTES);
  }

  /// What was read too late for anybody, if it was.
  public static void giveBack(@Nullable ByteBuffer buffer) {
    if (buffer != null) give(buffer);
  }

  public static void give(ByteBuffer buffer) {
    var _ = FREE.offer(buffer); // what finds no room is the collector's
  }
}
