package io.tarn.io;

import io.tarn.io.LinuxCalls.Failed;
import io.tarn.observe.SystemError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A file open for reading by position. Thread-safe; whoever reads while it is being closed gets
/// the bytes or a failure.
public interface ReadableFile extends AutoCloseable {
  /// By the system's own calls where those are known, else by a channel.
  static ReadableFile open(Path path, Closer closer) throws IOException {
    LinuxCalls calls = LinuxCalls.known();
    return calls == null ? Channel.open(path, closer) : Native.open(calls, path, closer);
  }

  /// File systems that open a file whose name is in memory without asking a disk or somebody else.
  Set<String> WAIT_FOR_NOBODY = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs");

  /// Whether [#openCached] waits for nobody there.
  static boolean opensCached(FileStore store) {
    return WAIT_FOR_NOBODY.contains(store.type());
  }

  /// Without waiting for the disk; null when that cannot be done.
  static @Nullable ReadableFile openCached(Path path, Closer closer) {
    LinuxCalls calls = LinuxCalls.known();
    return calls == null ? null : Native.openCached(calls, path, closer);
  }

  long size() throws IOException;

  /// Reads what there is, at most as much as `into` has room for; -1 at the end. May wait for the
  /// disk.
  int read(ByteBuffer into, long at) throws IOException;

  /// As [#read] when all of it is in memory; else 0, at once.
  int tryRead(ByteBuffer into, long at) throws IOException;

  /// Whether [#tryRead] is more than a promise.
  boolean canTry();

  /// Returns at once: the file is closed a little later.
  @Override
  void close();

  /// What is there on every system.
  record Channel(FileChannel channel, Closer closer) implements ReadableFile {
    static Channel open(Path path, Closer closer) throws IOException {
      return new Channel(FileChannel.open(path, StandardOpenOption.READ), closer);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return channel.read(into, at);
    }

    @Override
    public int tryRead(ByteBuffer into, long at) {
      return 0;
    }

    @Override
    public boolean canTry() {
      return false;
    }

    @Override
    public void close() {
      closer.add(channel::close);
    }
  }

  /// Another's bytes as far as they are in memory. Reading others fails with [NotCached].
  record Cached(ReadableFile file) implements ReadableFile {
    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      int count = file.tryRead(into, at);
      if (count == 0 && into.hasRemaining()) throw new NotCached();
      return count;
    }

    @Override
    public int tryRead(ByteBuffer into, long at) throws IOException {
      return file.tryRead(into, at);
    }

    @Override
    public boolean canTry() {
      return file.canTry();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /// The disk would have to be waited for.
  final class NotCached extends IOException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /// A file by the calls of Linux, for the one thing that Java's channels do not do: to read what
  /// is in the page cache and nothing else, so that an event loop may read.
  ///
  /// `RWF_NOWAIT` alone would not do: where a page is missing, it waits for nothing, but begins to
  /// read ahead, and to hand requests to a disk whose queue is full is to wait for the disk. So it
  /// is used only on what `cachestat` (Linux 6.5) says is there.
  final class Native implements ReadableFile {
    private final LinuxCalls calls;
    private final Path path;
    private final int descriptor;
    private final Closer closer;
    private volatile boolean canTry;

    /// Reads under way, and one until it is closed: the descriptor must not become another file's
    /// while somebody reads.
    private final AtomicInteger holds = new AtomicInteger(1);

    private final AtomicBoolean closed = new AtomicBoolean();

    private Native(LinuxCalls calls, Path path, int descriptor, boolean canTry, Closer closer) {
      this.calls = calls;
      this.path = path;
      this.descriptor = descriptor;
      this.canTry = canTry;
      this.closer = closer;
    }

    /// Where reading must leave a time of access, a loop must not read: to note it down can be to
    /// wait for the disk.
    static Native open(LinuxCalls calls, Path path, Closer closer) throws IOException {
      try {
        return new Native(calls, path, calls.openForReading(path, true), true, closer);
      } catch (Failed e) {
        if (e.error != LinuxCalls.EPERM) throw failure(path, e);
      }
      try {
        return new Native(calls, path, calls.openForReading(path, false), false, closer);
      } catch (Failed e) {
        throw failure(path, e);
      }
    }

    /// Null where that would have to wait, or does not work for any other reason.
    static @Nullable Native openCached(LinuxCalls calls, Path path, Closer closer) {
      try {
        return new Native(calls, path, calls.openCached(path), true, closer);
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
}
