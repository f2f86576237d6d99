package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell scripts with which everything begins.
class ScriptsTest {
  private static final String SEARCH = "node/find-jdk";
  private static final List<String> RUN_JAVA = List.of("tarn", "format", "bench/load");

  @TempDir Path directory;

  private record Ran(int code, String out) {}

  private Ran run(Path at, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(at.toFile()).redirectErrorStream(true);
    builder.environment().put("TARN_JAVA_HOME", directory.resolve("jdk").toString());
    builder.environment().put("JAVA_HOME", "");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out);
  }

  /// A directory that looks like a JDK whose `java` says with what it was called.
  private void makeJdk(String version) throws IOException {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho umask $(umask), called with \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"" + version + "\"\n");
  }

  @Test
  void every_script_is_well_formed() throws Exception {
    for (String script :
        List.of(
            "tarn",
            "format",
            SEARCH,
            "bench/load",
            "bench/suite",
            "bench/nginx",
            ".ci/run",
            ".ci/foreign",
            ".ci/origins",
            ".ci/hostile")) {
      assertThat(run(Repository.ROOT, "bash", "-n", script).out()).as(script).isEmpty();
    }
  }

  @Test
  void the_search_for_a_jdk_has_one_home() throws IOException {
    assertThat(Repository.read(SEARCH)).contains("/usr/lib/jvm/");
    for (String script : RUN_JAVA) {
      assertThat(Repository.read(script))
          .contains(SEARCH, "find_jdk")
          .doesNotContain("/usr/lib/jvm", "JAVA_HOME");
    }
  }

  @Test
  void the_jdk_that_is_named_is_taken_when_it_is_a_25_and_passed_over_when_not() throws Exception {
    String[] search = {"bash", "-c", ". \"$1\" && find_jdk", "test", SEARCH};
    makeJdk("25.0.3");
    String named = directory.resolve("jdk").toString();
    assertThat(run(Repository.ROOT, search).out().strip()).isEqualTo(named);
    for (String other : List.of("17.0.1", "2.5", "26")) {
      makeJdk(other);
      assertThat(run(Repository.ROOT, search).out()).doesNotContain(named);
    }
  }

  @Test
  void an_installed_tarn_runs_through_a_symbolic_link_from_anywhere() throws Exception {
    makeJdk("25");
    Path home = Files.createDirectories(directory.resolve("a home/node/target")).resolve("../..");
    for (String file : List.of("tarn", SEARCH)) {
      Files.copy(Repository.ROOT.resolve(file), home.resolve(file));
    }
    Path elsewhere = Files.createDirectories(directory.resolve("else where"));
    Files.createSymbolicLink(elsewhere.resolve("tarn"), home.resolve("tarn").normalize());
    Ran ran = run(elsewhere, "./tarn", "policy", "show", "two words");
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(ran.out())
        .as("what it stores is for its own user")
        .startsWith("umask 0077, called with")
        .contains(home.normalize().resolve("node/target/tarn.jar").toString())
        .endsWith("io.tarn.node.Main policy show two words\n");
    try (Stream<Path> left = Files.list(elsewhere)) {
      assertThat(left).hasSize(1);
    }
  }
}
