package io.tarn.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// One buffer on its way through a hash on another thread.
final class Handover implements Runnable {
  private final MessageDigest digest;
  private final ByteBuffer bytes;
  private final CountDownLatch done = new CountDownLatch(1);
  private @Nullable Throwable failure;

  Handover(MessageDigest digest, ByteBuffer bytes) {
    this.digest = digest;
    this.bytes = bytes;
  }

  @Override
  public void run() {
    try {
      digest.update(bytes);
    } catch (Throwable e) {
      failure = e; // told to whoever waits
      throw e;
    } finally {
      done.countDown();
    }
  }

  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the bytes are still being read: leaving now would free them under it
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    if (failure != null) throw new IllegalStateException("hashing failed", failure);
  }
}
