package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Room on a full disk for what makes room: the records of writes that went. It is a file of
/// nothing, which is given up when such a record finds no room, and made anew when there is some;
/// in between nothing is queued. By the writer of the log alone.
final class LogReserve {
  private static final int BYTES = 1 << 20;
  private static final long AGAIN_NANOS = 1_000_000_000;

  private final Path file;
  private boolean there;
  private long triedAt;
  private @Nullable IOException full;

  LogReserve(Path directory) {
    this.file = directory.resolve("reserve");
  }

  boolean isThere() {
    return there;
  }

  /// Fails, as the disk does, where none can be made; tries so once a second.
  void require() throws IOException {
    if (full != null && System.nanoTime() - triedAt < AGAIN_NANOS) {
      throw new IOException(full.getMessage(), full);
    }
    triedAt = System.nanoTime();
    try {
      make();
    } catch (IOException e) {
      full = e;
      throw e;
    }
  }

  /// One that an earlier run made is as good, if it is whole.
  private void make() throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) == BYTES) {
      there = true;
      return;
    }
    // No file system should find out that it could do with less.
    byte[] bytes = new byte[BYTES];
    new SplittableRandom().nextBytes(bytes);
    boolean whole = false;
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      LogSegment.write(out, ByteBuffer.wrap(bytes), 0);
      out.force(true);
      whole = true;
    } finally {
      if (!whole) Files.deleteIfExists(file);
    }
    there = true;
  }

  /// Gives it up, because of that.
  void giveUp(IOException why) throws IOException {
    there = false;
    full = why;
    triedAt = System.nanoTime();
    if (Files.deleteIfExists(file)) DurableFile.sync(LogSegment.parent(file));
  }
}
