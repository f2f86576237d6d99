package io.tarn.testkit;

import java.util.List;
import java.util.SplittableRandom;

/// What is simulated: a system, the work `W` it is given, what goes wrong meanwhile, and what must
/// hold all the same.
public interface Scenario<W> {
  /// All that will be done to the system.
  record Plan<W>(List<At<W>> work, List<At<Fault>> faults) {
    public Plan {
      work = List.copyOf(work);
      faults = List.copyOf(faults);
    }
  }

  /// Draws a plan.
  Plan<W> plan(SplittableRandom random);

  /// Builds the system, lets the plan happen to it, and checks. Fails with whatever it throws. The
  /// same plan in a simulation of the same seed must do the same.
  void play(Simulation simulation, Plan<W> plan);
}
