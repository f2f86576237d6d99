package io.tarn.budget;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A bounded amount of something, held in parts by many at once, none of whom can take it all.
///
/// Holders have names, such as a client's address and its access key, and what is taken counts for
/// each of them. A holder may have up to [#TIMES] what is left free then: the more is used, the
/// less one may hold, so that whoever comes next finds some. A holder that has nothing gets its
/// first part as long as any is left at all. Thread-safe.
public final class Budget {
  /// One holder alone gets three quarters.
  static final int TIMES = 3;

  private static final List<String> NOBODY = List.of();

  private final long capacity;
  private final LongAdder refusals = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();

  // Guarded by the lock; `used` is read without it.
  private final Map<String, Long> holders = new HashMap<>();
  private volatile long used;
  private int waiting;

  public Budget(long capacity) {
    if (capacity < 1) throw new IllegalArgumentException("a budget of " + capacity);
    this.capacity = capacity;
  }

  /// A part that is nothing yet, to grow and to be closed.
  public Lease open(List<String> holders) {
    return new Lease(this, holders);
  }

  public Lease open(String holder) {
    return open(List.of(holder));
  }

  /// A part that only the whole bounds: of the server's own.
  public Lease open() {
    return open(NOBODY);
  }

  public long capacity() {
    return capacity;
  }

  public long used() {
    return used;
  }

  /// Whether more than half is used: time to be sparing.
  public boolean isTight() {
    return used > capacity / 2;
  }

  /// How often somebody went away with less than asked for.
  public long refusals() {
    return refusals.sum();
  }

  boolean tryTake(List<String> names, long amount) {
    lock.lock();
    try {
      if (fits(names, amount)) {
        add(names, amount);
        use(amount);
        return true;
      }
    } finally {
      lock.unlock();
    }
    refusals.increment();
    return false;
  }

  /// Waits until it can be had; not cut short by an interrupt, which is kept.
  boolean take(List<String> names, long amount, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    lock.lock();
    waiting++;
    try {
      while (!fits(names, amount)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          refusals.increment();
          return false;
        }
        try {
          var _ = given.await(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      add(names, amount);
      use(amount);
      return true;
    } finally {
      waiting--;
      lock.unlock();
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /// Makes what others hold already count for this holder too.
  boolean tryShare(String name, long amount) {
    lock.lock();
    try {
      if (amount == 0 || mayHold(name, amount, capacity - used)) {
        add(List.of(name), amount);
        return true;
      }
    } finally {
      lock.unlock();
    }
    refusals.increment();
    return false;
  }

  void give(List<String> names, long amount) {
    if (amount == 0) return;
    lock.lock();
    try {
      use(-amount);
      add(names, -amount);
      if (waiting > 0) given.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void use(long more) {
    long now = used + more;
    used = now;
  }

  private boolean fits(List<String> names, long amount) {
    long left = capacity - used - amount;
    if (left < 0) return false;
    for (String name : names) {
      if (!mayHold(name, amount, left)) return false;
    }
    return true;
  }

  private boolean mayHold(String name, long amount, long left) {
    long held = holders.getOrDefault(name, 0L);
    return held == 0 || held + amount <= TIMES * left;
  }

  private void add(List<String> names, long amount) {
    for (String name : names) {
      holders.compute(
          name,
          (_, held) -> {
            long now = (held == null ? 0 : held) + amount;
            return now == 0 ? null : now;
          });
    }
  }
}
