package io.tarn.io;

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

/// Does to a directory what storing a file there does: writes it aside, syncs, reads, renames it to
/// where it will be found, syncs directories, deletes. Not by two at a time.
public final class DirectoryCheck {
  /// What it makes for a moment where files are found: no blob's shard can be called so, as no id
  /// has a U, and no cached block, as U is no digit.
  public static final String FOUND = "UUUUUU";

  private static final String NAME = "volume-check";
  private static final int BYTES = 1 << 20;

  private final Path staging;
  private final Path found;

  /// - `staging`: where files are written
  /// - `found`: where they are renamed to
  public DirectoryCheck(Path staging, Path found) {
    this.staging = staging;
    this.found = found;
  }

  /// A disk that is merely full is well.
  public synchronized void run() throws IOException {
    try {
      writeAndRead();
      move();
    } catch (IOException e) {
      if (!SystemError.isFull(e)) throw e;
    }
    DurableFile.sync(staging);
    DurableFile.sync(found);
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
      ByteBuffer read = ByteBuffer.allocate(BYTES);
      while (read.hasRemaining()) {
        if (channel.read(read, read.position()) < 0) throw new IOException(file + " ends early");
      }
      if (!read.flip().equals(ByteBuffer.wrap(bytes))) {
        throw new IOException(file + " does not give back what was written into it");
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// One rename, and nothing left of it.
  private void move() throws IOException {
    Path from = staging.resolve(NAME);
    Path to = found.resolve(FOUND);
    Files.deleteIfExists(from);
    Files.createDirectory(from);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(from);
      Files.deleteIfExists(to);
    }
  }

  /// Fails with [Unavailable] when files are not found on the file system on which they are staged:
  /// one would have to be copied into its place, and half of one could be there after a crash.
  public synchronized void checkIsOneFileSystem() throws IOException {
    try {
      move();
    } catch (AtomicMoveNotSupportedException e) {
      throw new Unavailable(
          "%s is on another file system than %s: mount the disk at %s, not below it"
              .formatted(found, staging, staging.getParent()),
          e);
    } catch (IOException e) {
      if (!SystemError.isFull(e)) throw e;
    }
  }
}
