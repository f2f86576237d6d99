package io.tarn.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Syncs directories, one sync serving everyone who waited while the one before it ran. A rename is
/// durable only after a sync that began after it.
final class DirectorySyncs {
  private final ConcurrentHashMap<Path, Turns> directories = new ConcurrentHashMap<>();

  /// Returns when a sync of `directory` that began after this call has ended.
  void sync(Path directory) throws IOException {
    directories.computeIfAbsent(directory, Turns::new).join();
  }

  /// Failures are forgotten: those who met them were told.
  void forget() {
    directories.clear();
  }

  private static final class Turns {
    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private long begun;
    private long done;
    private boolean running;
    private @Nullable IOException broken;

    Turns(Path directory) {
      this.directory = directory;
    }

    void join() throws IOException {
      lock.lock();
      try {
        long mine = begun + 1; // the first turn that has not begun yet
        while (done < mine) {
          if (broken != null) {
            throw new IOException("an earlier sync of %s failed".formatted(directory), broken);
          }
          if (running) {
            ended.awaitUninterruptibly();
          } else {
            lead();
          }
        }
      } finally {
        lock.unlock();
      }
    }

    private void lead() throws IOException {
      running = true;
      long turn = ++begun;
      lock.unlock();
      IOException failure = null;
      boolean opened = false;
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        opened = true;
        channel.force(true);
      } catch (IOException e) {
        failure = e;
      }
      lock.lock();
      running = false;
      ended.signalAll();
      if (failure == null) {
        done = turn;
        return;
      }
      // A failed sync is never tried again: the kernel may have dropped the pages. One that did not
      // begin, as the directory is not there or too many files are open, is tried by the next.
      if (opened) broken = failure;
      throw failure;
    }
  }
}
