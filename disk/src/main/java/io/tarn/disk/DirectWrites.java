package io.tarn.disk;

import com.sun.nio.file.ExtendedOpenOption;
import io.tarn.bytes.PageAligned;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writing past the page cache (`O_DIRECT`, open(2)), which some file systems do not know.
final class DirectWrites {
  private static final Logger LOG = LoggerFactory.getLogger(DirectWrites.class);

  /// What the address, length and place of a direct write must be a multiple of.
  record Alignment(int bytes) {}

  private DirectWrites() {}

  static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
  }

  /// Tries it with a file of one block in `directory`. Empty when this file system cannot, which is
  /// no failure: everything goes through the page cache then.
  static Optional<Alignment> tryIn(Path directory, FileStore store) throws IOException {
    Path probe = directory.resolve("direct-write-probe");
    Files.deleteIfExists(probe);
    try {
      long block = store.getBlockSize();
      if (block > PageAligned.PAGE || Long.bitCount(block) != 1) {
        return cannot(directory, "its blocks have " + block + " bytes");
      }
      try (FileChannel channel = create(probe)) {
        channel.write(PageAligned.allocate((int) block), 0);
      }
      return Optional.of(new Alignment((int) block));
    } catch (IOException | UnsupportedOperationException e) {
      return cannot(directory, String.valueOf(e.getMessage()));
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static Optional<Alignment> cannot(Path directory, String why) {
    LOG.info("{} takes no direct writes ({}); blobs go through the page cache", directory, why);
    return Optional.empty();
  }
}
