package io.tarn.testkit;

import java.util.ArrayList;
import java.util.List;

/// What runs on a machine from its start to its crash: threads and timers, which are held back
/// while it is frozen and never run again once it is over.
final class Life {
  private final Simulation simulation;
  private final Fibers fibers;
  private final List<Runnable> held = new ArrayList<>();
  private boolean frozen;
  private boolean over;

  Life(Simulation simulation) {
    this.simulation = simulation;
    this.fibers = new Fibers(this::soon);
  }

  private void soon(Runnable work) {
    simulation.schedule(0, this, work);
  }

  Thread start(String name, Runnable work) {
    return fibers.start(
        name,
        () -> {
          try {
            work.run();
          } catch (Throwable e) {
            simulation.failed(e);
          }
        });
  }

  void run(Runnable work) {
    if (over) return;
    if (frozen) {
      held.add(work);
    } else {
      work.run();
    }
  }

  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
    held.forEach(this::soon);
    held.clear();
  }

  void end() {
    over = true;
    held.clear();
  }

  boolean isOver() {
    return over;
  }
}
