package io.tarn.index;

import java.util.concurrent.ConcurrentHashMap;

/// The versions that are open for reading, by token. Whoever collects garbage leaves them alone.
final class Pins {
  private final ConcurrentHashMap<Long, Integer> open = new ConcurrentHashMap<>();

  void pin(long token) {
    open.merge(token, 1, Integer::sum);
  }

  void unpin(long token) {
    open.compute(token, (_, count) -> count == null || count == 1 ? null : count - 1);
  }

  boolean holds(long token) {
    return open.containsKey(token);
  }
}
