package io.tarn.upstream;

import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether an origin is there, as far as its answers tell. Thread-safe.
///
/// Failures in a row only raise a suspicion. What decides is a probe, which no client has a hand
/// in: so nobody can make an origin away by asking what it fails at. While it is away one probe at
/// a time finds out when it is back, and nobody else asks it.
///
/// An answer of any kind says that it is there, but for errors of the server; throttling is an
/// answer, and counted by itself.
final class OriginBreaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OriginBreaker.class);

  /// The errors by which S3 and its kin ask for fewer requests, with 503.
  private static final Set<String> THROTTLING =
      Set.of(
          "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "ServiceUnavailable",
          "RequestLimitExceeded",
          "TooManyRequests");

  private final String origin;
  private final BreakerSettings settings;
  private final OriginMetrics metrics;
  private final BooleanSupplier gauge;
  private final OriginMetrics.Counts counts;

  private int inARow;
  private State state = State.THERE;
  private String problem = "";
  private long lastProbe;
  private @Nullable Thread prober;
  private boolean closed;

  private enum State {
    THERE,
    SUSPECT,
    AWAY
  }

  /// Says what is wrong with the origin; null where it is there.
  interface Probe {
    @Nullable String problem();
  }

  OriginBreaker(String origin, BreakerSettings settings, OriginMetrics metrics) {
    this.origin = origin;
    this.settings = settings;
    this.metrics = metrics;
    this.lastProbe = System.nanoTime() - settings.pause().toNanos();
    this.gauge = this::isAway; // the same one when it is taken away
    this.counts = metrics.of(origin, gauge);
  }

  /// @throws StoreFailure.OriginUnreachable while it is away
  void admit() {
    String why = absence();
    if (why.isEmpty()) return;
    counts.refused();
    Duration later = Duration.ofSeconds(Math.max(1, settings.pause().plusMillis(999).toSeconds()));
    throw new StoreFailure.OriginUnreachable(origin, "it is away: " + why, later);
  }

  /// Why it is away; empty while it is not.
  synchronized String absence() {
    return state == State.AWAY ? problem : "";
  }

  private boolean isAway() {
    return !absence().isEmpty();
  }

  void answered(OriginAnswer answer, Probe probe) {
    if (isFailure(answer)) {
      failed("it answers " + answer.status(), probe);
      return;
    }
    if (isThrottling(answer)) counts.throttled();
    there();
  }

  private synchronized void there() {
    inARow = 0;
    if (state == State.AWAY) LOG.info("the origin {} is back", origin);
    state = State.THERE;
  }

  /// A request got no answer. `why` is shown to administrators.
  synchronized void failed(String why, Probe probe) {
    inARow++;
    if (inARow >= settings.failures()) suspect(why, probe);
  }

  /// A request has waited for its answer for long.
  synchronized void suspect(String why, Probe probe) {
    boolean late = System.nanoTime() - lastProbe > settings.pause().toNanos();
    if (closed || state != State.THERE || prober != null || !late) return;
    state = State.SUSPECT;
    problem = why;
    prober = Thread.ofVirtual().name("origin-probe").start(() -> watch(probe));
  }

  /// Until it is there.
  private void watch(Probe probe) {
    boolean away = true;
    while (away) {
      counts.probed();
      String found = problem(probe);
      away = decide(found);
      if (away && !sleep()) return;
    }
  }

  private @Nullable String problem(Probe probe) {
    try {
      return probe.problem();
    } catch (RuntimeException e) {
      LOG.error("the origin {} cannot be probed", origin, e);
      return null; // as if there were no breaker
    }
  }

  /// Whether it has to be asked again.
  private synchronized boolean decide(@Nullable String found) {
    lastProbe = System.nanoTime();
    // Somebody may have had an answer meanwhile.
    if (found == null || state == State.THERE) {
      prober = null;
      there();
      return false;
    }
    problem = found;
    if (state == State.SUSPECT) {
      state = State.AWAY;
      counts.opened();
      LOG.warn("the origin {} is away: {}; requests to it fail until it is back", origin, found);
    }
    return !closed;
  }

  private boolean sleep() {
    try {
      TimeUnit.NANOSECONDS.sleep(settings.pause().toNanos());
      return true;
    } catch (InterruptedException e) {
      return false; // it is closed
    }
  }

  /// An error of the server that is no throttling. An answer to a HEAD cannot say which it is, and
  /// is taken for throttling.
  static boolean isFailure(OriginAnswer answer) {
    return answer.status() >= 500 && answer.status() != 501 && !isThrottling(answer);
  }

  private static boolean isThrottling(OriginAnswer answer) {
    if (answer.status() == 429) return true;
    if (answer.status() != 503) return false;
    return !answer.canExplain() || THROTTLING.contains(answer.error().code());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (prober != null) prober.interrupt();
    metrics.forget(origin, gauge);
  }
}
