package io.tarn.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a key is, it is an object in its bucket or refused, and nothing outside of the bucket
/// is touched.
class HostileKeysTest {
  private static final List<String> PIECES =
      List.of(
          "..",
          ".",
          "/",
          "//",
          "a",
          "b",
          ".tarn",
          ".TARN",
          "\0",
          "\\",
          "%2e%2e",
          "\u202e",
          "é",
          "e\u0301",
          "\uD83D\uDE00",
          "~",
          "*",
          "$(id)",
          "-rf",
          "\n",
          "x".repeat(255),
          "x".repeat(256),
          "staging",
          "lock",
          " ",
          "\uFF0F",
          "\u2024\u2024");

  static Stream<byte[]> keys() {
    return Stream.of(
            "../outside",
            "a/../../outside",
            "/etc/passwd",
            "..",
            "a/./b",
            "a//b",
            "a/",
            "/",
            ".tarn/x",
            "a\0b",
            "x".repeat(256),
            "x".repeat(255) + "/y",
            "d/".repeat(511) + "d",
            "a/..",
            "...",
            ".. ",
            "a/.tarn",
            "\uD83D\uDE00/\u202e")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("keys")
  @FuzzTest(maxDuration = "1m")
  void a_key_is_held_or_refused(byte[] input) throws IOException {
    try {
      check(Key.of(input));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty(); // no key at all
    }
  }

  @Test
  void keys_of_what_could_lead_elsewhere_are_held_or_refused() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      var text = new StringBuilder();
      for (int pieces = 1 + random.nextInt(6); pieces > 0; pieces--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
        if (random.nextInt(3) == 0) text.append('/');
      }
      if (text.toString().getBytes(UTF_8).length <= Key.MAX_BYTES) check(new Key(text.toString()));
    }
  }

  private static void check(Key key) throws IOException {
    Path above = new QuickDirectory().createTempDirectory();
    try (var tree = new Tree(Files.createDirectory(above.resolve("root")), true)) {
      Files.writeString(above.resolve("outside"), "untouched");
      boolean folder = key.text().endsWith("/");
      String body = folder ? "" : "body";
      var put = new Put(tree.bucket(), key);
      if (Place.unholdable(key.text()) == null) {
        tree.origin().put(put, Bodies.of(body));
        assertThat(tree.text(key.text())).isEqualTo(body);
        assertThat(tree.list()).containsExactly(key.text());
        tree.delete(key.text());
      } else {
        assertThatThrownBy(() -> tree.origin().put(put, Bodies.of(body)))
            .isInstanceOf(StoreFailure.Invalid.class)
            .hasMessageContaining("cannot hold the key");
        assertThatThrownBy(() -> tree.origin().open(new Read(tree.bucket(), key)))
            .isInstanceOf(StoreFailure.NoSuchKey.class);
        tree.delete(key.text());
      }
      assertThat(tree.list()).isEmpty();
      assertThat(tree.file("")).isEmptyDirectory();
      assertThat(names(above)).containsExactly("outside", "root");
      assertThat(names(tree.root())).containsExactly(".tarn", "box");
      assertThat(above.resolve("outside")).hasContent("untouched");
    } finally {
      remove(above);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static void remove(Path above) throws IOException {
    try (var files = Files.walk(above)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
