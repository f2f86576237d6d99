package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import io.tarn.io.CallSettings;
import io.tarn.io.Calls;
import io.tarn.io.Closer;
import io.tarn.io.DirectoryCheck;
import io.tarn.io.Fence;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where queued writes are:
///
/// - `lock`: held by the process that uses it
/// - `format`: which format this is
/// - `log/<number>`: which writes came and went ([WriteLog]), with the bytes of small bodies
/// - `staging/<number>`: bodies being written; emptied at start
/// - `bodies/<number>`: bodies that are whole ([QueuedFile])
///
/// Whatever may have to wait for the disk goes through [Calls]; only the log has a thread of its
/// own. While the disk does not answer nothing is queued, and nothing that is queued can be read.
/// When a check finds it well all of it is there again.
final class QueueDirectory implements AutoCloseable {
  private static final String FORMAT = "tarn write-back 1\n";

  /// How many times the patience a call of the start may take.
  private static final int START_TIMES = 10;

  private final Path path;
  private final Fence fence;
  private final Calls calls;
  private final Closer closer;
  private final DirectoryCheck check;
  private final DurableFile format;
  private volatile @Nullable FileChannel lock;
  private volatile @Nullable FileStore disk;
  private volatile boolean closed;
  private volatile Fence.Check further = () -> {};

  private QueueDirectory(Path path, CacheCalls limits) {
    this.path = path.toAbsolutePath().normalize();
    String name = "The disk of the write-back queue";
    check = new DirectoryCheck(this.path.resolve("staging"), this.path.resolve("bodies"));
    fence = new Fence(this.path, name, this::recover, limits.checkEvery(), Long.MAX_VALUE);
    calls = new Calls(name, new CallSettings(limits.patience(), limits.most()), fence);
    closer = new Closer(calls);
    format = new DurableFile(path.resolve("format"), DurableFile.Readers.AS_USUAL);
  }

  /// Makes what is not there yet.
  ///
  /// @throws IOException when another process uses it, something is missing that was there, or the
  /// disk does not answer
  static QueueDirectory open(Path path, CacheCalls limits) throws IOException {
    var directory = new QueueDirectory(path, limits);
    boolean opened = false;
    try {
      directory.atStart(directory::take);
      opened = true;
      return directory;
    } finally {
      if (!opened) directory.close();
    }
  }

  /// Makes a call of the start.
  <T extends @Nullable Object> T atStart(Calls.Call<T> call) throws IOException {
    try {
      return calls.check(START_TIMES, call);
    } catch (Unresponsive e) {
      throw new IOException("the disk of %s does not answer".formatted(path), e);
    }
  }

  private boolean take() throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean whole = false;
    try {
      if (channel.tryLock() == null) throw inUse(path);
      requireKnown(path, format.read());
      for (String each : List.of("log", "staging", "bodies")) {
        Files.createDirectories(path.resolve(each));
      }
      DurableFile.sync(path);
      disk = Files.getFileStore(path);
      lock = channel;
      whole = true;
      return true;
    } catch (OverlappingFileLockException e) {
      throw inUse(path);
    } finally {
      if (!whole || closed) channel.close();
    }
  }

  /// What else has to be well before the disk counts as well.
  void alsoCheck(Fence.Check more) {
    further = more;
  }

  private void recover() throws IOException {
    calls.check(
        1,
        () -> {
          check.run();
          return true;
        });
    further.run();
  }

  Calls calls() {
    return calls;
  }

  Closer closer() {
    return closer;
  }

  /// Before anything.
  ///
  /// @throws Unresponsive while the disk does not answer
  void refuseSilent() {
    fence.refuseSilent();
  }

  boolean isSilent() {
    return fence.isSilent();
  }

  /// The one it is on.
  FileStore disk() {
    FileStore known = disk;
    if (known == null) throw new IllegalStateException(path + " was never there");
    return known;
  }

  /// Asks the disk.
  long free() throws IOException {
    return calls.make(disk()::getUsableSpace);
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

  Path path() {
    return path;
  }

  Path log() {
    return path.resolve("log");
  }

  Path named(long number) {
    return path.resolve("bodies").resolve(LogSegment.name(number));
  }

  Path staged(long number) {
    return path.resolve("staging").resolve(LogSegment.name(number));
  }

  /// Deletes the bytes of a write that went, soon, and then does what is to be done.
  void delete(long number, Runnable then) {
    closer.add(
        () -> {
          try {
            Files.delete(named(number));
          } catch (IOException e) {
            WriteQueue.LOG.warn("the bytes of a write that went stay until the next start", e);
          } finally {
            then.run();
          }
        });
  }

  /// Makes sure that the bodies of these writes are there, in `files`, and deletes all others; from
  /// now on it is a directory with a log. Returns the greatest number that was there.
  long keepOnly(List<QueuedWrite> writes, Set<Long> files) throws IOException {
    for (QueuedWrite write : writes) {
      QueuedWrite.Body body = write.body();
      if (body != null && !body.isInLog()) requireThere(write, body.file());
    }
    long greatest = Math.max(sweep("bodies", files), sweep("staging", Set.of()));
    if (format.read().isEmpty()) format.write(FORMAT);
    return greatest;
  }

  private void requireThere(QueuedWrite write, long file) throws IOException {
    Path body = named(file);
    if (DurableFile.isThere(body) && Files.size(body) == QueuedFile.fileBytes(write.size())) return;
    throw new IOException(
        "the bytes of a queued write are gone or cut: %s, of %s in %s. Restore the file, or move the write-back directory aside to start without what is in it"
            .formatted(body, write.key(), write.bucket().name()));
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

  /// Of a disk that does not answer files and lock are left to the end of the process.
  @Override
  public void close() {
    closed = true;
    fence.close();
    FileChannel held = lock;
    if (held == null || fence.isSilent()) return;
    try {
      closer.end();
      calls.carryOut(held::close);
    } catch (IOException | Unresponsive e) {
      WriteQueue.LOG.warn("closing the write-back directory", e);
    }
  }
}
