package io.tarn.disk;

import com.sun.nio.file.ExtendedOpenOption;
import io.tarn.bytes.PageAligned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file a blob is written to, from its first byte to its last. Not thread-safe.
///
/// Bytes that come in aligned blocks can go past the page cache, straight from the caller's buffer:
/// no copy, no page to allocate, nothing for the sync to write back. From the first piece on that
/// is not whole blocks, at the latest the last one, the rest goes through the page cache; no page
/// of it was written past it, so the two never meet.
final class BlobSink implements AutoCloseable {
  private final Path path;
  private final int alignment;
  private @Nullable FileChannel direct;
  private @Nullable FileChannel cached;
  private long position;
  private long throughCacheBytes;

  private BlobSink(Path path, int alignment) {
    this.path = path;
    this.alignment = alignment;
  }

  /// Through the page cache alone: for blobs that are small, and likely to be read while warm.
  static BlobSink cached(Path path) throws IOException {
    var sink = new BlobSink(path, 1);
    sink.cached = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return sink;
  }

  static BlobSink direct(Path path, DirectWrites.Alignment alignment) throws IOException {
    var sink = new BlobSink(path, alignment.bytes());
    sink.direct = DirectWrites.create(path);
    return sink;
  }

  Path path() {
    return path;
  }

  /// Bytes that only a sync writes to the disk, as far as the kernel has not yet.
  long throughCacheBytes() {
    return throughCacheBytes;
  }

  /// Takes all remaining bytes; the buffer is the caller's again afterwards.
  void write(ByteBuffer bytes) throws IOException {
    if (direct != null && cached == null && isAligned(bytes)) {
      int end = bytes.limit();
      bytes.limit(end - bytes.remaining() % alignment);
      while (bytes.hasRemaining()) position += direct.write(bytes, position);
      bytes.limit(end);
    }
    if (!bytes.hasRemaining()) return;
    FileChannel rest = throughCache();
    while (bytes.hasRemaining()) {
      int count = rest.write(bytes, position);
      position += count;
      throughCacheBytes += count;
    }
  }

  private boolean isAligned(ByteBuffer bytes) {
    return bytes.isDirect() && bytes.alignmentOffset(bytes.position(), alignment) == 0;
  }

  private FileChannel throughCache() throws IOException {
    FileChannel open = cached;
    if (open == null) {
      open = FileChannel.open(path, StandardOpenOption.WRITE);
      cached = open;
    }
    return open;
  }

  /// Writes the last bytes and returns when all of them are durable.
  void finish(ByteBuffer last) throws IOException {
    write(last);
    // The sync of a file covers what came through any descriptor, and its length.
    throughCache().force(false);
  }

  @Override
  public void close() throws IOException {
    try (FileChannel _ = direct;
        FileChannel _ = cached) {
      direct = null;
      cached = null;
    }
  }

  /// Writing past the page cache (`O_DIRECT`, open(2)), which some file systems do not know.
  static final class DirectWrites {
    private static final Logger LOG = LoggerFactory.getLogger(DirectWrites.class);

    /// What the address, length and place of a direct write must be a multiple of.
    record Alignment(int bytes) {}

    private DirectWrites() {}

    static FileChannel create(Path path) throws IOException {
      return FileChannel.open(
          path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
    }

    /// Tries it with a file of one block in `directory`. Empty when this file system cannot, which
    /// is no failure: everything goes through the page cache then.
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
}
