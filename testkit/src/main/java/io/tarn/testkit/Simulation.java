package io.tarn.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A world in which time is what its events say and everything follows from one seed: what runs in
/// it (timers, and threads of [Machine]s) runs one at a time, on the thread that called [#run], in
/// an order drawn from the seed. Nothing waits for real: an hour without events takes no time.
///
/// Code in it must not look at other clocks, draw from other random numbers, wait with a timeout of
/// the JDK's, leave work to other threads, or print, which waits for others that print. [Search]
/// plays a run twice and compares, which finds most of that.
public final class Simulation {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MOST_STEPS = 2_000_000;
  private static final int REMEMBERED = 40;

  private final long seed;
  private final Thread driver = Thread.currentThread();
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final SplittableRandom order;
  private final Life outside = new Life(this);
  private final ArrayDeque<String> log = new ArrayDeque<>();
  private long now;
  private long scheduled;
  private long steps;
  private long fingerprint;
  private @Nullable Throwable failure;
  private volatile @Nullable String intruder;

  /// Events of one moment are in the order of `draw`, which is random.
  private record Event(long at, int draw, long number, Life life, Runnable work)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      int byDraw = byTime != 0 ? byTime : Integer.compare(draw, other.draw);
      return byDraw != 0 ? byDraw : Long.compare(number, other.number);
    }
  }

  public Simulation(long seed) {
    this.seed = seed;
    this.order = random("order");
  }

  /// Random numbers that depend on who asks and when, and on nothing that happened before. So a run
  /// with less in it is the same up to where that mattered.
  public SplittableRandom random(String whose) {
    return new SplittableRandom(mix(mix(seed ^ whose.hashCode()) ^ now));
  }

  private static long mix(long bits) {
    return (bits ^ bits >>> 32) * 0x9E3779B97F4A7C15L;
  }

  /// Since the beginning; goes on only between events.
  public long nanos() {
    return now;
  }

  public Instant instant() {
    return BEGINNING.plusNanos(now);
  }

  /// Runs something at a time since the beginning, whatever becomes of machines.
  public void at(Duration time, Runnable work) {
    schedule(Math.max(0, time.toNanos() - now), outside, work);
  }

  /// Starts a thread that belongs to no machine, as a client's.
  public void start(String name, Runnable work) {
    outside.start(name, work);
  }

  /// Lets time pass for the calling thread of the simulation.
  public void sleep(Duration time) {
    long until = now + time.toNanos();
    do {
      park(until - now);
    } while (now < until);
  }

  /// As [LockSupport#parkNanos], in simulated time: the calling thread goes on after `nanos`, or
  /// sooner when somebody unparks it.
  public void park(long nanos) {
    Thread caller = Thread.currentThread();
    if (!caller.isVirtual()) throw new IllegalStateException("only threads of the simulation wait");
    schedule(Math.max(0, nanos), outside, () -> LockSupport.unpark(caller));
    LockSupport.park(this);
  }

  void schedule(long nanos, Life life, Runnable work) {
    Thread caller = Thread.currentThread();
    if (!caller.isVirtual() && !caller.equals(driver)) {
      intruder = caller.getName();
      return;
    }
    queue.add(new Event(now + nanos, order.nextInt(), scheduled++, life, work));
  }

  /// Runs what there is until `end`, or until nothing is left; what fails in a thread or timer, or
  /// ends no time, fails this.
  public void run(Duration end) {
    while (!queue.isEmpty() && queue.peek().at <= end.toNanos()) step(queue.remove());
    now = Math.max(now, end.toNanos());
  }

  private void step(Event event) {
    if (++steps > MOST_STEPS) throw new AssertionError("more than %d steps".formatted(MOST_STEPS));
    now = event.at;
    fingerprint = mix(fingerprint ^ event.at ^ event.number << 32);
    event.life.run(event.work);
    Throwable thrown = failure;
    if (thrown instanceof Error error) throw error;
    if (thrown != null) throw new AssertionError("a thread failed: " + thrown, thrown);
    if (intruder != null) {
      throw new IllegalStateException("a thread from outside interfered: " + intruder);
    }
  }

  /// Makes [#run] fail; the first to be told counts.
  public void failed(Throwable thrown) {
    if (failure == null) failure = thrown;
  }

  /// Notes down what happens, for whoever reads about a failure; the last lines are kept.
  public void log(String what) {
    if (log.size() == REMEMBERED) log.removeFirst();
    log.addLast("%s  %s".formatted(seconds(now), what));
  }

  public List<String> log() {
    return List.copyOf(log);
  }

  /// The same for runs in which the same things happened.
  long fingerprint() {
    return fingerprint;
  }

  static String seconds(long nanos) {
    return "%d.%06d".formatted(nanos / 1_000_000_000, nanos / 1_000 % 1_000_000);
  }
}
