package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tarn.store.OriginTraffic.Request;
import io.tarn.store.Provenance.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What counts come to, in shares and in money.
class CacheStatsTest {
  private static final long GB = 1L << 30;
  private static final double CENT = 1e-9;

  private static CacheStats stats(Map<Request, Long> requests, long received, long local) {
    var reads =
        new CacheStats.Reads(
            Map.of(Verdict.HIT, 700_000L, Verdict.MISS, 200_000L, Verdict.PARTIAL, 50_000L),
            Map.of(Verdict.HIT, 40_000L, Verdict.STALE, 10_000L),
            local,
            10 * GB);
    return new CacheStats(
        "photos",
        reads,
        requests,
        Map.of(Request.GET, received),
        new CacheUsage.Ghosts(1000, GB),
        PriceSettings.DEFAULTS);
  }

  @Test
  void hits_are_a_share_of_all_reads_and_of_all_bytes() {
    CacheStats stats = stats(Map.of(Request.GET, 250_000L), 10 * GB, 90 * GB);
    assertThat(stats.reads().all()).isEqualTo(1_000_000);
    assertThat(stats.hitRatio()).isEqualTo(0.75);
    assertThat(stats.byteHitRatio()).isEqualTo(0.9);
  }

  @Test
  void what_was_saved_is_what_clients_would_have_asked_less_what_was_asked() {
    CacheStats stats =
        stats(Map.of(Request.GET, 240_000L, Request.HEAD, 10_000L), 12 * GB, 90 * GB);
    assertThat(stats.requestsAvoided()).isEqualTo(750_000);
    assertThat(stats.egressAvoided()).isEqualTo(88 * GB);
    assertThat(stats.saved()).isCloseTo(750 * 0.0004 + 88 * 0.09, within(CENT));
    assertThat(stats.spent()).isCloseTo(250 * 0.0004 + 12 * 0.09, within(CENT));
  }

  @Test
  void a_cache_that_fetches_more_than_is_read_has_saved_less_than_nothing() {
    CacheStats stats = stats(Map.of(Request.GET, 1_500_000L), 200 * GB, 90 * GB);
    assertThat(stats.requestsAvoided()).isEqualTo(-500_000);
    assertThat(stats.saved()).isNegative();
  }

  @Test
  void writes_and_lists_have_prices_of_their_own() {
    Map<Request, Long> requests =
        Map.of(
            Request.PUT,
            1000L,
            Request.POST,
            1000L,
            Request.COPY,
            1000L,
            Request.LIST,
            1000L,
            Request.DELETE,
            1000L);
    assertThat(stats(requests, 0, 0).spent()).isCloseTo(4 * 0.005, within(CENT));
  }

  @Test
  void what_came_back_soon_is_what_twice_the_size_would_have_saved() {
    CacheStats stats = stats(Map.of(), 0, 0);
    assertThat(stats.savedByTwice()).isCloseTo(0.0004 + 0.09, within(CENT));
  }

  @Test
  void a_currency_is_a_word_and_a_price_not_negative() {
    assertThatThrownBy(() -> new PriceSettings("US $", 0, 0, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PriceSettings("EUR", 0, 0, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
