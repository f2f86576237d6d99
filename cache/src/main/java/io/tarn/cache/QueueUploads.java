package io.tarn.cache;

import io.tarn.store.Conditions;
import io.tarn.store.Delete;
import io.tarn.store.ObjectStore;
import io.tarn.store.Payload;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes queued writes to one origin: of each key one after another, of many keys at once.
///
/// What is not known to have happened is done again with the same bytes, and later writes of that
/// key wait until the earlier attempt cannot happen any more. What the origin refuses stays where
/// it is and holds up nothing but its key.
final class QueueUploads implements AutoCloseable, WriteQueue.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(QueueUploads.class);
  private static final long TICK_NANOS = 200_000_000;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String origin;
  private final ObjectStore store;
  private final WriteQueue queue;
  private final BackMetrics metrics;
  private final PartedUpload parted;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition changed = guard.newCondition();
  private final TreeSet<Due> due =
      new TreeSet<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
  private final Map<QueuedKey, Due> planned = new HashMap<>(); // what `due` has, by key
  private final UploadPace pace;
  private long order;
  private int underway;
  private volatile boolean closed;
  private boolean alarmed; // by the dispatcher alone
  private final Thread dispatcher;

  private record Due(Instant at, long order, QueuedKey key) {}

  /// `store` is the origin, with the cache before it, so that what is uploaded is kept there.
  QueueUploads(String origin, ObjectStore store, WriteQueue queue, BackMetrics metrics) {
    this.origin = origin;
    this.store = store;
    this.queue = queue;
    this.metrics = metrics;
    this.parted = new PartedUpload(store, queue);
    this.pace = new UploadPace(queue.settings().uploads(), queue.settings().retry(), new Random());
    this.dispatcher = Thread.ofVirtual().name("back-upload").start(this::dispatch);
    queue.listen(origin, this);
  }

  @Override
  public void due(QueuedKey key, Instant at) {
    guard.lock();
    try {
      Due before = planned.get(key);
      if (before != null && !at.isBefore(before.at)) return;
      if (before != null) due.remove(before);
      var planning = new Due(at, order++, key);
      planned.put(key, planning);
      due.add(planning);
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  /// The next attempt need not wait for the end of a pause.
  void hurry() {
    guard.lock();
    try {
      pace.hurry();
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  private void dispatch() {
    while (!closed) {
      try {
        QueuedKey key = next();
        if (key != null) begin(key);
        alarm();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// A key whose time has come; null when there is none for a while.
  private @Nullable QueuedKey next() throws InterruptedException {
    guard.lock();
    try {
      long left = TICK_NANOS;
      while (!closed && left > 0) {
        Instant now = queue.clock().instant();
        Due first = due.isEmpty() ? null : due.first();
        if (first != null && !now.isBefore(first.at) && pace.allows(underway, now)) {
          due.remove(first);
          planned.remove(first.key);
          return first.key;
        }
        left = changed.awaitNanos(Math.min(left, untilDue(first, now)));
      }
      return null;
    } finally {
      guard.unlock();
    }
  }

  /// How long to wait for it; a pause that the origin's failures made ends without a word.
  private static long untilDue(@Nullable Due first, Instant now) {
    if (first == null) return TICK_NANOS;
    if (!first.at.isAfter(now)) return PAUSE_NANOS;
    return Math.clamp(Duration.between(now, first.at).toNanos(), 1_000_000, TICK_NANOS);
  }

  private void begin(QueuedKey key) {
    Instant now = queue.clock().instant();
    QueuedKey.Item item = key.begin(now);
    if (item == null) {
      Instant later = key.due();
      if (later != null && later.isAfter(now)) due(key, later);
      return; // else it went, or is announced again when another has taken its place
    }
    guard.lock();
    try {
      underway++;
    } finally {
      guard.unlock();
    }
    Thread.ofVirtual().name("back-upload").start(() -> run(key, item));
  }

  private void run(QueuedKey key, QueuedKey.Item item) {
    try {
      attempt(key, item);
    } finally {
      guard.lock();
      try {
        underway--;
        changed.signalAll();
      } finally {
        guard.unlock();
      }
    }
  }

  private void attempt(QueuedKey key, QueuedKey.Item item) {
    Instant began = queue.clock().instant();
    try {
      upload(item);
    } catch (StoreFailure e) {
      failed(key, item, began, e);
      return;
    } catch (RuntimeException e) {
      LOG.error("a bug in the upload of {}", item.write().key(), e);
      refused(key, item, "an internal error; the log of the server has it");
      return;
    }
    metrics.uploaded(item.write());
    paced(UploadPace::succeeded);
    finish(key, item);
  }

  private void upload(QueuedKey.Item item) {
    QueuedWrite write = item.write();
    QueuedWrite.Body body = write.body();
    if (body == null) {
      delete(write);
    } else if (body.isInLog()) {
      byte[] bytes = queue.bytes(item);
      if (bytes == null) throw new StoreFailure.Missing("a queued write is gone", null);
      store.put(body.put(), QueuedBody.whole(new Payload.Bytes(bytes), body.content()));
    } else if (write.size() >= queue.settings().multipart().bytes()
        || !item.live.upload().isEmpty()) {
      parted.upload(item, body);
    } else {
      try (QueuedFile file = opened(write, body)) {
        var whole = io.tarn.store.ByteRange.at(0, write.size());
        store.put(body.put(), QueuedBody.whole(QueuedBody.piece(file, whole), body.content()));
      }
    }
  }

  private QueuedFile opened(QueuedWrite write, QueuedWrite.Body body) {
    QueuedFile file = queue.file(write, body);
    if (file == null) throw new StoreFailure.Missing("the bytes of a queued write are gone", null);
    return file;
  }

  private void delete(QueuedWrite write) {
    try {
      var _ =
          store.delete(
              new Delete(write.bucket(), write.key(), write.by(), Version.LATEST, Conditions.NONE));
    } catch (StoreFailure.NoSuchKey e) {
      LOG.debug("{} was gone already", write.key());
    }
  }

  private interface Change {
    void of(UploadPace pace);
  }

  private void paced(Change change) {
    guard.lock();
    try {
      change.of(pace);
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  private void failed(QueuedKey key, QueuedKey.Item item, Instant began, StoreFailure failure) {
    Instant now = queue.clock().instant();
    metrics.failed(item.write());
    switch (failure) {
      case StoreFailure.OriginThrottled throttled -> {
        paced(pace -> pace.failed(began, now, throttled.retryAfter()));
        again(key, item, now, Instant.MIN);
      }
      case StoreFailure.Indeterminate _ -> {
        paced(pace -> pace.failed(began, now, Duration.ZERO));
        again(key, item, now, now.plus(queue.settings().settle()));
      }
      case StoreFailure.OriginUnreachable _,
          StoreFailure.Unavailable _,
          StoreFailure.Unresponsive _,
          StoreFailure.Overloaded _,
          StoreFailure.OutOfSpace _,
          StoreFailure.Interrupted _,
          StoreFailure.OriginChanged _,
          StoreFailure.Conflict _ -> {
        paced(pace -> pace.failed(began, now, Duration.ZERO));
        again(key, item, now, Instant.MIN);
      }
      case StoreFailure.OriginDenied denied -> {
        paced(pace -> pace.denied(began, now));
        refused(key, item, String.valueOf(denied.getMessage()));
      }
      default -> refused(key, item, String.valueOf(failure.getMessage()));
    }
  }

  /// Its turn comes after those that wait already.
  private void again(QueuedKey key, QueuedKey.Item item, Instant now, Instant doubtUntil) {
    key.again(item, now, doubtUntil);
    due(key, now);
  }

  private void refused(QueuedKey key, QueuedKey.Item item, String why) {
    if (!item.told) {
      item.told = true;
      LOG.warn(
          "a write stays queued for the origin {}: {} in {}: {}. It is tried again every {}",
          origin,
          item.write().key(),
          item.write().bucket().name(),
          why,
          queue.settings().refused());
    }
    metrics.refused(item.write());
    Instant at = queue.clock().instant().plus(queue.settings().refused());
    key.refuse(item, why, at);
    key.bucket().changed();
    due(key, at);
  }

  /// What cannot be recorded must not be passed over: else it might be uploaded again over
  /// something newer.
  private void finish(QueuedKey key, QueuedKey.Item item) {
    for (int pause = 100; !closed; pause = Math.min(10_000, 2 * pause)) {
      try {
        queue.finish(key, item);
        return;
      } catch (StoreFailure e) {
        LOG.warn("that a write is at its origin cannot be recorded: {}", e.getMessage());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// Says once that the oldest write waits for too long, and once that it does not any more.
  private void alarm() {
    Instant oldest = metrics.oldest(origin);
    Instant since = queue.clock().instant().minus(queue.settings().alarm());
    boolean late = oldest != null && oldest.isBefore(since);
    if (late && !alarmed) {
      LOG.warn("acknowledged writes wait for the origin {} since {}", origin, oldest);
    }
    if (!late && alarmed) LOG.info("no write waits for the origin {} for long any more", origin);
    alarmed = late;
  }

  /// Begins nothing more. What is underway has a few seconds; what is not done by then is done
  /// again by the next start.
  @Override
  public void close() {
    queue.unlisten(origin, this);
    closed = true;
    guard.lock();
    try {
      changed.signalAll();
      long left = GRACE.toNanos();
      while (underway > 0 && left > 0) left = changed.awaitNanos(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      guard.unlock();
    }
    dispatcher.interrupt();
  }
}
