package io.tarn.upstream;

import io.tarn.observe.Counter;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// What is counted about the origins of a process, by their names. Made once; all of them share it.
public final class OriginMetrics {
  private final Labelled<Counter> opened;
  private final Labelled<Counter> refused;
  private final Labelled<Counter> probes;
  private final Labelled<Counter> throttled;
  private final Map<String, BooleanSupplier> away = new ConcurrentHashMap<>();

  public OriginMetrics(Metrics metrics) {
    metrics.gauge(
        "tarn_origin_away", "1 while an origin is taken for away.", "origin", this::states);
    opened = metrics.counter("tarn_origin_absences", "How often an origin went away.", "origin");
    refused =
        metrics.counter(
            "tarn_origin_refused", "Requests that failed at once while it was away.", "origin");
    probes = metrics.counter("tarn_origin_probes", "Probes of whether it is there.", "origin");
    throttled =
        metrics.counter(
            "tarn_origin_throttled", "Answers by which it wanted fewer requests.", "origin");
  }

  private Map<String, Double> states() {
    Map<String, Double> states = new TreeMap<>();
    away.forEach((origin, is) -> states.put(origin, is.getAsBoolean() ? 1.0 : 0.0));
    return states;
  }

  /// Those of one origin; `isAway` is asked when the page is rendered.
  Counts of(String origin, BooleanSupplier isAway) {
    away.put(origin, isAway);
    return new Counts(
        opened.with(origin), refused.with(origin), probes.with(origin), throttled.with(origin));
  }

  /// After it was closed.
  void forget(String origin, BooleanSupplier isAway) {
    boolean _ = away.remove(origin, isAway);
  }

  record Counts(
      Counter openedCount, Counter refusedCount, Counter probeCount, Counter throttledCount) {
    void opened() {
      openedCount.increment();
    }

    void refused() {
      refusedCount.increment();
    }

    void probed() {
      probeCount.increment();
    }

    void throttled() {
      throttledCount.increment();
    }
  }
}
