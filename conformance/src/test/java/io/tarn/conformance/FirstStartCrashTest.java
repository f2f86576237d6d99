package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.conformance.TracedDisk.After;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/// Crashes of a whole server at its first start in an empty directory: whatever the system call,
/// the next start serves, and keys that were shown open it. Of the many calls a sample is tried;
/// [CrashPointTest] tries all that the store makes.
@Tag("slow")
class FirstStartCrashTest {
  private static final int KILLS = Integer.getInteger("tarn.crash.kills", 14);
  private static final int CUTS = Integer.getInteger("tarn.crash.cuts", 8);
  private static final Pattern KEYS =
      Pattern.compile("Access key +(\\S+).*?Secret key +(\\S+)", Pattern.DOTALL);

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());

  @TempDir Path directory;
  private int starts;

  @BeforeAll
  static void aTracerIsThere() throws InterruptedException {
    assumeTrue(Tracer.possible(), "SKIPPED, needs strace: crashes at the first start");
  }

  @Test
  void whatever_the_system_call_the_next_start_serves_and_keys_that_were_shown_open_it()
      throws Exception {
    System.out.println("tarn.seed=" + seed);
    Path files = Files.createDirectory(directory.resolve("files"));
    List<FileCall> calls = firstStart(files);
    assertThat(said(calls)).as("the keys were traced").containsPattern(KEYS);
    List<String> problems = new ArrayList<>(crashes(files, calls, After.A_KILL, KILLS));
    problems.addAll(crashes(files, calls, After.A_POWER_CUT, CUTS));
    assertThat(problems).as("seed %d", seed).isEmpty();
  }

  private ServerProcess server(Path files) {
    Path log = directory.resolve("log" + starts++);
    // The library is no data, and would be most of the trace.
    return new ServerProcess(log, files.resolve("data").toString())
        .withoutKeys()
        .with("ROCKSDB_SHAREDLIB_DIR", directory.resolve("library").toString());
  }

  private List<FileCall> firstStart(Path files) throws Exception {
    var tracer = new Tracer(directory.resolve("trace"));
    try (ServerProcess server = server(files).under(tracer)) {
      assertThat(server.start().stop()).isZero();
    }
    return tracer.calls();
  }

  private static String said(List<FileCall> calls) {
    var said = new StringBuilder();
    for (FileCall call : calls) {
      if (call instanceof FileCall.Said(var text)) said.append(text);
    }
    return said.toString();
  }

  private List<String> crashes(Path files, List<FileCall> calls, After after, int count)
      throws IOException {
    List<Integer> places = new ArrayList<>();
    var counted = new TracedDisk(files);
    for (int i = 0; i < calls.size(); i++) {
      if (counted.apply(calls.get(i)) == after) places.add(i + 1);
    }
    var chosen = new TreeSet<Integer>(List.of(places.getFirst(), places.getLast()));
    var random = new Random(seed);
    while (chosen.size() < Math.min(count, places.size())) {
      chosen.add(places.get(random.nextInt(places.size())));
    }
    System.out.printf("%s: %d of %d places%n", after, chosen.size(), places.size());
    List<String> problems = new ArrayList<>();
    for (int place : chosen) {
      var disk = new TracedDisk(files);
      List<FileCall> done = calls.subList(0, place);
      done.forEach(disk::apply);
      String problem = problem(disk, after, KEYS.matcher(said(done)));
      if (!problem.isEmpty()) {
        problems.add("%s after %s: %s".formatted(after, done.getLast(), problem));
      }
    }
    return problems;
  }

  /// What is wrong with a server that starts on what is left; nothing is empty.
  private String problem(TracedDisk disk, After after, Matcher shown) throws IOException {
    Path left = Files.createDirectory(directory.resolve("left" + starts));
    disk.restore(left, after);
    try (ServerProcess server = server(left).start()) {
      if (!server.ready()) return "it is not ready";
      if (!shown.find()) return "";
      try (S3Client client = server.clientFor(shown.group(1), shown.group(2))) {
        assertThat(client.listBuckets().buckets()).isEmpty();
      }
      return "";
    } catch (ServerProcess.Ended | SdkException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
