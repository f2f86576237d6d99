package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Incoming;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes bodies in: small ones into memory, which is bounded, the rest into a blob. A body that did
/// not say its length starts in memory and moves to a blob when it turns out to be large.
final class Intake {
  private static final byte[] NONE = {};

  private final Blobs blobs;
  private final Pending pending;
  private final int inlineLimit;
  private final Semaphore memory;
  private final long patienceMillis;

  Intake(Blobs blobs, Pending pending, IndexSettings settings) {
    this.blobs = blobs;
    this.pending = pending;
    this.inlineLimit = (int) settings.inlineLimit().bytes();
    this.memory = new Semaphore(kibibytes(settings.bodyMemory().bytes()));
    this.patienceMillis = settings.bodyPatience().toMillis();
  }

  private static int kibibytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + 1023) >> 10);
  }

  /// Reads an object's body to its end.
  Received object(Incoming content) {
    long length = content.length();
    if (length > inlineLimit) return blob(content, NONE, 0, null);
    int size = length < 0 ? inlineLimit : (int) length;
    int permits = kibibytes(size);
    acquire(permits);
    boolean handedOver = false;
    try {
      Received received = buffered(content, new byte[size], () -> memory.release(permits));
      handedOver = received.extents().isEmpty();
      return received;
    } finally {
      if (!handedOver) memory.release(permits);
    }
  }

  /// Reads a part's body to its end, always into a blob: an object is made of extents alone.
  Received part(Incoming content) {
    return blob(content, NONE, 0, null);
  }

  private void acquire(int permits) {
    try {
      if (memory.tryAcquire(permits, patienceMillis, TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure.Unavailable("interrupted while waiting for memory", e);
    }
    throw new StoreFailure.Overloaded("too many small bodies in memory");
  }

  private Received buffered(Incoming content, byte[] buffer, Runnable release) {
    int count = 0;
    for (ByteBuffer next = content.next(); next != null; next = content.next()) {
      int more = next.remaining();
      if (more > buffer.length - count) {
        if (content.length() >= 0) throw tooLong(content);
        return blob(content, buffer, count, next);
      }
      next.get(next.position(), buffer, count, more);
      count += more;
    }
    if (content.length() >= 0 && count != content.length()) throw tooShort(count);
    byte[] bytes = count == buffer.length ? buffer : Arrays.copyOf(buffer, count);
    var arrived = new Received.Arrived(content.digests(), count, count == 0 ? null : bytes, null);
    return Received.inMemory(arrived, release);
  }

  private static StoreFailure tooLong(Incoming content) {
    return new StoreFailure.Invalid(
        StoreFailure.Reason.INCOMPLETE_BODY,
        "a body of more than %d bytes".formatted(content.length()));
  }

  private static StoreFailure tooShort(long count) {
    return new StoreFailure.Invalid(
        StoreFailure.Reason.INCOMPLETE_BODY, "the body ended after %d bytes".formatted(count));
  }

  private Received blob(Incoming content, byte[] head, int headLength, @Nullable ByteBuffer next) {
    if (next == null) next = content.next();
    if (next == null && headLength == 0) {
      if (content.length() > 0) throw tooShort(0);
      var nothing = new Received.Arrived(content.digests(), 0, null, null);
      return Received.inMemory(nothing, () -> {});
    }
    Pending.Announced announced = pending.announce();
    BlobId blob = announced.blob();
    boolean arrived = false;
    try (Blobs.Staged staged = blobs.stage(blob, content.length())) {
      if (headLength > 0) staged.write(ByteBuffer.wrap(head, 0, headLength));
      long size = headLength + pour(content, next, staged);
      if (content.length() >= 0 && size != content.length()) throw tooShort(size);
      CommitResult announcement = Rows.await(announced.durable());
      if (announcement instanceof CommitResult.Rejected)
        throw new IllegalStateException("a batch without guards was rejected");
      long committed = staged.commit();
      if (committed != size)
        throw new StoreFailure.Corrupt(
            "%d bytes written, %d kept".formatted(size, committed), null);
      arrived = true;
      return Received.inBlob(
          new Received.Arrived(content.digests(), size, null, blob), pending, blob);
    } finally {
      if (!arrived) pending.discard(blob);
    }
  }

  private static long pour(Incoming content, @Nullable ByteBuffer first, Blobs.Staged staged) {
    long size = 0;
    for (ByteBuffer next = first; next != null; next = content.next()) {
      size += next.remaining();
      staged.write(next);
    }
    return size;
  }
}
