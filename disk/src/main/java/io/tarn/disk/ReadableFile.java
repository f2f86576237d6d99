package io.tarn.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file open for reading by position. Thread-safe; whoever reads while it is being closed gets
/// the bytes or a failure.
interface ReadableFile extends AutoCloseable {
  /// By the system's own calls where those are known, else by a channel.
  static ReadableFile open(Path path) throws IOException {
    LinuxCalls calls = LinuxCalls.known();
    return calls == null ? Channel.open(path) : NativeFile.open(calls, path);
  }

  long size() throws IOException;

  /// Reads what there is, at most as much as `into` has room for; -1 at the end. May wait for the
  /// disk.
  int read(ByteBuffer into, long at) throws IOException;

  /// As [#read] when all of it is in memory; else 0, at once. `into` is direct.
  int tryRead(ByteBuffer into, long at) throws IOException;

  /// Whether [#tryRead] is more than a promise.
  boolean canTry();

  @Override
  void close() throws IOException;

  /// What is there on every system.
  record Channel(FileChannel channel) implements ReadableFile {
    static Channel open(Path path) throws IOException {
      return new Channel(FileChannel.open(path, StandardOpenOption.READ));
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
    public void close() throws IOException {
      channel.close();
    }
  }
}
