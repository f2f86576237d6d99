package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What failed is known in every language the C library speaks.
class SystemErrorTest {
  /// Run in a process of its own: fills a device that is always full, then opens files until there
  /// are too many.
  static final class Fails {
    private Fails() {}

    public static void main(String[] args) throws IOException {
      try {
        Files.write(Path.of("/dev/full"), new byte[1]);
      } catch (IOException e) {
        System.out.println(e + " full " + SystemError.isFull(e) + SystemError.isOfProcess(e));
      }
      try (var _ = new FileInputStream("/nowhere/to/be/found")) {
        System.out.println("found");
      } catch (IOException e) {
        System.out.println(e + " missing " + SystemError.NO_SUCH_FILE.isIn(e.toString()));
      }
      // Loaded before there is no descriptor left to load it with.
      String process = "";
      List<AutoCloseable> open = new ArrayList<>();
      try {
        while (open.size() < 10_000) open.add(Files.newInputStream(Path.of("/dev/null")));
      } catch (IOException e) {
        process = e + " process " + SystemError.isOfProcess(e) + SystemError.isFull(e);
      }
      System.out.println(process);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "de", "ja", "fr"})
  void a_full_disk_a_missing_file_and_too_many_open_files_are_known_in(String language)
      throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 300 && exec \"$@\"",
                "sh",
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Fails.class.getName())
            .redirectErrorStream(true);
    builder.environment().remove("LC_ALL");
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().put("LANGUAGE", language);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("full truefalse", "missing true", "process truefalse");
  }

  @Test
  void what_says_nothing_is_neither() {
    assertThat(SystemError.isFull(new IOException("Input/output error"))).isFalse();
    assertThat(SystemError.isFull(new IOException())).isFalse();
    assertThat(SystemError.isOfProcess(new IOException("Input/output error"))).isFalse();
  }
}
