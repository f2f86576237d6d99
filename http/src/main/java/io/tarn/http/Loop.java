package io.tarn.http;

import io.netty.channel.EventLoop;
import io.tarn.http.BodySender.StoredPiece.Scratch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop's own: its connections, its scratch for response heads and for stored bytes, and
/// one clock tick for the timeouts of all of them, which is cheaper than a timer per request. Used
/// on that loop only.
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Duration SHORTEST_TICK = Duration.ofMillis(10);
  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

  private final HeadWriter heads = new HeadWriter();
  private final Scratch scratch = new Scratch();
  private final Set<Connection> connections = new LinkedHashSet<>();

  /// Starts the tick: timeouts are met with a quarter of the shortest of them, at most a second.
  static Loop on(EventLoop executor, HttpSettings.Timeouts timeouts) {
    var loop = new Loop();
    Duration shortest =
        List.of(
                timeouts.header(),
                timeouts.idle(),
                timeouts.bodyStall(),
                timeouts.responseStall(),
                timeouts.linger(),
                LONGEST_TICK.multipliedBy(4))
            .stream()
            .min(Duration::compareTo)
            .orElseThrow()
            .dividedBy(4);
    Duration tick = shortest.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : shortest;
    var _ =
        executor.scheduleWithFixedDelay(
            loop::tick, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
    return loop;
  }

  HeadWriter heads() {
    return heads;
  }

  Scratch scratch() {
    return scratch;
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /// A copy: closing a connection removes it from the set.
  List<Connection> connections() {
    return new ArrayList<>(connections);
  }

  private void tick() {
    var now = System.nanoTime();
    for (var connection : connections()) {
      try {
        connection.tick(now);
      } catch (RuntimeException bug) {
        // Thrown on, it would end the ticks of all others.
        LOG.error("a connection failed", bug);
        connection.close("the server failed");
      }
    }
  }
}
