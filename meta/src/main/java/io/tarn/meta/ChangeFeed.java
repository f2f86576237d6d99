package io.tarn.meta;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who wants to hear of commits, for an engine that says of each, in commit order, that it is
/// durable.
///
/// Each subscriber has a bounded queue, which a thread of its own empties while there is something
/// in it: whoever publishes never waits for one. A queue that overflows is emptied at once, and its
/// subscriber told that it missed something. Most commits are of rows that nobody asked for; to see
/// that costs one look into a table per row.
final class ChangeFeed implements AutoCloseable {

  /// What may wait for one subscriber, in bytes of keys and [#OVERHEAD] for each.
  static final int MOST_BYTES = 1 << 20;

  private static final int OVERHEAD = 64;

  private static final Changes GAP = new Changes(0, 0, List.of(), List.of());

  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final ReentrantLock changing = new ReentrantLock();
  private volatile boolean[] firstBytes = new boolean[256];
  private boolean closed;

  /// The listener hears of each batch that [#publish] is called for after this returns. Fails with
  /// [MetaException.Unavailable] once the feed is closed.
  Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    Subscriber subscriber = new Subscriber(List.copyOf(ranges), listener);
    changing.lock();
    try {
      if (closed) throw new MetaException.Unavailable("the store is closed", null);
      subscribers.add(subscriber);
      firstBytes = firstBytes();
    } finally {
      changing.unlock();
    }
    return subscriber;
  }

  private boolean[] firstBytes() {
    boolean[] wanted = new boolean[256];
    for (Subscriber subscriber : subscribers) {
      for (KeyRange range : subscriber.ranges) {
        byte[] end = range.toExclusive().bytes();
        // What begins with the first byte of the end is wanted only where the end goes on after it.
        int last = (end[0] & 0xFF) - (end.length == 1 ? 1 : 0);
        for (int first = range.fromInclusive().bytes()[0] & 0xFF; first <= last; first++) {
          wanted[first] = true;
        }
      }
    }
    return wanted;
  }

  /// The batch was applied and is durable. Called for one batch after the other, in commit order.
  void publish(long sequence, Batch batch) {
    if (isWanted(batch)) {
      for (Subscriber subscriber : subscribers) subscriber.hear(sequence, batch);
    }
  }

  /// Whether a row of the batch begins like one that somebody asked for.
  boolean isWanted(Batch batch) {
    boolean[] wanted = firstBytes;
    for (Op op : batch.ops()) {
      boolean one =
          switch (op) {
            case Op.Put(var key, var _, var oldTo) -> isWanted(wanted, key, oldTo);
            case Op.Delete(var key, var oldTo) -> isWanted(wanted, key, oldTo);
            case Op.DeleteRange _ -> true; // rare
          };
      if (one) return true;
    }
    return false;
  }

  private static boolean isWanted(boolean[] wanted, MetaKey key, @Nullable MetaKey oldTo) {
    return wanted[key.bytes()[0] & 0xFF] || (oldTo != null && wanted[oldTo.bytes()[0] & 0xFF]);
  }

  /// Batches may have been applied, and nobody knows.
  void lose() {
    subscribers.forEach(Subscriber::miss);
  }

  /// Ends all subscriptions. Nothing may be published any more.
  @Override
  public void close() {
    changing.lock();
    try {
      closed = true;
    } finally {
      changing.unlock();
    }
    subscribers.forEach(Subscriber::close);
  }

  private final class Subscriber implements Subscription {
    private final List<KeyRange> ranges;
    private final ChangeListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rest = lock.newCondition();
    private final ArrayDeque<Changes> waiting = new ArrayDeque<>();
    // Who calls the listener, while there is something to tell it.
    private @Nullable Thread teller;
    private long waitingBytes;
    private boolean missed;
    private boolean ended;

    Subscriber(List<KeyRange> ranges, ChangeListener listener) {
      this.ranges = ranges;
      this.listener = listener;
    }

    void hear(long sequence, Batch batch) {
      Changes changes = changes(sequence, batch);
      if (changes.rows().isEmpty() && changes.ranges().isEmpty()) return;
      lock.lock();
      try {
        waiting.add(changes);
        waitingBytes += size(changes);
        if (waitingBytes > MOST_BYTES) forget();
        tell();
      } finally {
        lock.unlock();
      }
    }

    void miss() {
      lock.lock();
      try {
        forget();
        tell();
      } finally {
        lock.unlock();
      }
    }

    private void tell() {
      if (teller == null && !ended) teller = Thread.ofVirtual().name("meta-feed").start(this::run);
    }

    private void forget() {
      waiting.clear();
      waitingBytes = 0;
      missed = true;
    }

    private Changes changes(long sequence, Batch batch) {
      List<MetaKey> rows = new ArrayList<>();
      List<KeyRange> deleted = new ArrayList<>(0);
      for (Op op : batch.ops()) {
        switch (op) {
          case Op.Put(var key, var _, var oldTo) -> add(rows, key, oldTo);
          case Op.Delete(var key, var oldTo) -> add(rows, key, oldTo);
          case Op.DeleteRange(var range) -> {
            if (ranges.stream().anyMatch(range::overlaps)) deleted.add(range);
          }
        }
      }
      return new Changes(sequence, batch.token(), rows, deleted);
    }

    private void add(List<MetaKey> rows, MetaKey key, @Nullable MetaKey oldTo) {
      if (isOfInterest(key)) rows.add(key);
      if (oldTo != null && isOfInterest(oldTo)) rows.add(oldTo);
    }

    private boolean isOfInterest(MetaKey key) {
      for (KeyRange range : ranges) {
        if (range.contains(key)) return true;
      }
      return false;
    }

    private static long size(Changes changes) {
      long size = OVERHEAD;
      for (MetaKey row : changes.rows()) size += OVERHEAD + row.bytes().length;
      for (KeyRange range : changes.ranges()) {
        size += OVERHEAD + range.fromInclusive().bytes().length;
        size += range.toExclusive().bytes().length;
      }
      return size;
    }

    private void run() {
      boolean whole = false;
      try {
        for (Changes next = next(); next != null; next = next()) {
          if (next.equals(GAP)) {
            listener.missed();
          } else {
            listener.committed(next);
          }
        }
        whole = true;
      } finally {
        if (!whole) {
          end(); // the listener broke its word, and nobody tells it anything any more
        }
      }
    }

    /// [#GAP] when something was missed before what waits now; null when there is nothing to tell:
    /// then another thread does it next time.
    private @Nullable Changes next() {
      lock.lock();
      try {
        if (missed && !ended) {
          missed = false;
          return GAP;
        }
        Changes next = waiting.poll();
        if (next == null) {
          teller = null;
          rest.signalAll();
        } else {
          waitingBytes -= size(next);
        }
        return next;
      } finally {
        lock.unlock();
      }
    }

    private void end() {
      lock.lock();
      try {
        ended = true;
        teller = null;
        waiting.clear();
        rest.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      changing.lock();
      try {
        subscribers.remove(this);
        firstBytes = firstBytes();
      } finally {
        changing.unlock();
      }
      lock.lock();
      try {
        ended = true;
        waiting.clear();
        while (teller != null && !teller.equals(Thread.currentThread())) {
          rest.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
