package io.tarn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file open for reading by position. Thread-safe; whoever reads while it is being closed gets
/// the bytes or a failure.
interface ReadableFile extends AutoCloseable {
  /// By the system's own calls where those are known, else by a channel.
  static ReadableFile open(Path path, Closer closer) throws IOException {
    LinuxCalls calls = LinuxCalls.known();
    return calls == null ? Channel.open(path, closer) : NativeFile.open(calls, path, closer);
  }

  /// Without waiting for the disk; null when that cannot be done.
  static @Nullable ReadableFile openCached(Path path, Closer closer) {
    LinuxCalls calls = LinuxCalls.known();
    return calls == null ? null : NativeFile.openCached(calls, path, closer);
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
}
