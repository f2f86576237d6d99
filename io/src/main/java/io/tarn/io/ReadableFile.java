package io.tarn.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// A file open for reading by position. Thread-safe; whoever reads while it is being closed gets
/// the bytes or a failure.
public interface ReadableFile extends AutoCloseable {
  /// By the system's own calls where those are known, else by a channel.
  static ReadableFile open(Path path, Closer closer) throws IOException {
    ReadableFile file = LinuxFile.open(path, closer);
    return file != null ? file : Channel.open(path, closer);
  }

  /// File systems that open a file whose name is in memory without asking a disk or somebody else.
  Set<String> WAIT_FOR_NOBODY = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs");

  /// Whether [LinuxFile#openCached] waits for nobody there.
  static boolean opensCached(FileStore store) {
    return WAIT_FOR_NOBODY.contains(store.type());
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

  /// The disk would have to be waited for.
  final class NotCached extends IOException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
