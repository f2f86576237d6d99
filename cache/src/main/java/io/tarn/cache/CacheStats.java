package io.tarn.cache;

import io.tarn.store.OriginTraffic.Request;
import io.tarn.store.Provenance.Verdict;
import java.util.Map;

/// What a linked bucket's reads had of the cache, what its origin was asked, and what that is in
/// money: all since the process began to count.
///
/// - `requests`, `received`: what passed between here and the origin; of one that does not tell, as
///   a directory, what the cache asked it to do
public record CacheStats(
    String bucket,
    Reads reads,
    Map<Request, Long> requests,
    Map<Request, Long> received,
    CacheUsage.Ghosts ghosts,
    PriceSettings prices) {
  public CacheStats {
    requests = Map.copyOf(requests);
    received = Map.copyOf(received);
  }

  /// What clients asked, by what they got.
  ///
  /// - `local`, `fetched`: bytes that they were given from here, and from the origin
  public record Reads(Map<Verdict, Long> gets, Map<Verdict, Long> heads, long local, long fetched) {
    public Reads {
      gets = Map.copyOf(gets);
      heads = Map.copyOf(heads);
    }

    /// GETs and HEADs that ended so.
    public long count(Verdict verdict) {
      return gets.getOrDefault(verdict, 0L) + heads.getOrDefault(verdict, 0L);
    }

    /// Both.
    public long all() {
      return sum(gets) + sum(heads);
    }

    /// Those for which no byte came from the origin.
    public long hits() {
      return count(Verdict.HIT) + count(Verdict.STALE) + count(Verdict.REVALIDATED);
    }

    public long bytes() {
      return local + fetched;
    }
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(each -> each).sum();
  }

  private long asked(Request kind) {
    return requests.getOrDefault(kind, 0L);
  }

  /// Of all reads; 0 of none.
  public double hitRatio() {
    return ratio(reads.hits(), reads.all());
  }

  /// Of all bytes that readers were given; 0 of none.
  public double byteHitRatio() {
    return ratio(reads.local, reads.bytes());
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /// Reads that clients made, less those made of the origin. Below zero where the cache asked more
  /// than its clients did.
  public long requestsAvoided() {
    return reads.all() - asked(Request.GET) - asked(Request.HEAD);
  }

  /// Bytes that clients were given, less those that the origin sent of objects.
  public long egressAvoided() {
    return reads.bytes() - received.getOrDefault(Request.GET, 0L);
  }

  /// What all that passed between here and the origin costs.
  public double spent() {
    double sum = prices.ofBytes(sum(received));
    for (Map.Entry<Request, Long> each : requests.entrySet()) {
      sum += prices.of(each.getKey(), each.getValue());
    }
    return sum;
  }

  /// What clients who read from the origin themselves would have paid more.
  public double saved() {
    return prices.of(Request.GET, requestsAvoided()) + prices.ofBytes(egressAvoided());
  }

  /// What a cache of twice the size would have saved beside that, at most: what it would have had
  /// still, each block with a request of its own.
  public double savedByTwice() {
    return prices.of(Request.GET, ghosts.hits()) + prices.ofBytes(ghosts.bytes());
  }
}
