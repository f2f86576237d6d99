package io.tarn.meta;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A hybrid clock that hands out the tokens of batches: 41 bits of milliseconds since 2025, 10 bits
/// of node, 12 bits of counter.
///
/// Every token is greater than the one before it, whatever the wall clock does; a burst of more
/// than 4,096 in a millisecond borrows from the next. Tokens of different nodes never collide.
/// Thread-safe.
///
/// A lease bounds them (see [#lease]): what a later process of this node must not hand out again is
/// written down before it is handed out.
///
/// A clock that is wrong costs no write: one behind, or before 2025, is passed over, and one beyond
/// [#LATEST_MILLIS] counts as that. Tokens that a clock far ahead led to stay ahead.
public final class Tokens {

  /// 2025-01-01T00:00:00Z
  static final long EPOCH_MILLIS = 1_735_689_600_000L;

  /// The last time that counts, in 2094. The 49 days to the end of the 41 bits are for what comes
  /// after a clock that said so: each token then is the one before it and one.
  public static final long LATEST_MILLIS = EPOCH_MILLIS + (1L << 41) - 1 - (1L << 32);

  /// The most nodes that can hand out tokens.
  public static final int NODES = 1 << 10;

  private static final int COUNTER_BITS = 12;
  private static final int NODE_BITS = 10;
  private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

  private final InstantSource clock;
  private final long node;
  // Milliseconds and counter in one number, without the node, so that one addition carries over.
  private final AtomicLong last = new AtomicLong();
  private volatile Lease lease = new Lease(Long.MAX_VALUE, () -> {});

  private record Lease(long until, Runnable renewal) {}

  public Tokens(InstantSource clock, int node) {
    if (node < 0 || node >= NODES) throw new IllegalArgumentException("node " + node);
    this.clock = clock;
    this.node = (long) node << COUNTER_BITS;
  }

  /// No token above `until` is handed out: who wants one runs `renewal` first, which must see to it
  /// that the lease reaches far enough, or fail. Without a lease there is no bound.
  public void lease(long until, Runnable renewal) {
    lease = new Lease(until, renewal);
  }

  /// A token greater than every token before it and every token passed to [#passed]. Fails as the
  /// renewal of the lease does.
  public long next() {
    while (true) {
      Lease bound = lease;
      long token = draw();
      if (token <= bound.until) return token;
      bound.renewal.run();
    }
  }

  /// A token that may lie above the lease, for the batch that moves it.
  public long beyondLease() {
    return draw();
  }

  /// What counts of a time that a clock tells: nothing before the first millisecond and after the
  /// last.
  public static long counted(long epochMillis) {
    return Math.clamp(epochMillis, EPOCH_MILLIS + 1, LATEST_MILLIS);
  }

  private long draw() {
    long now = (counted(clock.millis()) - EPOCH_MILLIS) << COUNTER_BITS;
    while (true) {
      long before = last.get();
      long after = Math.max(now, before + 1);
      if (last.compareAndSet(before, after)) return assemble(after);
    }
  }

  /// Never hand out a token at or below this one again: it was seen on a row.
  public void passed(long token) {
    // A token of the same millisecond and counter but a greater node would still win: skip them
    // all.
    long seen = ((token >>> (COUNTER_BITS + NODE_BITS)) << COUNTER_BITS) | COUNTER_MASK;
    last.accumulateAndGet(seen, Math::max);
  }

  /// When the token was made, in milliseconds since 1970; may be ahead of the wall clock.
  public static long epochMillis(long token) {
    return (token >>> (COUNTER_BITS + NODE_BITS)) + EPOCH_MILLIS;
  }

  /// The greatest token that any node can make in this millisecond since 1970.
  public static long greatestAt(long epochMillis) {
    long millis = Math.max(0, epochMillis - EPOCH_MILLIS);
    return ((millis + 1) << (COUNTER_BITS + NODE_BITS)) - 1;
  }

  private long assemble(long ticks) {
    return ((ticks >>> COUNTER_BITS) << (COUNTER_BITS + NODE_BITS)) | node | (ticks & COUNTER_MASK);
  }
}
