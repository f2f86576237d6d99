package io.tarn.testkit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/// Checks that what several threads did to one thing could have happened one after another
/// (linearizability), by search with memory: Wing and Gong, "Testing and Verifying Concurrent
/// Objects", 1993, with the cache of Lowe, "Testing for linearizability", 2017. For histories of a
/// few hundred operations per thing and a few dozen at a time.
public final class Histories {
  private Histories() {}

  /// An operation from `called` to `returned` on any clock that never goes back; `returned` is
  /// [Long#MAX_VALUE] when nobody knows whether it happened.
  public record Event<O>(long called, long returned, O operation) {}

  /// Whether there is an order that respects time and in which each operation is possible after the
  /// ones before it. `step` gives the state after an operation, or empty when its outcome was not
  /// possible in that state.
  public static <S, O> boolean linearizable(
      List<Event<O>> history, S start, BiFunction<S, O, Optional<S>> step) {
    return new Search<>(history, step).from(new BitSet(), start);
  }

  private static final class Search<S, O> {
    private final List<Event<O>> history;
    private final BiFunction<S, O, Optional<S>> step;
    private final Set<Visited<S>> visited = new HashSet<>();

    private record Visited<S>(BitSet done, S state) {}

    Search(List<Event<O>> history, BiFunction<S, O, Optional<S>> step) {
      this.history = new ArrayList<>(history);
      this.history.sort(java.util.Comparator.comparingLong(Event::called));
      this.step = step;
    }

    boolean from(BitSet done, S state) {
      long earliestReturn = Long.MAX_VALUE;
      for (int i = done.nextClearBit(0); i < history.size(); i = done.nextClearBit(i + 1)) {
        earliestReturn = Math.min(earliestReturn, history.get(i).returned);
      }
      if (earliestReturn == Long.MAX_VALUE) return true; // what is left may never have happened
      for (int i = done.nextClearBit(0); i < history.size(); i = done.nextClearBit(i + 1)) {
        Event<O> next = history.get(i);
        if (next.called > earliestReturn) break; // another one ended before this began
        Optional<S> after = step.apply(state, next.operation);
        if (after.isEmpty()) continue;
        BitSet with = (BitSet) done.clone();
        with.set(i);
        if (visited.add(new Visited<>(with, after.get())) && from(with, after.get())) return true;
      }
      return false;
    }
  }
}
