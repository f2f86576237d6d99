package io.tarn.node;

import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What the near-cache did for one bucket, as text to be put into a report.
final class CacheReport {
  private CacheReport() {}

  static void print(Terminal terminal, JsonNode bucket) {
    String name = bucket.path("bucket").asString("");
    if (!bucket.path("cached").asBoolean(false)) {
      terminal.print("bucket %s is not cached".formatted(name));
      return;
    }
    JsonNode counts = bucket.path("counts");
    terminal.print("bucket %s since %s".formatted(name, counts.path("since").asString("")));
    reads(terminal, counts);
    origin(terminal, counts);
    money(terminal, counts);
  }

  private static void reads(Terminal terminal, JsonNode counts) {
    JsonNode answers = counts.path("answers");
    long all = counts.path("reads").asLong(0);
    terminal.print(
        "  reads             %s: %s hit, %s in part, %s missed"
            .formatted(
                number(all),
                percent(counts.path("hitRatio").asDouble(0)),
                share(answers.path("partial").asLong(0), all),
                share(answers.path("miss").asLong(0) + answers.path("bypass").asLong(0), all)));
    long local = counts.path("localBytes").asLong(0);
    terminal.print(
        "  bytes read        %s, %s of them from the cache"
            .formatted(
                Words.size(local + counts.path("fetchedBytes").asLong(0)),
                percent(counts.path("byteHitRatio").asDouble(0))));
  }

  private static void origin(Terminal terminal, JsonNode counts) {
    JsonNode avoided = counts.path("avoided");
    JsonNode requests = counts.path("requests");
    terminal.print(
        "  origin requests   %s%s; %s avoided"
            .formatted(
                number(sum(requests)),
                kinds(requests),
                number(avoided.path("requests").asLong(0))));
    terminal.print(
        "  origin egress     %s; %s avoided"
            .formatted(
                Words.size(sum(counts.path("receivedBytes"))),
                size(avoided.path("bytes").asLong(0))));
  }

  private static void money(Terminal terminal, JsonNode counts) {
    JsonNode money = counts.path("money");
    String currency = money.path("currency").asString("");
    terminal.print(
        "  money             %s saved, %s spent"
            .formatted(
                amount(money.path("saved").asDouble(0), currency),
                amount(money.path("spent").asDouble(0), currency)));
    JsonNode twice = counts.path("twiceTheSize");
    terminal.print(
        "  twice the size    would have had %s more (%s): at most %s more saved"
            .formatted(
                Words.count(twice.path("blocks").asLong(0), "block"),
                Words.size(twice.path("bytes").asLong(0)),
                amount(money.path("savedByTwiceTheSize").asDouble(0), currency)));
  }

  private static long sum(JsonNode numbers) {
    long sum = 0;
    for (Map.Entry<String, JsonNode> each : numbers.properties()) sum += each.getValue().asLong(0);
    return sum;
  }

  private static String kinds(JsonNode requests) {
    var kinds = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> each : requests.properties()) {
      kinds.add("%s %s".formatted(each.getKey(), number(each.getValue().asLong(0))));
    }
    return kinds.isEmpty() ? "" : " (" + String.join(", ", kinds) + ")";
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String size(long bytes) {
    return bytes < 0 ? "-" + Words.size(-bytes) : Words.size(bytes);
  }

  private static String share(long part, long whole) {
    return percent(whole == 0 ? 0 : (double) part / whole);
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
  }

  /// As many digits as small sums need.
  private static String amount(double amount, String currency) {
    String digits = Math.abs(amount) >= 1 ? "%.2f %s" : "%.6f %s";
    return String.format(Locale.ROOT, digits, amount, currency);
  }
}
