package io.tarn.bench;

/// One round of one work against one endpoint, with the arithmetic that reports need. Rates and
/// costs are per item: a request, or a key where keys are listed.
record Round(Tally tally, Cost cost) {
  double perSecond() {
    return ratio((double) tally.items(), tally.elapsedNanos() / 1e9);
  }

  double megabytesPerSecond() {
    return ratio(tally.bytes() / 1e6, tally.elapsedNanos() / 1e9);
  }

  /// Items per second of server CPU time; 0 when that is not known.
  double perServerCpuSecond() {
    return ratio((double) tally.items(), cost.serverCpuNanos() / 1e9);
  }

  /// Server CPU time per item, in microseconds.
  double serverMicrosPerItem() {
    return ratio(cost.serverCpuNanos() / 1e3, (double) tally.items());
  }

  /// CPU seconds of the server per second.
  double serverCores() {
    return ratio((double) cost.serverCpuNanos(), (double) tally.elapsedNanos());
  }

  /// CPU seconds of this client per second.
  double clientCores() {
    return ratio((double) cost.clientCpuNanos(), (double) tally.elapsedNanos());
  }

  /// A latency percentile in milliseconds; 0 when nothing succeeded.
  double latencyMillis(double percentile) {
    return tally.requests() == 0 ? 0 : tally.latency().getValueAtPercentile(percentile) / 1e6;
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
