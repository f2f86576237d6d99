package io.tarn.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/// The options that say how long to measure.
final class Timing {
  @Option(
      names = "--duration",
      defaultValue = "5s",
      description = "Of a round. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--requests",
      defaultValue = "9223372036854775807",
      description = "Most requests of a round. Default: no bound but its duration.")
  private long requests;

  @Option(
      names = "--warmup",
      defaultValue = "3s",
      description = "Of each target. Default: ${DEFAULT-VALUE}.")
  private Duration warmup = Duration.ZERO;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Medians of so many. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  Schedule schedule() {
    return new Schedule(warmup, new RoundLimit(duration, requests), rounds);
  }
}
