package io.tarn.files;

import io.tarn.files.FileLocks.Taken;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out what became of files that were on their way to the origin when something broke: a
/// request, the origin, or this process. What is there at the origin becomes the file here, too;
/// what is not is given up. While the origin does not answer, it waits, and few more are sent.
final class Settling implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final LocalFiles local;
  private final @Nullable OriginFiles far;
  private final FileLocks locks;
  private final int most;
  private final LinkedBlockingQueue<FileId> open = new LinkedBlockingQueue<>();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Thread thread;

  /// `most`: how many may be open before no more are sent.
  Settling(LocalFiles local, @Nullable OriginFiles far, FileLocks locks, int most) {
    this.local = local;
    this.far = far;
    this.locks = locks;
    this.most = most;
    this.thread = Thread.ofVirtual().name("files-settling").unstarted(this::run);
  }

  /// Takes up what a process before this one left. Before the first request.
  void start() {
    open.addAll(local.staged());
    if (!open.isEmpty() && far == null) {
      LOG.warn("{} files were on their way to an origin that is no more in the settings", size());
    }
    thread.start();
  }

  int size() {
    return open.size();
  }

  /// @throws FileFailure while too many are open
  void requireRoom() {
    if (size() < most) return;
    throw FileFailure.busy("The origin does not answer; try again, or put the file at level 0.");
  }

  /// `name`: what is staged.
  void add(FileId name) {
    open.add(name);
  }

  private void run() {
    if (far == null) return;
    Duration pause = FIRST;
    try {
      while (true) {
        FileId name = open.take();
        if (settle(name, far)) {
          pause = FIRST;
          continue;
        }
        open.add(name);
        if (ending.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
        pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the end
    }
  }

  /// False when it has to be tried again.
  private boolean settle(FileId name, OriginFiles origin) {
    try {
      Optional<FileMeta> staged = local.findStaged(name);
      if (staged.isPresent()) settle(name, staged.get(), origin);
      local.dropStaged(name);
      return true;
    } catch (StoreFailure | FileFailure e) {
      LOG.warn(
          "what became of a file at the origin {} is not known: {}", origin.name(), e.getMessage());
      return false;
    }
  }

  private void settle(FileId name, FileMeta staged, OriginFiles origin) {
    try (Taken _ = locks.take(staged.id())) {
      Optional<FileMeta> there = origin.find(staged.id());
      boolean came = there.isPresent() && there.get().timestamp() == staged.timestamp();
      if (came) local.install(name, staged);
      LOG.info(
          "file {} {} the origin {}",
          staged.id(),
          came ? "is at" : "did not come to",
          origin.name());
    } catch (StoreFailure.NotPermitted _) {
      LOG.info("file {} is another one by now", staged.id());
    }
  }

  @Override
  public void close() {
    ending.countDown();
    thread.interrupt();
    try {
      if (thread.isAlive() && !thread.join(PATIENCE)) LOG.warn("settling files does not end");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
