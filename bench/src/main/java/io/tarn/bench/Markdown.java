package io.tarn.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The suite's figures as Markdown: what each target reached, then its costs and latencies work by
/// work, then the machine.
final class Markdown {
  private Markdown() {}

  static String page(List<Endpoint> endpoints, List<List<Summary>> table, Reference reference) {
    var out = new StringBuilder();
    overview(out, endpoints.stream().map(Endpoint::name).toList(), table);
    details(out, table);
    out.append("\n| reference | |\n|---|---:|\n");
    for (String[] row : reference.rows()) {
      out.append("| ").append(row[0]).append(" | ").append(row[1]).append(" |\n");
    }
    return out.toString();
  }

  private static void overview(StringBuilder out, List<String> names, List<List<Summary>> table) {
    out.append("Per second, and in brackets per CPU-second of the server; medians.\n\n| work |");
    names.forEach(name -> out.append(' ').append(name).append(" |"));
    out.append("\n|---|").append("---:|".repeat(names.size())).append('\n');
    for (List<Summary> peers : table) {
      out.append("| ").append(peers.getFirst().work()).append(" |");
      for (String name : names) {
        out.append(' ')
            .append(
                peers.stream()
                    .filter(peer -> peer.target().equals(name))
                    .findFirst()
                    .map(Markdown::rates)
                    .orElse("–"))
            .append(" |");
      }
      out.append('\n');
    }
  }

  private static String rates(Summary s) {
    if (s.errors() > 0) return "failed";
    String cpu = Report.number(s.median(Round::perServerCpuSecond));
    return Report.number(s.median(Round::perSecond)) + " (" + cpu + ")";
  }

  private static void details(StringBuilder out, List<List<Summary>> table) {
    out.append(
        "\n"
            + "| work | target | MB/s | CPU µs each | p50 ms | p99 ms | p99.9 ms | server CPU |"
            + " client CPU | RSS MB, highest |\n");
    out.append("|---|---|").append("---:|".repeat(8)).append('\n');
    for (Summary s : table.stream().flatMap(List::stream).toList()) {
      out.append("| ").append(s.work()).append(" | ").append(s.target());
      cell(out, Report.number(s.median(Round::megabytesPerSecond)));
      cell(out, Report.number(s.median(Round::serverMicrosPerItem)));
      cell(out, millis(s, round -> round.latencyMillis(50)));
      cell(out, millis(s, round -> round.latencyMillis(99)));
      cell(out, millis(s, round -> round.latencyMillis(99.9)));
      cell(out, Math.round(100 * s.median(Round::serverCores)) + " %");
      cell(out, Math.round(100 * s.median(Round::clientCores)) + " %");
      cell(out, Report.megabytes(s.residentPeak()));
      out.append(" |\n");
    }
  }

  private static void cell(StringBuilder out, String text) {
    out.append(" | ").append(text);
  }

  private static String millis(Summary s, ToDoubleFunction<Round> figure) {
    return String.format(Locale.ROOT, "%.3f", s.median(figure));
  }
}
