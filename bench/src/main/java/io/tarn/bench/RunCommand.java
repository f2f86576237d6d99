package io.tarn.bench;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs one work against one or several targets. Exit code 1 when any request failed.
@Command(
    name = "run",
    aliases = "compare",
    description = "Runs one work; several targets are compared round by round.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Parameters(description = "${COMPLETION-CANDIDATES}")
  private LoadVerb verb = LoadVerb.GET;

  @Mixin private Targets targets = new Targets();

  @Mixin private Timing timing = new Timing();

  @Option(
      names = "--size",
      defaultValue = "4KiB",
      description = "Object size. Default: ${DEFAULT-VALUE}.")
  private String size = "";

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "Default: ${DEFAULT-VALUE}; LIST uses one.")
  private int connections;

  @Option(names = "--keys", description = "Number of objects. Default: by verb and size.")
  private @Nullable Integer keys;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Client threads. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", description = "One JSON object per line instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    Work work = work();
    var report = new Report(System.out, json);
    try (var bodies = BodySource.create(work.size())) {
      List<Summary> peers = new Contest(work, timing.schedule(), bodies).run(targets.endpoints());
      report.head();
      report.print(peers);
      return peers.stream().anyMatch(peer -> peer.errors() > 0) ? 1 : 0;
    }
  }

  private Work work() {
    int wide = verb == LoadVerb.LIST ? 1 : connections;
    Work work = Work.of(verb, ByteSize.parse(size), wide).withThreads(threads);
    Integer wanted = keys;
    return wanted == null ? work : work.withKeys(wanted);
  }
}
