package io.tarn.disk;

import com.sun.nio.file.ExtendedOpenOption;
import io.tarn.bytes.PageAligned;
import io.tarn.io.Calls;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A blob on its way to disk. Once committed the file is under its name and durable; closed before
/// that, the file is gone. A crash leaves it in `staging`, which is emptied at start.
///
/// A call that the disk did not answer in time still has the file: what comes of it is thrown away
/// when it ends, by the thread that made it. Until then nobody else touches the file.
final class StagedFile implements Blobs.Staged {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);

  /// A sync has to write what is in the page cache: so many bytes are allowed the usual time.
  private static final long SYNCED_IN_TIME = 64 << 20;

  private static final int MOST_TIMES = 10;

  private final Volume volume;
  private final BlobAt blob;
  private final Sink sink;
  private final BlobFile.Footer.Builder footer;
  private final Space.Promise promise;
  private volatile boolean abandoned;
  private volatile boolean published;
  private boolean committed;

  StagedFile(Volume volume, BlobAt blob, Space.Promise promise, Sink sink) {
    this.volume = volume;
    this.blob = blob;
    this.promise = promise;
    this.sink = sink;
    footer = new BlobFile.Footer.Builder(blob.id());
  }

  @Override
  public BlobAt blob() {
    return blob;
  }

  @Override
  public void write(ByteBuffer bytes) {
    footer.add(bytes);
    // Of its own, as the caller uses his again when he was told that the disk does not answer.
    ByteBuffer taken = bytes.duplicate();
    make(
        1,
        () -> {
          int count = taken.remaining();
          promise.require(count);
          sink.write(taken);
          promise.used(count);
        });
    bytes.position(bytes.limit());
  }

  @Override
  public Receipt commit(BlobLabel label) {
    BlobLabel written = volume.takesLabels() ? label : BlobLabel.NONE;
    long times = 1 + sink.throughCacheBytes() / SYNCED_IN_TIME;
    make(
        (int) Math.min(times, MOST_TIMES),
        () -> {
          sink.finish(footer.finish(written));
          sink.close();
          if (abandoned) return;
          published = true;
          volume.publish(sink.path(), blob.id());
        });
    committed = true;
    return new Receipt(blob, footer.length());
  }

  private interface Work {
    void run() throws IOException;
  }

  /// What becomes of the file when a call ends that nobody waits for any more.
  private final class ThrownAway implements Calls.Late<Boolean> {
    private boolean begun;

    @Override
    public void begun() {
      begun = true;
    }

    @Override
    public void undo(@Nullable Boolean done) {
      discard();
    }
  }

  private void make(int times, Work work) {
    var late = new ThrownAway();
    try {
      var _ =
          volume
              .calls()
              .make(
                  times,
                  () -> {
                    work.run();
                    return true;
                  },
                  late);
    } catch (IOException e) {
      throw volume.writeFailed(e);
    } catch (Unresponsive e) {
      abandoned = late.begun;
      throw e;
    }
  }

  /// Nothing is left of it, neither staged nor under its name. Waits for the disk.
  void discard() {
    try (promise) {
      sink.close();
      Files.deleteIfExists(sink.path());
      // Whether it got there is not known; nobody was told that it did.
      if (published && !committed) Files.deleteIfExists(volume.fileOf(blob.id()));
    } catch (IOException e) {
      LOG.warn("what was staged of {} could not be deleted", blob, volume.writeFailed(e));
    }
  }

  @Override
  public void close() {
    if (committed) {
      promise.close();
    } else if (!abandoned) {
      throwAway();
    }
  }

  private void throwAway() {
    var begun = new AtomicBoolean();
    try {
      var _ =
          volume
              .calls()
              .make(
                  () -> {
                    begun.set(true);
                    discard();
                    return true;
                  });
    } catch (IOException e) {
      throw volume.writeFailed(e);
    } catch (Unresponsive e) {
      if (!begun.get()) volume.closer().add(this::discard);
    }
  }

  /// The file a blob is written to, from its first byte to its last. Not thread-safe.
  ///
  /// Bytes that come in aligned blocks can go past the page cache, straight from the caller's
  /// buffer: no copy, no page to allocate, nothing for the sync to write back. From the first piece
  /// on that is not whole blocks, at the latest the last one, the rest goes through the page cache;
  /// no page of it was written past it, so the two never meet.
  static final class Sink implements AutoCloseable {
    private final Path path;
    private final int alignment;
    private @Nullable FileChannel direct;
    private @Nullable FileChannel cached;
    private long position;
    private long throughCacheBytes;

    private Sink(Path path, int alignment) {
      this.path = path;
      this.alignment = alignment;
    }

    /// Through the page cache alone: for blobs that are small, and likely to be read while warm.
    static Sink cached(Path path) throws IOException {
      var sink = new Sink(path, 1);
      sink.cached = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return sink;
    }

    static Sink direct(Path path, DirectWrites.Alignment alignment) throws IOException {
      var sink = new Sink(path, alignment.bytes());
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
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            ExtendedOpenOption.DIRECT);
      }

      /// Tries it with a file of one block in `directory`. Empty when this file system cannot,
      /// which is no failure: everything goes through the page cache then.
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
}
