package io.tarn.disk;

import io.tarn.bytes.DurableFile;
import io.tarn.observe.SystemError;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/// Does to a volume what storing a blob does: writes, syncs, reads, renames from `staging` to
/// `blobs`, syncs directories, deletes. Not by two at a time.
final class VolumeCheck {
  private static final String NAME = "volume-check";
  // Among the directories of blobs, and named as none of them can be: no id has a U.
  static final String SHARD = "UUUUUU";
  private static final int BYTES = 1 << 20;

  private final Path staging;
  private final Path blobs;

  VolumeCheck(Path root) {
    staging = root.resolve("staging");
    blobs = root.resolve("blobs");
  }

  /// A disk that is merely full is well.
  synchronized void run() throws IOException {
    try {
      writeAndRead();
      move();
    } catch (IOException e) {
      if (!SystemError.isFull(e)) throw e;
    }
    DurableFile.sync(staging);
    DurableFile.sync(blobs);
  }

  private void writeAndRead() throws IOException {
    byte[] bytes = new byte[BYTES];
    new Random().nextBytes(bytes);
    Path file = staging.resolve(NAME);
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer written = ByteBuffer.wrap(bytes);
      while (written.hasRemaining()) channel.write(written, written.position());
      channel.force(true);
      ByteBuffer found = ByteBuffer.allocate(BYTES);
      while (found.hasRemaining()) {
        if (channel.read(found, found.position()) < 0) throw new IOException(file + " ends early");
      }
      if (!found.flip().equals(ByteBuffer.wrap(bytes))) {
        throw new IOException(file + " does not give back what was written into it");
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// One rename, and nothing left of it.
  private void move() throws IOException {
    Path from = staging.resolve(NAME);
    Path to = blobs.resolve(SHARD);
    Files.deleteIfExists(from);
    Files.createDirectory(from);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(from);
      Files.deleteIfExists(to);
    }
  }

  /// Fails with [Unavailable] when blobs are not on the file system on which they are staged: a
  /// blob would have to be copied into its place, and half of one could be there after a crash.
  synchronized void checkIsOneFileSystem() throws IOException {
    try {
      move();
    } catch (AtomicMoveNotSupportedException e) {
      throw new Unavailable(
          "%s is on another file system than %s: mount the disk at %s, not below it"
              .formatted(blobs, staging, staging.getParent()),
          e);
    } catch (IOException e) {
      if (!SystemError.isFull(e)) throw e;
    }
  }
}
