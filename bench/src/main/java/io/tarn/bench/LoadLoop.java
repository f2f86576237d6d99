package io.tarn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One thread's event loop: keeps every lane busy with the next shot until the round is over, then
/// waits for the exchanges still under way, so that everything started is counted.
final class LoadLoop implements AutoCloseable {
  private static final int DRAIN_BYTES = 512 << 10;
  private static final int MOST_ERRORS = 100;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  /// Gives the next shot, or a negative number when there are no more.
  interface Magazine {
    int next();
  }

  private final Selector selector;
  private final List<Lane> lanes = new ArrayList<>();
  private final Magazine magazine;
  private final ByteBuffer drain = ByteBuffer.allocateDirect(DRAIN_BYTES);
  private final Tally tally = new Tally();
  private long deadline;
  private long left;
  private int busy;

  LoadLoop(Endpoint endpoint, int connections, Shots shots, BodySource bodies, Magazine magazine) {
    this.magazine = magazine;
    try {
      selector = Selector.open();
      for (int i = 0; i < connections; i++) {
        lanes.add(new Lane(endpoint.address(), selector, shots, bodies));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot connect to " + endpoint.name() + " at " + endpoint.authority(), e);
    }
  }

  Tally run(RoundLimit span) {
    long now = System.nanoTime();
    deadline = now + span.duration().toNanos();
    left = span.requests();
    long progress = now;
    try {
      for (Lane lane : lanes) next(lane);
      while (busy > 0) {
        if (selector.select(this::attend, 1000) > 0) {
          progress = System.nanoTime();
        } else if (System.nanoTime() - progress > PATIENCE_NANOS) {
          tally.failure(
              "no answer for " + PATIENCE_NANOS / 1_000_000_000 + " s on " + busy + " connections");
          return tally;
        }
      }
    } catch (IOException e) {
      tally.failure("cannot reconnect: " + e);
    }
    return tally;
  }

  @Override
  public void close() throws IOException {
    for (Lane lane : lanes) lane.close();
    selector.close();
  }

  private void attend(SelectionKey key) {
    Lane lane = (Lane) key.attachment();
    try {
      exchange(lane, key);
    } catch (IOException | BrokenReply e) {
      fail(lane, e.toString());
    }
  }

  private void exchange(Lane lane, SelectionKey key) throws IOException {
    if (key.isReadable()) {
      if (!lane.busy()) {
        // The server hangs up on an idle connection; it is out of the round.
        key.cancel();
        return;
      }
      if (lane.receive(drain)) {
        busy--;
        finish(lane);
        return;
      }
    }
    if (key.isWritable()) lane.send();
  }

  private void finish(Lane lane) throws IOException {
    ResponseReader reader = lane.reader();
    long now = System.nanoTime();
    if (reader.succeeded()) {
      tally.success(lane.startedAt(), now, 1, lane.exchangedBytes());
    } else {
      tally.failure(reader.status() + " " + new String(reader.body(), StandardCharsets.UTF_8));
    }
    if (!lane.reusable()) lane.reconnect();
    next(lane);
  }

  private void fail(Lane lane, String what) {
    drop(lane);
    tally.failure(what);
    try {
      lane.reconnect();
      next(lane);
    } catch (IOException e) {
      // Without this lane the round goes on with the others; the failure is counted and fails the
      // run.
      drop(lane);
      tally.failure("cannot reconnect: " + e);
    }
  }

  private void drop(Lane lane) {
    if (lane.busy()) {
      lane.abandon();
      busy--;
    }
  }

  private void next(Lane lane) throws IOException {
    if (left <= 0 || tally.errors() >= MOST_ERRORS || System.nanoTime() - deadline >= 0) return;
    int shot = magazine.next();
    if (shot < 0) return;
    left--;
    busy++;
    lane.fire(shot);
  }
}
