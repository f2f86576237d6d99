package io.tarn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Launches a server again and again and measures the time to its first answer, and its memory when
/// left alone.
@Command(
    name = "startup",
    description =
        "Time from launch to the first answer, and idle memory. Stops the server after each run.",
    mixinStandardHelpOptions = true)
final class StartupCommand implements Callable<Integer> {
  private static final byte[] NO_BODY = {};
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLIS = 2;

  @Option(
      names = "--url",
      required = true,
      description = "What to ask, as http://127.0.0.1:9001/health/live.")
  private String url = "";

  @Option(names = "--any-status", description = "Any HTTP answer counts, not only a success.")
  private boolean anyStatus;

  @Option(names = "--runs", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--idle",
      defaultValue = "3s",
      description = "Memory is read this long after the answer. Default: ${DEFAULT-VALUE}.")
  private Duration idle = Duration.ZERO;

  @Parameters(arity = "1..*", description = "The command, after --.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Double> times = new ArrayList<>();
    List<Double> memories = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      long launched = System.nanoTime();
      Process server =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        times.add((firstAnswer(server, launched) - launched) / 1e6);
        Thread.sleep(idle);
        memories.add(Usage.of(tree(server)).residentBytes() / 1e6);
      } finally {
        stop(server);
      }
      System.out.printf(
          Locale.ROOT,
          "run %d: first answer after %.0f ms, resident %.0f MB after %d s%n",
          i + 1,
          times.getLast(),
          memories.getLast(),
          idle.toSeconds());
    }
    System.out.printf(
        Locale.ROOT,
        "median: first answer after %.0f ms, resident %.0f MB%n",
        Summary.median(times.stream().mapToDouble(time -> time)),
        Summary.median(memories.stream().mapToDouble(memory -> memory)));
    return 0;
  }

  private long firstAnswer(Process server, long launched) throws InterruptedException {
    while (System.nanoTime() - launched < PATIENCE.toNanos()) {
      if (!server.isAlive()) {
        throw new IllegalStateException("the server ended with code " + server.exitValue());
      }
      if (answers()) return System.nanoTime();
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new IllegalStateException(
        "no answer from " + url + " within " + PATIENCE.toSeconds() + " s");
  }

  private boolean answers() {
    Endpoint endpoint = Endpoint.parse(url, new Credentials("none", "none", "none"));
    String path = URI.create(url).getRawPath();
    var request = new Request("GET", endpoint.authority(), path.isEmpty() ? "/" : path, 0);
    try (var wire = new Wire(endpoint)) {
      return wire.exchange(request, NO_BODY).succeeded() || anyStatus;
    } catch (UncheckedIOException | BrokenReply e) {
      // Not listening yet, or not answering yet: that is what is being waited for.
      return false;
    }
  }

  private static List<Long> tree(Process server) {
    return Stream.concat(Stream.of(server.pid()), server.descendants().map(ProcessHandle::pid))
        .toList();
  }

  private static void stop(Process server) throws InterruptedException {
    List<ProcessHandle> children = server.descendants().toList();
    children.forEach(ProcessHandle::destroy);
    server.destroy();
    if (!server.waitFor(30, TimeUnit.SECONDS)) {
      children.forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().waitFor();
    }
  }
}
