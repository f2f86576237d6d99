package io.tarn.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// The rounds of one work against one endpoint as one line: medians of what each round measured.
record Summary(String work, String target, List<Round> rounds) {
  Summary {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) throw new IllegalArgumentException("no rounds of " + work);
  }

  /// The median of a figure over the rounds.
  double median(ToDoubleFunction<Round> figure) {
    return median(rounds.stream().mapToDouble(figure));
  }

  /// The middle value, or the mean of the two middle ones; 0 of nothing.
  static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) return 0;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  long errors() {
    return rounds.stream().mapToLong(round -> round.tally().errors()).sum();
  }

  String firstError() {
    return rounds.stream()
        .map(round -> round.tally().firstError())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  long residentBefore() {
    return rounds.getFirst().cost().residentBefore();
  }

  long residentAfter() {
    return rounds.getLast().cost().residentAfter();
  }

  long residentPeak() {
    return rounds.stream().mapToLong(round -> round.cost().residentPeak()).max().orElse(0);
  }
}
