package io.tarn.disk;

import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to use a directory, for one process at a time; it ends with the process.
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Makes the directory, if need be. Fails with [Unavailable] while somebody has it.
  public static DirectoryLock take(Path root) throws IOException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return new DirectoryLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(root, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(root, null);
  }

  private static Unavailable inUse(Path root, @Nullable Throwable cause) {
    return new Unavailable(
        "%s is in use: another server runs on it, or it is named twice".formatted(root), cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
