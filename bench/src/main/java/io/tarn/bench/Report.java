package io.tarn.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// Prints summaries: a table for people, or one JSON object per line.
final class Report {
  private static final String ROW =
      "%-26s %-12s %10s %9s %10s %9s %8s %8s %8s %8s %7s %7s %17s %6s%n";

  private final PrintStream out;
  private final boolean json;

  Report(PrintStream out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void head() {
    if (!json) {
      out.printf(
          ROW,
          "work",
          "target",
          "per s",
          "MB/s",
          "per CPU-s",
          "us CPU",
          "p50 ms",
          "p99 ms",
          "p99.9",
          "max",
          "server",
          "client",
          "RSS MB (peak)",
          "errors");
    }
  }

  /// Prints the peers of one work; from the second on with the first's rates as multiples of
  /// theirs.
  void print(List<Summary> peers) {
    for (Summary summary : peers) {
      if (json) {
        out.println(SummaryJson.line(summary));
      } else {
        row(summary);
      }
    }
    if (!json) peers.stream().skip(1).forEach(peer -> ratio(peers.getFirst(), peer));
    out.flush();
  }

  /// A line for people only.
  void note(String text) {
    if (!json) out.println("  " + text);
  }

  private void row(Summary s) {
    String memory =
        megabytes(s.residentBefore())
            + ">"
            + megabytes(s.residentAfter())
            + " ("
            + megabytes(s.residentPeak())
            + ")";
    out.printf(
        ROW,
        s.work(),
        s.target(),
        number(s.median(Round::perSecond)),
        number(s.median(Round::megabytesPerSecond)),
        number(s.median(Round::perServerCpuSecond)),
        number(s.median(Round::serverMicrosPerItem)),
        millis(s, 50),
        millis(s, 99),
        millis(s, 99.9),
        millis(s, 100),
        percent(s.median(Round::serverCores)),
        percent(s.median(Round::clientCores)),
        memory,
        s.errors());
    if (s.errors() > 0) {
      out.println("  FAILED, first error: " + s.firstError().lines().findFirst().orElse(""));
    }
  }

  private void ratio(Summary first, Summary peer) {
    out.printf(
        Locale.ROOT,
        "  %s / %s: rate %s, rate per CPU-second %s, p50 %s%n",
        first.target(),
        peer.target(),
        number(first.median(Round::perSecond) / peer.median(Round::perSecond)),
        number(first.median(Round::perServerCpuSecond) / peer.median(Round::perServerCpuSecond)),
        number(
            first.median(round -> round.latencyMillis(50))
                / peer.median(round -> round.latencyMillis(50))));
  }

  /// Three significant digits, or whole numbers with thousands separated; a dash for what is not
  /// known.
  static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) return "–";
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  static String megabytes(long bytes) {
    return Long.toString(Math.round(bytes / 1e6));
  }

  private static String millis(Summary summary, double percentile) {
    return String.format(
        Locale.ROOT, "%.3f", summary.median(round -> round.latencyMillis(percentile)));
  }

  private static String percent(double cores) {
    return Math.round(cores * 100) + "%";
  }
}
