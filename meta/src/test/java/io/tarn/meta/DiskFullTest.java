package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs [FullDisk] on a file system of 120 MB that only it sees; skipped where user namespaces are
/// not allowed.
@Tag("slow")
final class DiskFullTest {

  @TempDir Path directory;

  @Test
  void a_full_disk_takes_deletes_loses_nothing_and_recovers_without_a_restart() throws Exception {
    assumeTrue(run(mounted("true")) == 0, "no small file system can be mounted here");

    assertThat(run(mounted(quoted(ChildJvm.command(FullDisk.class, directory.toString())))))
        .isZero();
  }

  private List<String> mounted(String then) {
    return List.of(
        "unshare",
        "-Urm",
        "sh",
        "-c",
        "mount -t tmpfs -o size=120m none " + directory + " && " + then);
  }

  private static String quoted(List<String> command) {
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add("'" + word + "'"));
    return String.join(" ", words);
  }

  private static int run(List<String> command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var output = process.getInputStream()) {
        String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(said).isTrue();
        if (process.exitValue() != 0) {
          System.out.println(said);
        }
      }
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }
}
