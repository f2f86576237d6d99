package io.tarn.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTest {
  @Test
  void order_is_that_of_the_utf8_bytes() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    var random = new Random(seed);
    int[] ranges = {0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    for (int round = 0; round < 20_000; round++) {
      Key a = random(random, ranges);
      Key b = random.nextInt(4) == 0 ? new Key(a.text() + "x") : random(random, ranges);
      assertThat(Integer.signum(a.compareTo(b)))
          .as("seed %d: %s and %s", seed, a, b)
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.utf8(), b.utf8())));
    }
  }

  private static Key random(Random random, int[] ranges) {
    var text = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      int edge = ranges[random.nextInt(ranges.length)];
      int point = random.nextBoolean() ? edge : 0x20 + random.nextInt(0x10FFFF - 0x20);
      if (point >= 0xD800 && point < 0xE000) point = 'a';
      text.appendCodePoint(point);
    }
    return new Key(text.toString());
  }

  @Test
  void a_key_of_supplementary_characters_sorts_after_the_basic_plane() {
    assertThat(new Key("\uFFFF")).isLessThan(new Key("😀"));
    assertThat("\uFFFF").isGreaterThan("😀"); // as Java strings compare
  }

  @Test
  void length_counts_bytes_from_1_to_1024() {
    assertThatThrownBy(() -> new Key("")).isInstanceOf(IllegalArgumentException.class);
    assertThat(new Key("é".repeat(512)).utf8()).hasSize(1024);
    for (String tooLong :
        new String[] {"a".repeat(1025), "é".repeat(512) + "a", "😀".repeat(257)}) {
      assertThatThrownBy(() -> new Key(tooLong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void hostile_looking_keys_are_what_they_are() {
    for (String text :
        new String[] {"..", "../../etc/passwd", "a//b", "/", ".", "a\\b", "con", " "}) {
      assertThat(Key.of(text.getBytes(UTF_8)).text()).isEqualTo(text);
    }
  }

  @Test
  void bytes_that_are_not_utf8_are_refused() {
    byte[][] bad = {
      {(byte) 0xC0, (byte) 0xAF}, // an overlong slash
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate
      {'a', (byte) 0xE9}, // Latin-1
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80} // beyond Unicode
    };
    for (byte[] bytes : bad) {
      assertThatThrownBy(() -> Key.of(bytes)).isInstanceOf(IllegalArgumentException.class);
    }
    for (String lone : new String[] {"\uD800", "a\uDC00", "\uD800a", "\uDC00\uD800"}) {
      assertThatThrownBy(() -> new Key(lone)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
