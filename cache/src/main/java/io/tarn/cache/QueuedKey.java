package io.tarn.cache;

import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The queued writes of one key, oldest first; all of them durable. They go to the origin one after
/// another, each after the one before it is there for certain. Only the newest may be replaced by a
/// newer one, and only while it is certain that the origin has not begun with it.
///
/// Whoever changes the key, here or past the queue, has its turn meanwhile; so what is decided of
/// its newest state still is so when it is done.
final class QueuedKey {
  private static final long TICK_NANOS = 50_000_000;

  private final BucketQueue bucket;
  private final Key key;
  private final ReentrantLock turn = new ReentrantLock(true);
  private volatile List<Item> items = List.of(); // changed under the monitor
  private Instant doubtUntil = Instant.MIN; // guarded by the monitor
  private volatile boolean undecided;
  int users; // in the bucket's hands

  QueuedKey(BucketQueue bucket, Key key) {
    this.bucket = bucket;
    this.key = key;
  }

  /// What becomes of a queued write.
  enum Stage {
    WAITING,
    UPLOADING,
    REFUSED
  }

  /// A queued write and how far it is. Its key's monitor guards it.
  static final class Item {
    final WriteLog.Live live;
    private Stage stage = Stage.WAITING;
    private boolean leaving; // another is about to take its place
    private Instant notBefore = Instant.MIN;
    private Instant doubtUntil = Instant.MIN; // of its own attempts
    volatile String refusal = "";
    volatile boolean told; // that it was refused

    Item(WriteLog.Live live) {
      this.live = live;
    }

    QueuedWrite write() {
      return live.write;
    }
  }

  BucketQueue bucket() {
    return bucket;
  }

  Key key() {
    return key;
  }

  /// Waits until nobody else changes the key.
  void enter(Duration patience) {
    try {
      if (turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure.Unavailable("the writer is being stopped", e);
    }
    throw new StoreFailure.Conflict(key + " is being changed by another request");
  }

  void exit() {
    turn.unlock();
  }

  /// Whether it is not known if the newest is the newest.
  boolean isUndecided() {
    return undecided;
  }

  void undecided(boolean is) {
    undecided = is;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  @Nullable Item newest() {
    List<Item> all = items;
    return all.isEmpty() ? null : all.getLast();
  }

  Optional<QueueStatus.Newest> status() {
    List<Item> all = items;
    if (all.isEmpty()) return Optional.empty();
    QueuedWrite newest = all.getLast().write();
    String refusal = all.getFirst().refusal; // it holds up the others
    return Optional.of(new QueueStatus.Newest(newest.at(), newest.isDelete(), refusal));
  }

  /// The newest, when another may take its place: it stays where it is, but is not uploaded until
  /// [#add] or [#keep].
  synchronized @Nullable Item reserve(Instant now) {
    Item last = newest();
    if (last == null || last.stage == Stage.UPLOADING) return null;
    if (now.isBefore(last.doubtUntil) || !last.live.upload().isEmpty()) return null;
    last.leaving = true;
    return last;
  }

  synchronized void keep(Item item) {
    item.leaving = false;
  }

  synchronized void add(Item fresh, @Nullable Item replaced) {
    List<Item> all = new ArrayList<>(items);
    if (replaced != null) all.remove(replaced);
    all.add(fresh);
    items = List.copyOf(all);
    notifyAll();
  }

  /// The oldest, if its time has come; it is being uploaded from now on.
  synchronized @Nullable Item begin(Instant now) {
    Instant due = due();
    if (due == null || now.isBefore(due)) return null;
    Item first = items.getFirst();
    if (first.leaving) return null;
    first.stage = Stage.UPLOADING;
    return first;
  }

  /// When the oldest may be uploaded; null where there is none, or it is being.
  synchronized @Nullable Instant due() {
    if (items.isEmpty() || items.getFirst().stage == Stage.UPLOADING) return null;
    Item first = items.getFirst();
    // What was attempted already may be attempted again: its bytes are the same.
    boolean repeats = first.doubtUntil.isAfter(Instant.MIN);
    return repeats || first.notBefore.isAfter(doubtUntil) ? first.notBefore : doubtUntil;
  }

  /// It did not get there, or that is not known. `doubtUntil`: until when it may yet happen.
  synchronized void again(Item item, Instant notBefore, Instant doubtUntil) {
    item.stage = Stage.WAITING;
    item.refusal = "";
    item.notBefore = notBefore;
    doubt(item, doubtUntil);
  }

  synchronized void refuse(Item item, String why, Instant notBefore) {
    item.stage = Stage.REFUSED;
    item.refusal = why;
    item.notBefore = notBefore;
    notifyAll();
  }

  /// What was refused may be tried at once.
  synchronized boolean retry() {
    if (items.isEmpty() || items.getFirst().stage != Stage.REFUSED) return false;
    items.getFirst().stage = Stage.WAITING;
    items.getFirst().refusal = "";
    items.getFirst().notBefore = Instant.MIN;
    return true;
  }

  /// An upload of it that nobody knows of any more may yet happen.
  synchronized void doubt(Item item, Instant until) {
    if (item.doubtUntil.isBefore(until)) item.doubtUntil = until;
    if (doubtUntil.isBefore(until)) doubtUntil = until;
  }

  /// Whether an attempt at something that was queued may yet happen.
  synchronized boolean isDoubtful(Instant now) {
    return now.isBefore(doubtUntil);
  }

  synchronized boolean isRefused(Item item) {
    return item.stage == Stage.REFUSED;
  }

  /// It is at the origin, durably known here.
  synchronized void done(Item item) {
    List<Item> rest = new ArrayList<>(items);
    rest.remove(item);
    items = List.copyOf(rest);
    notifyAll();
  }

  /// Waits until nothing of it is queued, or may yet happen. Fails when that takes too long, or
  /// cannot be.
  synchronized void awaitSettled(Duration patience, InstantSource clock) {
    long end = System.nanoTime() + patience.toNanos();
    while (!items.isEmpty() || isDoubtful(clock.instant())) {
      if (!items.isEmpty() && items.getFirst().stage == Stage.REFUSED) {
        throw new StoreFailure.Unavailable(
            "the origin refused an earlier write of %s: %s"
                .formatted(key, items.getFirst().refusal),
            null);
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new StoreFailure.Unavailable(
            "earlier writes of %s have not reached the origin yet".formatted(key), null);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TICK_NANOS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreFailure.Unavailable("the writer is being stopped", e);
      }
    }
  }
}
