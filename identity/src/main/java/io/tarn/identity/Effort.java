package io.tarn.identity;

import java.util.concurrent.atomic.AtomicLong;

/// What the decisions of one request may cost together, in steps: about one per character that is
/// compared. What a client sends is matched against what owners of buckets write, and neither may
/// make the other expensive; where it is used up, the decision is no. Thread-safe.
public final class Effort {
  /// Of one decision by itself: some 100 times what a policy of the longest that is allowed needs
  /// for an ordinary key; some 10 ms.
  public static final long ORDINARY = 4_000_000;

  private final AtomicLong left;

  public Effort(long steps) {
    this.left = new AtomicLong(steps);
  }

  /// No more is left, so the answer is no.
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Exhausted() {
      super("the policies are too costly to decide", null, false, false);
    }
  }

  /// @throws Exhausted when more is spent than there was
  void spend(long steps) {
    if (left.addAndGet(-steps) < 0) throw new Exhausted();
  }

  /// @throws Exhausted at once, and whenever something is spent after it
  void refuse() {
    left.set(-1);
    throw new Exhausted();
  }

  /// What is left, for measurements.
  long left() {
    return left.get();
  }
}
