package io.tarn.cache;

import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import io.tarn.store.OriginTraffic.Request;

/// What an origin charges, so that it can be told what the cache saved. The defaults are the list
/// prices of S3 Standard in us-east-1, without free tiers and discounts.
public record PriceSettings(
    @Setting(value = "The word behind each amount.", fallback = "USD") String currency,
    @Setting(value = "For 1,000 GET and HEAD requests.", fallback = "0.0004") double reads,
    @Setting(value = "For 1,000 LIST requests.", fallback = "0.005") double lists,
    @Setting(value = "For 1,000 PUT, COPY and POST requests.", fallback = "0.005") double writes,
    @Setting(value = "For 1,000 DELETE requests.", fallback = "0") double deletes,
    @Setting(value = "For each GB (2^30 bytes) that leaves the origin.", fallback = "0.09")
        double egress) {
  public static final PriceSettings DEFAULTS = Settings.defaults(PriceSettings.class);

  /// Of origins that nobody is paid for.
  static final PriceSettings FREE = new PriceSettings("USD", 0, 0, 0, 0, 0);

  private static final double GB = 1L << 30;

  public PriceSettings {
    if (!currency.matches("[A-Za-z]{1,8}")) {
      throw new IllegalArgumentException("currency is one word, as EUR");
    }
    if (reads < 0 || lists < 0 || writes < 0 || deletes < 0 || egress < 0) {
      throw new IllegalArgumentException("a price cannot be negative");
    }
  }

  /// What so many requests cost.
  double of(Request kind, long requests) {
    double thousand =
        switch (kind) {
          case GET, HEAD -> reads;
          case LIST -> lists;
          case PUT, COPY, POST -> writes;
          case DELETE -> deletes;
        };
    return thousand * requests / 1000;
  }

  /// What so many bytes of egress cost.
  double ofBytes(long bytes) {
    return egress * bytes / GB;
  }
}
