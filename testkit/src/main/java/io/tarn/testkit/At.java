package io.tarn.testkit;

import java.time.Duration;

/// What is to happen at a time since the beginning of a simulation.
public record At<T>(Duration time, T what) {
  @Override
  public String toString() {
    return Simulation.seconds(time.toNanos()) + "  " + what;
  }
}
