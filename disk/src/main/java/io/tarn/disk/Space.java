package io.tarn.disk;

import io.tarn.store.StoreFailure.OutOfSpace;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// The free space of a volume above its reserve, and what of it is promised to blobs on their way:
/// so many bytes as they may still write. What is promised is never more than what is free, so that
/// the reserve stays whole however many write at once.
///
/// A length is only claimed: the promises that rest on claims alone are at most half of what is
/// free. Beyond that, and for a blob that does not say its length, a promise grows with what was
/// really written: it doubles, up to a bound.
final class Space {
  private static final long FIRST_STEP = 1L << 20;
  private static final long LAST_STEP = 64L << 20;
  // Of a footer, at most: what does not depend on the length, and the checksums of the chunks.
  private static final long FOOTER = 8 << 10;
  private static final long FOOTER_SHARE = 32 << 10;

  private final Free free;
  private final String volume;
  private final long reserve;
  private final AtomicLong promised = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  /// Asks the file system.
  interface Free {
    long bytes() throws IOException;
  }

  Space(String volume, long reserve, Free free) {
    this.volume = volume;
    this.reserve = reserve;
    this.free = free;
  }

  /// Bytes promised and not yet written.
  long promised() {
    return promised.get();
  }

  /// Writes that found no room.
  long refusals() {
    return refusals.get();
  }

  OutOfSpace refuse(Throwable cause) {
    refusals.incrementAndGet();
    return new OutOfSpace("%s is full".formatted(volume), cause);
  }

  /// Room for a blob of `expected` bytes, or of some number when that is below zero. Fails with
  /// [OutOfSpace].
  Promise promise(long expected) throws IOException {
    long whole = expected < 0 ? FIRST_STEP : expected + FOOTER + expected / FOOTER_SHARE;
    long room = free.bytes() - reserve;
    if (room < whole) throw tooLittle();
    var promise = new Promise();
    boolean modest = promised.get() + whole <= room / 2;
    promise.grow(modest ? whole : Math.min(whole, FIRST_STEP));
    return promise;
  }

  private OutOfSpace tooLittle() {
    refusals.incrementAndGet();
    return new OutOfSpace(
        "%s has less than its reserve of %d bytes free, beside what others are writing"
            .formatted(volume, reserve),
        null);
  }

  /// What one blob may still write. Of one writer.
  final class Promise implements AutoCloseable {
    private long left;
    private long written;

    /// Promises first and looks then: what others write in between counts twice, never not at all.
    private void grow(long more) throws IOException {
      long all = promised.addAndGet(more);
      left += more;
      if (free.bytes() - all >= reserve) return;
      left -= more;
      promised.addAndGet(-more);
      throw tooLittle();
    }

    /// Before `count` bytes are written. Fails with [OutOfSpace].
    void require(long count) throws IOException {
      if (count <= left) return;
      grow(Math.max(count - left, Math.clamp(written, FIRST_STEP, LAST_STEP)));
    }

    /// After they were.
    void used(long count) {
      written += count;
      left -= count;
      promised.addAndGet(-count);
    }

    /// Nothing more will be written.
    @Override
    public void close() {
      promised.addAndGet(-left);
      left = 0;
    }
  }
}
