package io.tarn.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Uploads one very large object in parts, reads it back whole and deletes it. Exit code 1 when any
/// request failed.
@Command(
    name = "multipart",
    description = "One very large object: up in parts, down whole, deleted.",
    mixinStandardHelpOptions = true)
final class MultipartCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  @Mixin private Targets targets = new Targets();

  @Option(names = "--size", defaultValue = "5GiB", description = "Default: ${DEFAULT-VALUE}.")
  private String size = "";

  @Option(names = "--part", defaultValue = "64MiB", description = "Default: ${DEFAULT-VALUE}.")
  private String part = "";

  @Option(names = "--connections", defaultValue = "4", description = "Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(names = "--json", description = "One JSON object per line instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    var report = new Report(System.out, json);
    report.head();
    long errors = 0;
    try (var bodies = BodySource.create(ByteSize.parse(part))) {
      for (Endpoint endpoint : targets.endpoints()) {
        List<Summary> both = roundTrip(endpoint, bodies);
        both.forEach(summary -> report.print(List.of(summary)));
        errors += both.stream().mapToLong(Summary::errors).sum();
      }
    }
    return errors > 0 ? 1 : 0;
  }

  private List<Summary> roundTrip(Endpoint endpoint, BodySource bodies) {
    var parts = new MultipartUpload.Parts(ByteSize.parse(size), ByteSize.parse(part), connections);
    Work object = Work.of(LoadVerb.PUT, parts.objectBytes(), 1).withKeys(1);
    var preparation = new Preparation(endpoint, bodies);
    preparation.ready(object);
    var upload = new MultipartUpload(endpoint, object.path(0), parts, bodies);
    Round up = Meter.measure(endpoint, upload::run);
    Shots get = Shots.of(List.of(new Requests(endpoint).of("GET", object.path(0))));
    var download = new LoadDrive(endpoint, object, get, bodies, LoadDrive.Supply.ONCE);
    Round down = Meter.measure(endpoint, () -> download.run(RoundLimit.lasting(LONGEST)));
    if (down.tally().errors() == 0 && down.tally().bytes() != parts.objectBytes()) {
      down.tally().failure(down.tally().bytes() + " bytes came back");
    }
    preparation.remove(object);
    String what = ByteSize.show(parts.objectBytes());
    List<Summary> both = new ArrayList<>();
    both.add(new Summary("multipart " + what + " c=" + connections, endpoint.name(), List.of(up)));
    both.add(new Summary("get " + what + " c=1", endpoint.name(), List.of(down)));
    return both;
  }
}
