package io.tarn.http;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/// A piece of a stored slice on its way to the socket. The loop reads it bit by bit when there is
/// room, so it holds no memory. It may end early: where the loop would have to wait for the disk,
/// or where the bytes are not what they should be. Then the pieces behind it in its run end before
/// they began, and the request's thread goes on from there.
final class StoredPiece extends AbstractReferenceCounted implements FileRegion {
  /// Pieces of one slice that follow each other without a gap.
  static final class Run {
    private final BodySlice.Stored slice;
    private final Scratch scratch;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private long sent; // told by the window, which a piece leaves after it

    Run(BodySlice.Stored slice, Scratch scratch) {
      this.slice = slice;
      this.scratch = scratch;
    }

    BodySlice.Bytes bytes() {
      return slice.bytes();
    }

    boolean isStopped() {
      return stopped;
    }

    /// Bytes of it that the socket took; for certain once all its pieces ended.
    long sent() {
      return sent;
    }

    /// Fails with what reading failed with.
    void requireSound() {
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }

    private @Nullable ByteBuffer read(long at) {
      if (stopped) return null;
      try {
        ByteBuffer bytes = scratch.read(this, slice.offset() + at);
        stopped = bytes == null;
        return bytes;
      } catch (RuntimeException | Error e) {
        failure = e;
        stopped = true;
        return null;
      }
    }
  }

  private final Run run;
  private final long from;
  private final boolean last;
  private long length;
  private long transferred;

  /// - `from`: in the slice
  /// - `last`: of the run
  StoredPiece(Run run, long from, long length, boolean last) {
    this.run = run;
    this.from = from;
    this.length = length;
    this.last = last;
  }

  /// Reads the first bytes; false when the piece ended before them.
  boolean begin() {
    return run.read(from) != null;
  }

  /// To be called once it is over; answers how much of it the socket took.
  long end() {
    run.sent += transferred;
    if (last) run.scratch.forget(run);
    return transferred;
  }

  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    ByteBuffer bytes = run.read(from + position);
    if (bytes == null) {
      // With nothing left of it, the channel takes it for done.
      length = transferred;
      return 0;
    }
    int end = bytes.limit();
    bytes.limit((int) Math.min(end, bytes.position() + length - position));
    try {
      int count = target.write(bytes);
      transferred += Math.max(0, count);
      return count;
    } finally {
      bytes.limit(end);
    }
  }

  @Override
  public long position() {
    return from;
  }

  @Override
  public long count() {
    return length;
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  @Deprecated
  public long transfered() {
    return transferred;
  }

  @Override
  protected void deallocate() {
    // The scratch is the loop's; a piece that is released elsewhere never reached it.
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }

  /// The one buffer that an event loop reads stored bytes into, for whichever connection can take
  /// some. It is small enough to be in the processor's cache still when the socket copies it. What
  /// a connection did not take is only there until another one's turn; then it is read again. On
  /// the loop.
  static final class Scratch {
    private static final int BYTES = 256 << 10;

    private @Nullable ByteBuffer buffer;
    private StoredPiece.@Nullable Run reader;
    private long at;

    /// Bytes from `from` on, at least one; null when reading them would have to wait. Whoever takes
    /// some moves the position, and comes back for the next.
    @Nullable ByteBuffer read(StoredPiece.Run run, long from) {
      BodySlice.Bytes bytes = run.bytes();
      ByteBuffer room = buffer;
      if (room == null || room.capacity() < bytes.room()) {
        room = ByteBuffer.allocateDirect(Math.max(BYTES, bytes.room()));
        buffer = room;
      }
      if (reader == run && from == at + room.position() && room.hasRemaining()) return room;
      reader = null;
      if (!bytes.tryRead(from, room)) return null;
      reader = run;
      at = from - room.position();
      return room;
    }

    /// What is left here of these bytes is not wanted any more.
    void forget(StoredPiece.Run run) {
      if (reader == run) reader = null;
    }
  }
}
