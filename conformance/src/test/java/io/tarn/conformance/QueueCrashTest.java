package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Crashes of a queue of writes at every system call, from the first start on: while bodies come,
/// while they are acknowledged, while they are taken to the origin and forgotten here. Whatever is
/// left, the next start has exactly what was acknowledged last of each key, or attempted since; and
/// the origin gets each key's writes in order, with the bytes that came, and in the end what the
/// next start had. Then again: crashes of that start.
@Tag("slow")
class QueueCrashTest {
  /// Crashes of the first life after which a second one is traced.
  private static final int SECOND_LIVES = 3;

  @TempDir Path directory;

  @BeforeAll
  static void aTracerIsThere() throws InterruptedException {
    assumeTrue(Tracer.possible(), "SKIPPED, needs strace: crashes at every system call");
  }

  @Test
  void a_kill_at_any_system_call_loses_nothing_and_keeps_the_order() throws Exception {
    crashEverywhere(TracedDisk.After.A_KILL);
  }

  @Test
  void a_power_cut_after_any_sync_loses_nothing_and_keeps_the_order() throws Exception {
    crashEverywhere(TracedDisk.After.A_POWER_CUT);
  }

  private Path files() throws IOException {
    return Files.createDirectories(directory.resolve("files"));
  }

  private List<FileCall> run(String... more) throws Exception {
    var arguments = new ArrayList<>(List.of(files().toString()));
    arguments.addAll(List.of(more));
    var tracer = new Tracer(directory.resolve("trace"));
    return new TracedProcess(directory, QueueDay.class, tracer)
        .run(arguments.toArray(String[]::new));
  }

  private void crashEverywhere(TracedDisk.After after) throws Exception {
    List<FileCall> calls = run();
    List<String> problems = new ArrayList<>();
    int crashes = play(new TracedDisk(files()), calls, new Known(), after, problems);
    int twice = 0;
    for (int i = 1; i <= SECOND_LIVES; i++) {
      var disk = new TracedDisk(files());
      var known = new Known();
      for (FileCall call : calls.subList(0, calls.size() * i / (SECOND_LIVES + 1))) {
        disk.apply(call);
        known.hear(call);
      }
      delete(files());
      disk.processEnds();
      disk.restore(files(), TracedDisk.After.A_KILL);
      twice += play(disk, run("again"), known, after, problems);
    }
    System.out.println(
        "%s: %d crashes, %d of second lives, %d wrong"
            .formatted(after, crashes, twice, problems.size()));
    assertThat(problems).isEmpty();
    assertThat(crashes).isGreaterThan(40);
    assertThat(twice).isGreaterThan(2 * SECOND_LIVES);
  }

  /// Crashes after each call that changes what is left. Returns how many there were.
  private int play(
      TracedDisk disk,
      List<FileCall> calls,
      Known known,
      TracedDisk.After after,
      List<String> problems)
      throws IOException {
    int crashes = 0;
    for (FileCall call : calls) {
      boolean changed = disk.apply(call) == after;
      if (!known.hear(call) && !changed) continue;
      crashes++;
      String problem = problem(disk, known, after);
      if (problem != null) {
        String text = call.toString();
        problems.add(
            "crash %d, after %s, %s: %s"
                .formatted(
                    crashes, text.substring(0, Math.min(100, text.length())), known, problem));
      }
    }
    return crashes;
  }

  /// What is known at a moment: what was acknowledged, what was attempted, what the origin has.
  private static final class Known {
    private final Map<String, Integer> there = new HashMap<>();
    private final Map<String, Integer> newest = new HashMap<>(); // that was ever there
    private int acknowledged;
    private int begun;

    /// Whether it is more now.
    boolean hear(FileCall call) {
      if (!(call instanceof FileCall.Said(var text))) return false;
      String[] words = text.strip().split(" ", -1);
      switch (QueueDay.Word.valueOf(words[0])) {
        case BEGUN -> begun = Integer.parseInt(words[1]) + 1;
        case ACKNOWLEDGED -> acknowledged = Integer.parseInt(words[1]) + 1;
        case TAKEN -> {
          int state = Integer.parseInt(words[2]);
          there.put(words[1], state);
          newest.merge(words[1], state, Math::max);
        }
      }
      return true;
    }

    boolean mayBe(String key, int state) {
      int last = 0;
      for (int i = 0; i < begun; i++) {
        if (i >= acknowledged && last == state) return true;
        if (!(QueueDay.STEPS.get(i) instanceof QueueDay.Step.Write(var of, var length))) continue;
        if (of.equals(key)) last = length < 0 ? 0 : i + 1;
      }
      return last == state;
    }

    boolean isOlder(String key, int state) {
      return state != 0 && state < newest.getOrDefault(key, 0);
    }

    @Override
    public String toString() {
      return "%d acknowledged, %d begun, at the origin %s".formatted(acknowledged, begun, there);
    }
  }

  /// What is wrong with a queue that starts on what is left, or null.
  private @Nullable String problem(TracedDisk disk, Known known, TracedDisk.After after)
      throws IOException {
    Path left = Files.createDirectory(directory.resolve("left"));
    try {
      disk.restore(left, after);
      String problem = problem(left, known);
      if (problem != null) return problem;
      List<String> files = new ArrayList<>();
      for (String each : List.of("bodies", "staging")) {
        try (Stream<Path> list = Files.list(left.resolve(each))) {
          list.forEach(file -> files.add(file.toString()));
        }
      }
      return files.isEmpty() ? null : "left are " + files;
    } catch (StoreFailure | IOException e) {
      return "it does not start, or go on: " + e;
    } finally {
      delete(left);
    }
  }

  private static @Nullable String problem(Path left, Known known) throws IOException {
    List<String> wrong = new CopyOnWriteArrayList<>();
    try (var queued =
        new QueuedOrigin(
            left,
            known.there,
            (key, state) -> {
              if (known.isOlder(key, state)) wrong.add("%s is %d again".formatted(key, state));
            })) {
      Map<String, Integer> seen = new HashMap<>();
      for (String key : QueueDay.KEYS) {
        int state = queued.state(key);
        seen.put(key, state);
        if (!known.mayBe(key, state)) return "%s is %d".formatted(key, state);
      }
      queued.letThrough(true);
      if (queued.sync() > 0) return "the origin does not get everything";
      for (String key : QueueDay.KEYS) {
        if (queued.atOrigin(key) != seen.getOrDefault(key, 0)) {
          wrong.add(
              "%s was %d and became %d"
                  .formatted(key, seen.getOrDefault(key, 0), queued.atOrigin(key)));
        }
      }
    }
    return wrong.isEmpty() ? null : wrong.toString();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
