package io.tarn.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The part of a [Budget] that one request or connection has. It grows with what is really there,
/// never by what somebody announces, and goes back when it is closed. One thread at a time.
public final class Lease implements AutoCloseable {
  private final Budget budget;
  private List<String> holders;
  private long held;

  Lease(Budget budget, List<String> holders) {
    this.budget = budget;
    this.holders = List.copyOf(holders);
  }

  /// False, and nothing changed, when the budget has no more or the holder its share.
  public boolean tryTake(long amount) {
    if (!budget.tryTake(holders, amount)) return false;
    held += amount;
    return true;
  }

  /// As [#tryTake], after waiting for others to give some back.
  public boolean take(long amount, Duration patience) {
    if (!budget.take(holders, amount, patience)) return false;
    held += amount;
    return true;
  }

  /// From now on it counts for this holder, too, and so does what is held already; false, and
  /// nothing changed, when that is more than its share.
  public boolean tryShare(String holder) {
    if (!budget.tryShare(holder, held)) return false;
    var more = new ArrayList<>(holders);
    more.add(holder);
    holders = List.copyOf(more);
    return true;
  }

  public void give(long amount) {
    if (amount > held) throw new IllegalArgumentException(amount + " of " + held);
    held -= amount;
    budget.give(holders, amount);
  }

  public long held() {
    return held;
  }

  /// Gives back what is held. It may grow again.
  @Override
  public void close() {
    give(held);
  }
}
