package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedWordsTest {
  /// As RFC 2047 reads them; blanks between two words do not count.
  private static byte[] decoded(String words) {
    var text = new StringBuilder();
    for (String word : words.split(" ", -1)) {
      String[] fields = word.split("\\?", -1);
      assertThat(word).hasSizeLessThanOrEqualTo(75).startsWith("=?").endsWith("?=");
      assertThat(fields[2]).isEqualTo("B");
      byte[] bytes = Base64.getDecoder().decode(fields[3]);
      Charset charset = Charset.forName(fields[1]);
      // A word is whole characters, so that it can be decoded by itself.
      assertThat(new String(bytes, charset).getBytes(charset)).isEqualTo(bytes);
      text.append(new String(bytes, ISO_8859_1));
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private static String onTheWire(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "=?UTF-8?B?w6k=?=", "a ? = b", "tab\tand \"quotes\""})
  void ascii_stays_as_it_is(String value) {
    assertThat(EncodedWords.of(value)).isEqualTo(value);
  }

  @Test
  void other_text_is_one_word_of_utf_8() {
    assertThat(EncodedWords.of(onTheWire("Füße"))).isEqualTo("=?UTF-8?B?RsO8w59l?=");
  }

  @Test
  void bytes_that_are_no_utf_8_are_latin_1() {
    assertThat(EncodedWords.of("F\u00fc\u00dfe")).isEqualTo("=?ISO-8859-1?B?RvzfZQ==?=");
  }

  @Test
  void what_is_decoded_is_what_was_put() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes =
          random.nextBoolean()
              ? random
                  .ints(random.nextInt(300), 0x20, 0x1F600)
                  .filter(Character::isLetter)
                  .collect(
                      StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                  .append("é")
                  .toString()
                  .getBytes(UTF_8)
              : ("\u00ff" + random.nextLong()).getBytes(ISO_8859_1);
      String value = new String(bytes, ISO_8859_1);
      assertThat(decoded(EncodedWords.of(value))).as("seed " + seed).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "=?UTF-16?B?AAA=?=", "=?UTF-8?B?***?=", "=?UTF-8?Q?=A?=", "=?x"})
  void what_is_no_encoded_word_is_read_as_it_is(String value) {
    assertThat(EncodedWords.decode(value)).isEqualTo(value);
  }

  @Test
  void words_in_both_encodings_are_read_as_their_bytes() {
    assertThat(EncodedWords.decode("=?UTF-8?Q?F=C3=BC_b?= =?utf-8?b?w59l?="))
        .isEqualTo(onTheWire("Fü bße"));
    String many = onTheWire("ü".repeat(100));
    assertThat(EncodedWords.decode(EncodedWords.of(many))).isEqualTo(many);
  }
}
