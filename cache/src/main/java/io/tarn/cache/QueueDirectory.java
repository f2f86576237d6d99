package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// Where queued writes are:
///
/// - `lock`: held by the process that uses it
/// - `format`: which format this is
/// - `log/<number>`: which writes came and went ([WriteLog]), with the bytes of small bodies
/// - `staging/<number>`: bodies being written; emptied at start
/// - `bodies/<number>`: bodies that are whole ([QueuedFile])
final class QueueDirectory implements AutoCloseable {
  private static final String FORMAT = "tarn write-back 1\n";

  private final Path path;
  private final FileChannel lock;
  private final DurableFile format;

  private QueueDirectory(Path path, FileChannel lock, DurableFile format) {
    this.path = path;
    this.lock = lock;
    this.format = format;
  }

  /// Makes what is not there yet.
  ///
  /// @throws IOException when another process uses it, or something is missing that was there
  static QueueDirectory open(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel lock =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) throw inUse(path);
      var format = new DurableFile(path.resolve("format"), DurableFile.Readers.AS_USUAL);
      requireKnown(path, format.read());
      for (String each : List.of("log", "staging", "bodies")) {
        Files.createDirectories(path.resolve(each));
      }
      DurableFile.sync(path);
      return new QueueDirectory(path, lock, format);
    } catch (OverlappingFileLockException e) {
      lock.close();
      throw inUse(path);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static IOException inUse(Path path) {
    return new IOException("another process uses the write-back directory " + path);
  }

  /// A directory that was in use has a log: without it what was acknowledged would be forgotten.
  private static void requireKnown(Path path, Optional<String> format) throws IOException {
    if (format.isEmpty()) return;
    if (!format.get().equals(FORMAT)) {
      throw new IOException(
          "the write-back directory %s is of another version: %s"
              .formatted(path, format.get().strip()));
    }
    Path log = path.resolve("log");
    if (Files.isDirectory(log)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(log)) {
        if (files.iterator().hasNext()) return;
      }
    }
    throw new IOException(
        "the log of the write-back directory %s is gone, and with it which writes were acknowledged; restore it, or move the directory aside to start without them"
            .formatted(path));
  }

  /// From now on it has a log.
  void seal() throws IOException {
    if (format.read().isEmpty()) format.write(FORMAT);
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolve("log");
  }

  Path named(long number) {
    return path.resolve("bodies").resolve(LogSegment.name(number));
  }

  /// Where bodies come; `numbers` are their names.
  StagedBody.Directory files(LongSupplier numbers) {
    return new StagedBody.Directory() {
      @Override
      public long number() {
        return numbers.getAsLong();
      }

      @Override
      public Path staged(long number) {
        return path.resolve("staging").resolve(LogSegment.name(number));
      }

      @Override
      public Path named(long number) {
        return QueueDirectory.this.named(number);
      }
    };
  }

  /// Deletes what the log does not know of; returns the greatest number that was there.
  long sweepBodies(Set<Long> known) throws IOException {
    return sweep("bodies", known);
  }

  /// Likewise of what was not whole.
  long sweepStaging() throws IOException {
    return sweep("staging", Set.of());
  }

  private long sweep(String name, Set<Long> known) throws IOException {
    long greatest = 0;
    List<Path> strays = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(path.resolve(name))) {
      for (Path file : found) {
        String text = String.valueOf(file.getFileName());
        if (!text.matches("[0-9a-f]{16}")) continue; // none of ours
        long number = Long.parseUnsignedLong(text, 16);
        greatest = Math.max(greatest, number);
        if (!known.contains(number)) strays.add(file);
      }
    }
    for (Path stray : strays) Files.delete(stray);
    return greatest;
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      WriteQueue.LOG.warn("closing the write-back directory", e);
    }
  }
}
