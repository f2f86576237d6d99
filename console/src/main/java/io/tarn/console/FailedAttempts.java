package io.tarn.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Clients that tried to prove themselves and could not, by address. Some failures are free; from
/// then on each closes the door to that address for twice as long as the one before, and what comes
/// meanwhile is refused unseen, so that it tells a guesser nothing. A success opens nothing:
/// whoever has one key may be guessing another. Thread-safe; the caller brings the time.
final class FailedAttempts {
  static final int FREE = 10;
  static final Duration SHORTEST = Duration.ofSeconds(1);
  static final Duration LONGEST = Duration.ofMinutes(1);

  /// A client without a failure for as long begins anew.
  static final Duration QUIET = Duration.ofMinutes(10);

  /// Addresses known at most, of some 200 bytes each; the one that failed last the longest ago
  /// goes.
  static final int MOST = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(FailedAttempts.class);

  private record Failures(int count, Instant last, Duration closed) {}

  /// In the order of their last failures.
  private final LinkedHashMap<String, Failures> clients = new LinkedHashMap<>();

  private final int most;

  FailedAttempts() {
    this(MOST);
  }

  FailedAttempts(int most) {
    this.most = most;
  }

  /// Fails with [AdminFailure] while the door is closed to this client.
  synchronized void check(String client, Instant now) {
    Failures failures = current(client, now);
    if (failures == null) return;
    Duration left = Duration.between(now, failures.last.plus(failures.closed));
    if (left.isPositive()) {
      throw AdminFailure.slowDown(
          "Too many requests from this address did not prove who sent them; wait, and send the"
              + " right key. (On the server's machine, --data needs none.)",
          left.plusMillis(999).toSeconds());
    }
  }

  synchronized void failed(String client, Instant now) {
    Failures before = current(client, now);
    int count = before == null ? 1 : before.count + 1;
    Duration closed = closedAfter(count);
    clients.remove(client);
    clients.put(client, new Failures(count, now, closed));
    if (clients.size() > most) {
      Iterator<String> oldest = clients.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    if (closed.isPositive()) {
      LOG.warn(
          "{} failed {} times to prove itself to the admin listener; not heard for {} s",
          client,
          count,
          closed.toSeconds());
    }
  }

  synchronized int size() {
    return clients.size();
  }

  /// What is known of a client; nothing once it is quiet, or when the clock was set back.
  private @Nullable Failures current(String client, Instant now) {
    Failures failures = clients.get(client);
    if (failures == null) return null;
    boolean past = failures.last.plus(QUIET).isBefore(now) || now.isBefore(failures.last);
    return past ? null : failures;
  }

  private static Duration closedAfter(int count) {
    int beyond = Math.min(count - FREE, 10);
    if (beyond < 1) return Duration.ZERO;
    Duration closed = SHORTEST.multipliedBy(1L << (beyond - 1));
    return closed.compareTo(LONGEST) < 0 ? closed : LONGEST;
  }
}
