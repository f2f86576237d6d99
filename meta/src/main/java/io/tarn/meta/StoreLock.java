package io.tarn.meta;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to use a store's directory, for one process at a time; it ends with the process.
/// RocksDB has a lock of its own, which comes too late for what is done before it is opened.
final class StoreLock implements AutoCloseable {

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Fails with [MetaException.Unavailable] while somebody has it.
  static StoreLock take(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return new StoreLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(directory, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(directory, null);
  }

  private static MetaException inUse(Path directory, @Nullable Throwable cause) {
    return new MetaException.Unavailable(
        "the metadata store in %s cannot be opened: it is in use by another server"
            .formatted(directory),
        cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
