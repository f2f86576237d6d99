package io.tarn.conformance;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The command that starts Java once more. These tests start it many hundreds of times and would
/// spend most of their time on loading the same classes, so that the processes share an
/// ahead-of-time cache, as the launcher's do: the first test that needs it makes it.
final class ChildJava {
  private static final Path PLACE = Path.of("target", "child-java");
  private static final List<String> OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:TieredStopAtLevel=1",
          "-Djdk.virtualThreadScheduler.parallelism=4");
  private static final String CLASS_PATH = classPath();
  private static final List<String> CACHE = cache();

  private ChildJava() {}

  /// The words before those of the program itself, of at most so much heap ("256m").
  static List<String> command(String heap, String program) {
    return command(heap, CACHE, program);
  }

  /// The same without the cache: for what is traced, whose order of calls is not to depend on it.
  static List<String> plain(String heap, String program) {
    return command(heap, List.of(), program);
  }

  private static List<String> command(String heap, List<String> cache, String program) {
    List<String> command = java();
    command.add("-Xmx" + heap);
    command.addAll(cache);
    command.addAll(List.of("-cp", CLASS_PATH, program));
    return command;
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    return command;
  }

  /// A cache is of JARs, and a path may go on where that of the cache ends: what is none comes
  /// last.
  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return String.join(
        File.pathSeparator,
        Arrays.stream(path.split(File.pathSeparator))
            .sorted(Comparator.comparing(place -> !Files.isRegularFile(Path.of(place))))
            .toList());
  }

  /// The options that use the cache; none where it cannot be made, which costs time only.
  private static List<String> cache() {
    try {
      Files.createDirectories(PLACE);
      String jars = jars();
      Path cache = PLACE.resolve(Integer.toHexString(identity(jars)) + ".aot");
      try (var lock =
          FileChannel.open(
              PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        var _ = lock.lock(); // another of the build's test processes may be making it
        if (!Files.exists(cache)) train(jars, cache);
      }
      return List.of("-XX:AOTCache=" + cache.toAbsolutePath(), "-Xlog:aot=off", "-Xlog:cds=off");
    } catch (IOException e) {
      System.out.println("child processes start slowly, without a cache: " + e);
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void train(String jars, Path cache) throws IOException, InterruptedException {
    Path made = PLACE.resolve("made.aot");
    Path log = PLACE.resolve("log");
    List<String> command = java();
    command.addAll(List.of("-Xmx256m", "-XX:AOTCacheOutput=" + made, "-cp", jars));
    command.addAll(List.of("io.tarn.node.Main", "warm-up"));
    run(command, log);
    // As it will be used; there is no other sign that it is not.
    List<String> trial = java();
    trial.addAll(List.of("-Xmx256m", "-XX:AOTMode=on", "-XX:AOTCache=" + made, "-cp", CLASS_PATH));
    trial.addAll(List.of("io.tarn.node.Main", "version"));
    run(trial, log);
    removeOthers(made);
    Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Those of JARs that are no more.
  private static void removeOthers(Path made) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PLACE, "*.aot")) {
      for (Path each : all) {
        if (!each.equals(made)) Files.delete(each);
      }
    }
  }

  private static void run(List<String> command, Path log) throws IOException, InterruptedException {
    ProcessBuilder.Redirect end = ProcessBuilder.Redirect.appendTo(log.toFile());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(end).start();
    if (process.waitFor() != 0) throw new IOException("see " + log.toAbsolutePath());
  }

  private static String jars() {
    return String.join(
        File.pathSeparator,
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(place -> Files.isRegularFile(Path.of(place)))
            .toList());
  }

  /// Another build has other JARs in the same places.
  private static int identity(String jars) {
    int identity = jars.hashCode();
    for (String jar : jars.split(File.pathSeparator, -1)) {
      var file = new File(jar);
      identity =
          31 * (31 * identity + Long.hashCode(file.lastModified())) + Long.hashCode(file.length());
    }
    return identity;
  }
}
