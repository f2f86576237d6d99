package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The queued writes of one incarnation of a bucket, by key and by age.
final class BucketQueue {
  /// Refused writes that a status names.
  private static final int NAMED = 100;

  private final Bucket bucket;
  private final InstantSource clock;
  private final ConcurrentNavigableMap<String, QueuedKey> keys =
      new ConcurrentSkipListMap<>(Key::compareUtf8);
  private final ConcurrentNavigableMap<Long, QueuedKey.Item> bySerial =
      new ConcurrentSkipListMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private boolean closing; // guarded by this, as are writers and the making of keys
  private int writers;
  private final Deque<QueuedKey> doubtful = new ArrayDeque<>(); // likewise

  BucketQueue(Bucket bucket, InstantSource clock) {
    this.bucket = bucket;
    this.clock = clock;
  }

  Bucket bucket() {
    return bucket;
  }

  boolean isEmpty() {
    return bySerial.isEmpty();
  }

  long bytes() {
    return bytes.get();
  }

  /// By their names, for [MergedListing]. Those without writes are on their way out.
  ConcurrentNavigableMap<String, QueuedKey> keys() {
    return keys;
  }

  @Nullable QueuedKey find(Key key) {
    return keys.get(key.text());
  }

  /// The key, for whoever is to change it. Has to be [#exit]ed.
  QueuedKey enter(Key key, Duration patience) {
    QueuedKey found;
    synchronized (this) {
      found = keys.computeIfAbsent(key.text(), _ -> new QueuedKey(this, key));
      found.users++;
    }
    try {
      found.enter(patience);
      return found;
    } catch (StoreFailure e) {
      leave(found);
      throw e;
    }
  }

  void exit(QueuedKey key) {
    key.exit();
    leave(key);
  }

  /// Somebody has to do with the key beside who [#enter]ed it.
  synchronized void join(QueuedKey key) {
    key.users++;
  }

  synchronized void leave(QueuedKey key) {
    key.users--;
    forget(key);
  }

  /// What may yet happen to a key is remembered until it cannot any more.
  private synchronized void forget(QueuedKey key) {
    Instant now = clock.instant();
    while (!doubtful.isEmpty() && !doubtful.getFirst().isDoubtful(now)) {
      drop(doubtful.removeFirst());
    }
    if (key.isDoubtful(now)) {
      if (key.users == 0 && key.isEmpty()) doubtful.addLast(key);
    } else {
      drop(key);
    }
  }

  private void drop(QueuedKey key) {
    if (key.users == 0 && key.isEmpty()) keys.remove(key.key().text(), key);
  }

  /// Before a write is queued; [#admitted] after it was, or not.
  ///
  /// @throws StoreFailure.NoSuchBucket when the bucket is being taken away
  synchronized void admit() {
    if (closing) throw new StoreFailure.NoSuchBucket(bucket.name());
    writers++;
  }

  synchronized void admitted() {
    writers--;
  }

  void add(QueuedKey.Item item, long cost) {
    bySerial.put(item.write().serial(), item);
    bytes.addAndGet(cost);
  }

  void remove(QueuedKey key, QueuedKey.Item item, long cost) {
    bySerial.remove(item.write().serial());
    bytes.addAndGet(-cost);
    synchronized (this) {
      forget(key);
      notifyAll();
    }
  }

  synchronized void changed() {
    notifyAll();
  }

  /// Queues nothing more; false, and goes on, where something is queued.
  synchronized boolean close() {
    if (closing || writers > 0 || !isEmpty()) return false;
    closing = true;
    return true;
  }

  synchronized void reopen() {
    closing = false;
  }

  /// Waits until what is queued is at the origin, or refused, or the time is over.
  ///
  /// - `upTo`: what came later does not count; 0 for all there is by now
  QueueStatus sync(long upTo, Duration timeout) {
    Map.Entry<Long, QueuedKey.Item> newest = bySerial.lastEntry();
    if (newest == null) return status();
    long last = upTo == 0 ? newest.getKey() : upTo;
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      while (isWaiting(last)) {
        long left = end - System.nanoTime();
        if (left <= 0) break;
        try {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoreFailure.Unavailable("the node is being stopped", e);
        }
      }
    }
    return status(last);
  }

  private boolean isWaiting(long upTo) {
    for (QueuedKey.Item item : bySerial.headMap(upTo, true).values()) {
      if (item.refusal.isEmpty()) return true;
    }
    return false;
  }

  QueueStatus status() {
    Map.Entry<Long, QueuedKey.Item> newest = bySerial.lastEntry();
    return status(newest == null ? 0 : newest.getKey());
  }

  private QueueStatus status(long upTo) {
    var refused = new java.util.ArrayList<QueueStatus.Refusal>();
    long writes = 0;
    long refusals = 0;
    for (QueuedKey.Item item : bySerial.headMap(upTo, true).values()) {
      writes++;
      if (item.refusal.isEmpty()) continue;
      refusals++;
      if (refused.size() < NAMED) {
        refused.add(new QueueStatus.Refusal(item.write().key(), item.write().at(), item.refusal));
      }
    }
    Map.Entry<Long, QueuedKey.Item> oldest = bySerial.firstEntry();
    Instant since = oldest == null ? null : oldest.getValue().write().at();
    return new QueueStatus(
        bucket.name(), originOf(bucket), upTo, writes, bytes.get(), since, refusals, refused);
  }

  /// The name of its origin in the settings.
  static String originOf(Bucket bucket) {
    return bucket.home() instanceof Home.Linked link ? link.origin() : "";
  }

  /// When the oldest came; null where there is none.
  @Nullable Instant oldest() {
    Map.Entry<Long, QueuedKey.Item> oldest = bySerial.firstEntry();
    return oldest == null ? null : oldest.getValue().write().at();
  }

  long writes() {
    return bySerial.size();
  }

  long refused() {
    return bySerial.values().stream().filter(item -> !item.refusal.isEmpty()).count();
  }
}
