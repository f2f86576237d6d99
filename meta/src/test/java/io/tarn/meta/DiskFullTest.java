package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  @Test
  void a_second_server_does_not_take_the_ballast_of_the_first() throws Exception {
    assumeTrue(run(mounted("true")) == 0, "no small file system can be mounted here");

    assertThat(run(mounted(quoted(ChildJvm.command(Ballast.class, directory.toString())))))
        .isZero();
  }

  /// On a disk with so little room that a start makes way, and not so little that a running store
  /// gives its ballast up.
  static final class Ballast {
    private Ballast() {}

    public static void main(String[] args) throws Exception {
      Path disk = Path.of(args[0]);
      Path directory = disk.resolve("store");
      Path ballast = directory.resolve("ballast");
      MetaSettings settings = MetaSettings.DEFAULTS.fitting(disk.toFile().getTotalSpace());
      int reserve = (int) settings.reserve().bytes();
      try (RocksMetaStore store =
          RocksMetaStore.open(directory, settings, MetaStoreWords.CONTENTS)) {
        for (int i = 0; i < 100 && size(ballast) < reserve; i++) Thread.sleep(200);
        int room = (int) disk.toFile().getUsableSpace();
        Files.write(disk.resolve("stranger"), new byte[room - reserve / 4 * 3]);
        check(disk.toFile().getUsableSpace() < reserve, "a start would not make way");
        try {
          RocksMetaStore.open(directory, settings, MetaStoreWords.CONTENTS).close();
          throw new AssertionError("opened twice");
        } catch (MetaException.Unavailable e) {
          check(size(ballast) == reserve && store.health().writable(), "the ballast was taken");
        }
      }
    }

    private static long size(Path file) throws IOException {
      return Files.exists(file) ? Files.size(file) : 0;
    }

    private static void check(boolean holds, String otherwise) {
      if (!holds) throw new AssertionError(otherwise);
    }
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
      try (InputStream output = process.getInputStream()) {
        String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(said).isTrue();
        if (process.exitValue() != 0) System.out.println(said);
      }
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }
}
