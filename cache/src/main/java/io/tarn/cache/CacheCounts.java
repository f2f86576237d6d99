package io.tarn.cache;

import io.tarn.store.Provenance.Verdict;
import java.util.Map;

/// What was counted of one bucket since the start.
///
/// - `answers`: reads, by how much of them was here
/// - `local`: bytes given to readers that were here, and `fetched` those that were not
/// - `asked`: bytes asked of the origin, whoever they were for
/// - `requests`: to the origin, by kind
/// - `failures`: what did not work and cost another request, by kind
public record CacheCounts(
    Map<Verdict, Long> answers,
    long local,
    long fetched,
    long asked,
    Map<String, Long> requests,
    Map<String, Long> failures) {
  public CacheCounts {
    answers = Map.copyOf(answers);
    requests = Map.copyOf(requests);
    failures = Map.copyOf(failures);
  }
}
