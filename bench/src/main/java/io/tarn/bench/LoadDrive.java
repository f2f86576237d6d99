package io.tarn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Fires prepared shots over a number of connections, spread over one or two event loops.
/// Connections are opened before the round and closed after it.
final class LoadDrive implements Drive {
  /// Whether the shots are fired again from the start once they are used up.
  enum Supply {
    ENDLESS,
    ONCE
  }

  private final Endpoint endpoint;
  private final Work work;
  private final Shots shots;
  private final BodySource bodies;
  private final Supply supply;

  LoadDrive(Endpoint endpoint, Work work, Shots shots, BodySource bodies, Supply supply) {
    this.endpoint = endpoint;
    this.work = work;
    this.shots = shots;
    this.bodies = bodies;
    this.supply = supply;
  }

  @Override
  public Tally run(RoundLimit span) {
    int threads = work.threads();
    var loops = new ArrayList<LoadLoop>();
    try {
      for (int i = 0; i < threads; i++) {
        int connections = (work.connections() + i) / threads;
        loops.add(new LoadLoop(endpoint, connections, shots, bodies, magazine(i)));
      }
      return run(loops, new RoundLimit(span.duration(), span.requests() / threads));
    } finally {
      loops.forEach(LoadDrive::close);
    }
  }

  private static Tally run(List<LoadLoop> loops, RoundLimit span) {
    if (loops.size() == 1) return loops.getFirst().run(span);
    var tally = new Tally();
    try (var threads = Executors.newFixedThreadPool(loops.size())) {
      var running = new ArrayList<Future<Tally>>();
      loops.forEach(loop -> running.add(threads.submit(() -> loop.run(span))));
      for (Future<Tally> one : running) tally.add(one.get());
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a load loop broke off", e);
    }
    return tally;
  }

  private LoadLoop.Magazine magazine(int first) {
    int step = work.threads();
    return new LoadLoop.Magazine() {
      private int at = first;

      @Override
      public int next() {
        if (at >= shots.count()) {
          if (supply == Supply.ONCE) return -1;
          at = first < shots.count() ? first : 0;
        }
        int shot = at;
        at += step;
        return shot;
      }
    };
  }

  private static void close(LoadLoop loop) {
    try {
      loop.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close connections", e);
    }
  }
}
