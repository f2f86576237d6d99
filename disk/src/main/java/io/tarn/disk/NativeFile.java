package io.tarn.disk;

import io.tarn.disk.LinuxCalls.Failed;
import io.tarn.store.SystemError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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
  private volatile boolean canTry = true;

  /// Reads under way, and one until it is closed: the descriptor must not become another file's
  /// while somebody reads.
  private final AtomicInteger holds = new AtomicInteger(1);

  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeFile(LinuxCalls calls, Path path, int descriptor) {
    this.calls = calls;
    this.path = path;
    this.descriptor = descriptor;
  }

  static NativeFile open(LinuxCalls calls, Path path) throws IOException {
    try {
      return new NativeFile(calls, path, calls.openForReading(path));
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  private interface Use {
    long of(int descriptor) throws Failed;
  }

  private long use(Use use) throws IOException, Failed {
    if (holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0)
      throw new ClosedChannelException();
    try {
      return use.of(descriptor);
    } finally {
      release();
    }
  }

  private void release() throws Failed {
    if (holds.decrementAndGet() == 0) calls.close(descriptor);
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
  public void close() throws IOException {
    try {
      if (closed.compareAndSet(false, true)) release();
    } catch (Failed e) {
      throw failure(path, e);
    }
  }

  private static IOException failure(Path path, Failed e) {
    return switch (e.error) {
      case LinuxCalls.ENOENT -> new NoSuchFileException(path.toString());
      case LinuxCalls.EACCES -> new AccessDeniedException(path.toString());
      default -> new FileSystemException(path.toString(), null, SystemError.text(e.error));
    };
  }
}
