package io.tarn.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs the table of works that Tarn's targets are written in, and prints it as Markdown. Exit code
/// 1 when any request failed.
@Command(
    name = "suite",
    description = "The whole table of works against all targets, as Markdown.",
    mixinStandardHelpOptions = true)
final class SuiteCommand implements Callable<Integer> {
  @Mixin private Targets targets = new Targets();

  @Mixin private Timing timing = new Timing();

  @Option(
      names = "--most-keys",
      defaultValue = "1000000",
      description = "Lists longer than this are left out. Default: ${DEFAULT-VALUE}.")
  private int mostKeys;

  @Option(names = "--only", description = "Only works whose title starts with this, as 'get'.")
  private String only = "";

  @Option(names = "--out", description = "Writes the table there as well.")
  private @Nullable Path out;

  @Option(
      names = "--directory",
      defaultValue = ".",
      description = "The disk that the reference rates are taken on. Default: here.")
  private Path directory = Path.of("");

  /// The works of the target table, in its order.
  static List<Work> works() {
    return List.of(
        Work.of(LoadVerb.GET, 4 * ByteSize.KIB, 64),
        Work.of(LoadVerb.GET, 4 * ByteSize.KIB, 1),
        Work.of(LoadVerb.HEAD, 4 * ByteSize.KIB, 64),
        Work.of(LoadVerb.GET, ByteSize.MIB, 16),
        Work.of(LoadVerb.GET, 64 * ByteSize.MIB, 4),
        Work.of(LoadVerb.PUT, 4 * ByteSize.KIB, 64),
        Work.of(LoadVerb.PUT, 4 * ByteSize.KIB, 1),
        Work.of(LoadVerb.PUT, ByteSize.MIB, 16),
        Work.of(LoadVerb.PUT, 64 * ByteSize.MIB, 1),
        Work.of(LoadVerb.PUT, 64 * ByteSize.MIB, 4),
        Work.of(LoadVerb.MIXED, 4 * ByteSize.KIB, 64),
        Work.of(LoadVerb.DELETE, 4 * ByteSize.KIB, 64),
        Work.of(LoadVerb.LIST, 0, 1).withKeys(100_000),
        Work.of(LoadVerb.LIST, 0, 1).withKeys(1_000_000),
        Work.of(LoadVerb.LIST_DELIMITER, 0, 1).withKeys(100_000),
        Work.of(LoadVerb.LIST_DELIMITER, 0, 1).withKeys(1_000_000));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Endpoint> endpoints = targets.endpoints();
    List<List<Summary>> table = new ArrayList<>();
    var report = new Report(System.err, false);
    report.head();
    for (Work work : works()) {
      List<Endpoint> able = endpoints.stream().filter(endpoint -> can(endpoint, work)).toList();
      if (work.keys() > mostKeys || !work.title().startsWith(only) || able.isEmpty()) continue;
      try (var bodies = BodySource.create(work.size())) {
        List<Summary> peers = new Contest(work, timing.schedule(), bodies).run(able);
        report.print(peers);
        table.add(peers);
      }
    }
    write(Markdown.page(endpoints, table, Reference.measure(directory)));
    return table.stream().flatMap(List::stream).anyMatch(peer -> peer.errors() > 0) ? 1 : 0;
  }

  private static boolean can(Endpoint endpoint, Work work) {
    return endpoint.takesWrites() || work.verb() == LoadVerb.GET || work.verb() == LoadVerb.HEAD;
  }

  private void write(String page) throws IOException {
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(page);
    Path file = out;
    if (file != null) Files.writeString(file, page);
  }
}
