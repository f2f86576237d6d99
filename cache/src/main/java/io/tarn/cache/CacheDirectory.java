package io.tarn.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/// A directory of blocks:
///
/// lock                held by the process that uses it index               which blocks there are
/// ([IndexFile]) filling/<serial>    being written; emptied at start blocks/<2>/<serial> whole
///
/// Serials are given once, and later runs give greater ones.
final class CacheDirectory implements AutoCloseable {
  private static final int FANS = 256;
  private static final int PAUSE_SECONDS = 10;

  private final Path path;
  private final IndexFile index;
  private final FileChannel lock;
  private volatile Instant pausedUntil = Instant.MIN;
  private final BitSet fans = new BitSet(FANS); // those that are there for sure
  private boolean torn;

  private CacheDirectory(Path path, IndexFile index, FileChannel lock) {
    this.path = path;
    this.index = index;
    this.lock = lock;
  }

  /// Makes what is not there yet.
  ///
  /// @throws IOException when it cannot be used, or another process uses it
  static CacheDirectory open(Path path, int blockSize) throws IOException {
    Files.createDirectories(path.resolve("filling"));
    Files.createDirectories(path.resolve("blocks"));
    FileChannel lock =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) throw inUse(path);
      try (DirectoryStream<Path> left = Files.newDirectoryStream(path.resolve("filling"))) {
        for (Path file : left) Files.delete(file);
      }
      return new CacheDirectory(path, new IndexFile(path, blockSize), lock);
    } catch (OverlappingFileLockException e) {
      lock.close();
      throw inUse(path);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static IOException inUse(Path path) {
    return new IOException(
        "another process uses the cache directory %s; give each its own".formatted(path));
  }

  private static String fanOf(long serial) {
    return "blocks/%02x".formatted(serial & (FANS - 1));
  }

  Path path() {
    return path;
  }

  Path file(long serial) {
    return path.resolve(fanOf(serial)).resolve(Long.toHexString(serial));
  }

  Path filling(long serial) {
    return path.resolve("filling").resolve(Long.toHexString(serial));
  }

  IndexFile.Contents read() throws IOException {
    return index.read();
  }

  /// Gives a block that was written its name.
  synchronized void commit(Block block) throws IOException {
    log(() -> index.there(block));
    int fan = (int) (block.serial() & (FANS - 1));
    if (!fans.get(fan)) Files.createDirectories(path.resolve(fanOf(fan)));
    fans.set(fan);
    Files.move(filling(block.serial()), file(block.serial()), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Takes the block's file away. What cannot be deleted is found by the next start.
  void delete(Block block) throws IOException {
    Files.deleteIfExists(file(block.serial()));
    synchronized (this) {
      log(() -> index.gone(block));
    }
  }

  private interface Change {
    void run() throws IOException;
  }

  /// After half a record nothing that is behind it would be read.
  private void log(Change change) throws IOException {
    try {
      change.run();
    } catch (IOException e) {
      torn = true;
      throw e;
    }
  }

  synchronized boolean needsRewrite() {
    return torn || index.isLong();
  }

  /// Writes the index anew.
  synchronized void rewrite(Consumer<Consumer<Block>> blocks) throws IOException {
    index.rewrite(blocks);
    torn = false;
  }

  /// Deletes files of earlier runs, those with serials below `first`, that are not known.
  void sweep(long first, LongPredicate known) throws IOException {
    for (int fan = 0; fan < FANS; fan++) {
      List<Path> strays = new ArrayList<>();
      if (!Files.isDirectory(path.resolve(fanOf(fan)))) continue;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path.resolve(fanOf(fan)))) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          if (!name.matches("[0-9a-f]{1,16}")) continue; // none of ours
          long serial = Long.parseUnsignedLong(name, 16);
          if (serial < first && !known.test(serial)) strays.add(file);
        }
      }
      for (Path stray : strays) Files.deleteIfExists(stray);
    }
  }

  /// Writes nothing here for a while, after a write failed.
  void pause(Instant now) {
    pausedUntil = now.plusSeconds(PAUSE_SECONDS);
  }

  boolean isPaused(Instant now) {
    return now.isBefore(pausedUntil);
  }

  @Override
  public synchronized void close() throws IOException {
    index.close();
    lock.close();
  }
}
