package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.catalog.Catalog;
import io.tarn.index.Inspection;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Crashes at every system call. A process does a [Day]'s work, from an empty directory on, and
/// every call with which it changes a file is written down. From that the files are made as they
/// were between any two calls, a store is opened on them, and it must be exactly as before the
/// operation at hand or exactly as after it; as after it, once that was acknowledged. Nothing is
/// left of what did not come to be.
///
/// The calls are those of one run, so every one of them is a place to crash, none is left to
/// chance, and what survives can be chosen as well: all of it, as after a kill, or only what was
/// synced.
@Tag("slow")
class CrashPointTest {
  @TempDir Path directory;

  @BeforeAll
  static void aTracerIsThere() throws InterruptedException {
    assumeTrue(Tracer.possible(), "SKIPPED, needs strace: crashes at every system call");
  }

  @Test
  void a_kill_at_any_system_call_leaves_the_state_before_or_the_state_after() throws Exception {
    assertThat(crashEverywhere(run(true), TracedDisk.After.A_KILL)).isEmpty();
  }

  @Test
  void a_power_cut_after_any_sync_leaves_the_state_before_or_the_state_after() throws Exception {
    assertThat(crashEverywhere(run(true), TracedDisk.After.A_POWER_CUT)).isEmpty();
  }

  /// Killed between the write of a commit and its sync, for every kind of write: what the next
  /// process makes of it is what that one answers for.
  @Test
  void all_that_was_visible_after_a_kill_is_there_after_a_power_cut() throws Exception {
    Run run = run(true);
    List<String> problems = new ArrayList<>();
    List<Integer> moments = lastSyncs(run.calls);
    assertThat(moments).hasSizeGreaterThan(30);
    for (int moment : moments) {
      var disk = new TracedDisk(run.files);
      run.calls.subList(0, moment).forEach(disk::apply);
      problems.addAll(secondLife(disk, "killed at " + moment));
    }
    assertThat(problems).isEmpty();
  }

  /// A sync fails and syncs nothing. The kernel has the bytes all the same and counts them as
  /// written, so that the next process finds them and syncs them in vain.
  @Test
  void all_that_was_visible_after_a_failed_sync_is_there_after_a_power_cut() throws Exception {
    List<String> problems = new ArrayList<>();
    int failures = 0;
    for (int sync = 1; sync < 80; sync += 3) {
      delete(files());
      Run run = run(Tracer.failing(directory.resolve("trace"), sync), true);
      if (run.calls.stream().anyMatch(FileCall.SyncFailed.class::isInstance)) failures++;
      var disk = new TracedDisk(run.files);
      run.calls.forEach(disk::apply);
      problems.addAll(secondLife(disk, "sync %d failed".formatted(sync)));
    }
    assertThat(failures).as("syncs that failed").isGreaterThan(10);
    assertThat(problems).isEmpty();
  }

  /// Where the last sync of each operation begins; and all those of the first start.
  private static List<Integer> lastSyncs(List<FileCall> calls) {
    List<Integer> moments = new ArrayList<>();
    int last = -1;
    boolean started = false;
    for (int i = 0; i < calls.size(); i++) {
      switch (calls.get(i)) {
        case FileCall.SyncBegan _ -> {
          last = i;
          if (!started) moments.add(i);
        }
        case FileCall.Said(var text) -> {
          boolean acknowledged = DayProcess.Word.of(text) instanceof DayProcess.Word.Acknowledged;
          if (acknowledged && last >= 0) moments.add(last);
          started = true;
          last = -1;
        }
        default -> {}
      }
    }
    return moments;
  }

  /// A second process starts on what the first left, and the power fails when it has looked around,
  /// and when it has written, too. What it saw must be there for a third.
  private List<String> secondLife(TracedDisk disk, String first) throws Exception {
    delete(files());
    disk.processEnds();
    disk.restore(files(), TracedDisk.After.A_KILL);
    Path seen = Files.createDirectories(directory.resolve("seen"));
    var tracer = new Tracer(directory.resolve("second-trace"));
    List<FileCall> calls =
        new TracedProcess(directory, SecondLife.class, tracer)
            .run(files().toString(), seen.toString());
    List<String> problems = new ArrayList<>();
    for (FileCall call : calls) {
      disk.apply(call);
      if (!(call instanceof FileCall.Said(var text))) continue;
      var moment = SecondLife.Moment.valueOf(text.strip());
      List<Portrait> right = List.of(SecondLife.seen(seen, moment));
      String problem = problem(disk, TracedDisk.After.A_POWER_CUT, right);
      if (problem != null) {
        problems.add("%s, then cut once it %s: %s".formatted(first, moment, problem));
      }
    }
    return problems;
  }

  @Test
  void without_directory_syncs_the_same_test_fails() throws Exception {
    assertThat(crashEverywhere(run(false), TracedDisk.After.A_POWER_CUT))
        .as("the test has teeth")
        .anyMatch(problem -> problem.contains("after \"put a large object\""));
  }

  @Test
  void the_files_made_from_the_calls_are_those_the_process_left() throws Exception {
    CrashPointTest.Run run = run(true);
    var disk = new TracedDisk(run.files);
    run.calls.forEach(disk::apply);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    disk.restore(copy, TracedDisk.After.A_KILL);
    Map<String, String> made = contents(copy);
    assertThat(made).isEqualTo(contents(run.files)).hasSizeGreaterThan(10);
  }

  private static Map<String, String> contents(Path root) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        String content =
            Files.isDirectory(path) ? "directory" : "" + Arrays.hashCode(Files.readAllBytes(path));
        contents.put(root.relativize(path).toString(), content);
      }
    }
    return contents;
  }

  /// A day's work that was done in `files`.
  private record Run(Path files, List<FileCall> calls) {}

  private Run run(boolean syncDirectories) throws Exception {
    return run(new Tracer(directory.resolve("trace")), syncDirectories);
  }

  private Run run(Tracer tracer, boolean syncDirectories) throws Exception {
    var process = new TracedProcess(directory, DayProcess.class, tracer);
    String sync = Boolean.toString(syncDirectories);
    // A sync that is made to fail may end the process.
    List<FileCall> calls =
        tracer.failure().isEmpty()
            ? process.run(files().toString(), sync)
            : process.runToAnyEnd(files().toString(), sync);
    return new Run(files(), calls);
  }

  /// The same for every process, for its calls name it.
  private Path files() throws IOException {
    return Files.createDirectories(directory.resolve("files"));
  }

  /// What the model looks like before the first operation, after it, after the second, …
  private static List<Portrait> model() {
    var model = new MemoryStore(InstantSource.system(), OpenIndex.SMALLEST_PART);
    Catalog catalog = catalogInMemory();
    List<Portrait> portraits = new ArrayList<>();
    portraits.add(Portrait.of(model, model, catalog));
    for (Day.Operation operation : new Day(model, model, catalog, () -> {}).operations()) {
      operation.work().run();
      portraits.add(Portrait.of(model, model, catalog));
    }
    return portraits;
  }

  private static Catalog catalogInMemory() {
    return OpenIndex.catalog(new MemoryMetaStore(), new Tokens(InstantSource.system(), 0));
  }

  private List<String> crashEverywhere(Run run, TracedDisk.After after) throws IOException {
    List<Portrait> model = model();
    var disk = new TracedDisk(run.files);
    var progress = new Progress(0, 0);
    List<String> problems = new ArrayList<>();
    int crashes = 0;
    for (FileCall call : run.calls) {
      boolean changed = disk.apply(call) == after;
      if (call instanceof FileCall.Said(var text)) {
        progress = progress.after(DayProcess.Word.of(text));
        changed = progress.isCertain();
      }
      if (!changed) continue;
      crashes++;
      String problem = problem(disk, after, model.subList(progress.least, progress.most + 1));
      if (problem != null) {
        problems.add("crash %d, %s, %s: %s".formatted(crashes, progress, summary(call), problem));
      }
    }
    System.out.println("%s: %d crashes, %d wrong".formatted(after, crashes, problems.size()));
    assertThat(progress.least).as("the day was traced to its end").isEqualTo(model.size() - 1);
    return problems;
  }

  private static String summary(FileCall call) {
    String text = call.toString();
    return text.substring(0, Math.min(200, text.length()));
  }

  /// At least so many operations have happened, and at most so many.
  private record Progress(int least, int most) {
    private static final List<Day.Operation> OPERATIONS = operations();

    private static List<Day.Operation> operations() {
      var model = new MemoryStore();
      return new Day(model, model, catalogInMemory(), () -> {}).operations();
    }

    Progress after(DayProcess.Word word) {
      return switch (word) {
        case DayProcess.Word.Begun(var operation) -> new Progress(operation, operation + 1);
        case DayProcess.Word.Acknowledged(var operation) ->
            new Progress(operation + 1, operation + 1);
      };
    }

    boolean isCertain() {
      return least == most;
    }

    @Override
    public String toString() {
      if (least == 0 && most == 0) return "at the first start";
      return "%s \"%s\"".formatted(isCertain() ? "after" : "in", OPERATIONS.get(most - 1).name());
    }
  }

  /// What is wrong with a store that starts on what is left, or null.
  private @Nullable String problem(TracedDisk disk, TracedDisk.After after, List<Portrait> right)
      throws IOException {
    Path left = Files.createDirectory(directory.resolve("left"));
    try {
      disk.restore(left, after);
      try (var index = OpenIndex.open(left, true)) {
        index.tidy();
        return problem(index, left, right);
      } catch (StoreFailure | MetaException e) {
        return "it does not start: " + e;
      }
    } finally {
      delete(left);
    }
  }

  private static @Nullable String problem(OpenIndex index, Path left, List<Portrait> right)
      throws IOException {
    Portrait found = Portrait.of(index.buckets(), index.objects(), index.catalog());
    if (!right.contains(found)) return "it has%n%s%nnot one of%n%s".formatted(found, right);
    List<Inspection.Flaw> flaws = new ArrayList<>();
    index.objects().inspection().run(flaws::add);
    if (!flaws.isEmpty()) return flaws.toString();
    var volume = new VolumeFiles(left.resolve("volume"));
    if (!volume.staged().isEmpty()) return "left staged: " + volume.staged();
    if (!volume.strayNotes().isEmpty()) return "notes are left: " + volume.strayNotes();
    if (volume.blobs().size() != found.blobs()) {
      return "%d blobs of %d objects and parts".formatted(volume.blobs().size(), found.blobs());
    }
    for (String kind : List.of("G", "W")) {
      var rows = Scan.of(KeyRange.ofPrefix(MetaKey.of(kind)), 100);
      Page page = index.meta().scan(rows).toCompletableFuture().join();
      if (!page.items().isEmpty()) return "%s rows are left: %s".formatted(kind, page.items());
    }
    return null;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
