package io.tarn.disk;

import io.tarn.disk.LinuxCalls.Failed;
import io.tarn.observe.SystemError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A file by the calls of Linux, for the one thing that Java's channels do not do: to read what is
/// in the page cache and nothing else, so that an event loop may read.
///
/// `RWF_NOWAIT` alone would not do: where a page is missing, it waits for nothing, but begins to
/// read ahead, and to hand requests to a disk whose queue is full is to wait for the disk. So it is
/// used only on what `cachestat` (Linux 6.5) says is there.
final class NativeFile implements ReadableFile {
  private final LinuxCalls calls;
  private final Path path;
  private final int descriptor;
  private final Closer closer;
  private volatile boolean canTry;

  /// Reads under way, and one until it is closed: the descriptor must not become another file's
  /// while somebody reads.
  private final AtomicInteger holds = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeFile(LinuxCalls calls, Path path, int descriptor, boolean canTry, Closer closer) {
    this.calls = calls;
    this.path = path;
    this.descriptor = descriptor;
    this.canTry = canTry;
    this.closer = closer;
  }

  /// Where reading must leave a time of access, a loop must not read: to note it down can be to
  /// wait for the disk.
  static NativeFile open(LinuxCalls calls, Path path, Closer closer) throws IOException {
    try {
      return new NativeFile(calls, path, calls.openForReading(path, true), true, closer);
    } catch (Failed e) {
      if (e.error != LinuxCalls.EPERM) throw failure(path, e);
    }
    try {
      return new NativeFile(calls, path, calls.openForReading(path, false), false, closer);
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  /// Null where that would have to wait, or does not work for any other reason.
  static @Nullable NativeFile openCached(LinuxCalls calls, Path path, Closer closer) {
    try {
      return new NativeFile(calls, path, calls.openCached(path), true, closer);
    } catch (Failed e) {
      return null;
    }
  }

  private interface Use {
    long of(int descriptor) throws Failed;
  }

  private long use(Use use) throws IOException, Failed {
    if (holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
      throw new ClosedChannelException();
    }
    try {
      return use.of(descriptor);
    } finally {
      release();
    }
  }

  private void release() {
    if (holds.decrementAndGet() == 0) closer.add(() -> calls.close(descriptor));
  }

  @Override
  public long size() throws IOException {
    try {
      return use(calls::size);
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    if (!into.hasRemaining()) return 0;
    try {
      int count = (int) use(open -> calls.read(open, into, at, false));
      return count == 0 ? -1 : count;
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  @Override
  public int tryRead(ByteBuffer into, long at) throws IOException {
    if (!canTry) return 0;
    try {
      return (int)
          use(
              open ->
                  calls.isCached(open, at, into.remaining())
                      ? calls.read(open, into, at, true)
                      : 0);
    } catch (Failed e) {
      return switch (e.error) {
        case LinuxCalls.EAGAIN -> 0; // it left in between
        case LinuxCalls.EOPNOTSUPP, LinuxCalls.ENOSYS, LinuxCalls.EPERM -> {
          canTry = false;
          yield 0;
        }
        default -> throw failure(path, e);
      };
    }
  }

  /// Not with every kernel and not on all file systems, which only a first try can tell.
  @Override
  public boolean canTry() {
    return canTry;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) release();
  }

  private static IOException failure(Path path, Failed e) {
    return switch (e.error) {
      case LinuxCalls.ENOENT -> new NoSuchFileException(path.toString());
      case LinuxCalls.EACCES -> new AccessDeniedException(path.toString());
      default -> new FileSystemException(path.toString(), null, SystemError.text(e.error));
    };
  }
}
