package io.tarn.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One JSON object per summary, on one line.
final class SummaryJson {
  private SummaryJson() {}

  static String line(Summary s) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("perSecond", s.median(Round::perSecond));
    figures.put("megabytesPerSecond", s.median(Round::megabytesPerSecond));
    figures.put("perServerCpuSecond", s.median(Round::perServerCpuSecond));
    figures.put("serverCpuMicrosPerItem", s.median(Round::serverMicrosPerItem));
    figures.put("serverCores", s.median(Round::serverCores));
    figures.put("clientCores", s.median(Round::clientCores));
    for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
      String name =
          percentile == 100
              ? "maxMillis"
              : "p" + (percentile % 1 == 0 ? "%.0f" : "%.1f").formatted(percentile) + "Millis";
      figures.put(name, s.median(round -> round.latencyMillis(percentile)));
    }
    figures.put("residentBeforeBytes", (double) s.residentBefore());
    figures.put("residentAfterBytes", (double) s.residentAfter());
    figures.put("residentPeakBytes", (double) s.residentPeak());
    figures.put("rounds", (double) s.rounds().size());
    figures.put("errors", (double) s.errors());
    StringBuilder out =
        new StringBuilder("{\"work\":")
            .append(text(s.work()))
            .append(",\"target\":")
            .append(text(s.target()));
    figures.forEach(
        (name, value) -> out.append(",\"").append(name).append("\":").append(number(value)));
    if (s.errors() > 0) out.append(",\"firstError\":").append(text(s.firstError()));
    return out.append('}').toString();
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  static String text(String plain) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
