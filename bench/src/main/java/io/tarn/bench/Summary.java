package io.tarn.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The rounds of one work against one endpoint as one line: medians of what each round measured.
record Summary(String work, String target, List<Round> rounds) {
  Summary {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("no rounds of " + work);
    }
  }

  /// The middle value, or the mean of the two middle ones.
  double median(ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
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
