package io.tarn.disk;

import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to use a directory as a volume, for one process at a time; it ends with the process.
final class VolumeLock implements AutoCloseable {
  private final FileChannel channel;

  private VolumeLock(FileChannel channel) {
    this.channel = channel;
  }

  static VolumeLock take(Path root) throws IOException {
    Files.createDirectories(root);
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return new VolumeLock(channel);
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
