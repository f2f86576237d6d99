package io.tarn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Uploads and downloads many large objects at once, to see what memory that takes. Every second
/// request is an upload, so at the start exactly half of the connections upload. Exit code 1 when
/// any request failed.
@Command(
    name = "soak",
    description = "Concurrent large uploads and as many downloads: what memory do they take?",
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
  private static final int DOWNLOADED_KEYS = 4;
  private static final Duration LONGEST = Duration.ofMinutes(30);

  @Mixin private Targets targets = new Targets();

  @Option(
      names = "--streams",
      defaultValue = "64",
      description = "Uploads at once, and as many downloads. Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--size",
      defaultValue = "256MiB",
      description = "Default: ${DEFAULT-VALUE}; the uploads need this much disk times the streams.")
  private String size = "";

  @Option(names = "--json", description = "One JSON object per line instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    var report = new Report(System.out, json);
    report.head();
    long errors = 0;
    try (var bodies = BodySource.create(ByteSize.parse(size))) {
      for (Endpoint endpoint : targets.endpoints()) {
        Summary summary = soak(endpoint, bodies);
        report.print(List.of(summary));
        report.note(
            "%s: highest resident memory since start (VmHWM) %s MB"
                .formatted(
                    endpoint.name(), Report.megabytes(Usage.of(endpoint.pids()).peakBytes())));
        errors += summary.errors();
      }
    }
    return errors > 0 ? 1 : 0;
  }

  private Summary soak(Endpoint endpoint, BodySource bodies) {
    long bytes = ByteSize.parse(size);
    Work reads = Work.of(LoadVerb.GET, bytes, 2 * streams).withKeys(DOWNLOADED_KEYS);
    Work writes = Work.of(LoadVerb.PUT, bytes, 2 * streams).withKeys(streams);
    var preparation = new Preparation(endpoint, bodies);
    preparation.ready(reads);
    preparation.ready(writes);
    Shots shots = Shots.of(alternating(new Requests(endpoint), reads, writes));
    var drive = new LoadDrive(endpoint, writes, shots, bodies, LoadDrive.Supply.ONCE);
    Round round = Meter.measure(endpoint, () -> drive.run(RoundLimit.lasting(LONGEST)));
    preparation.remove(writes);
    String title = "soak %d up + %d down %s".formatted(streams, streams, ByteSize.show(bytes));
    return new Summary(title, endpoint.name(), List.of(round));
  }

  private List<Request> alternating(Requests requests, Work reads, Work writes) {
    List<Request> all = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      all.add(requests.put(writes.path(i), writes.size()));
      all.add(requests.of("GET", reads.path(i % DOWNLOADED_KEYS)));
    }
    return all;
  }
}
