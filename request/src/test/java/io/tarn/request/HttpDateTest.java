package io.tarn.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
      })
  void all_three_forms_of_a_date_are_read(String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "1994-11-06T08:49:37Z",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "a b c d e f g h i j"
      })
  void what_is_no_date_is_none(String text) {
    assertThat(HttpDate.parse(text)).isNull();
  }

  @Test
  void dates_are_written_as_the_library_writes_them() {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var random = new Random(seed);
    var library = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
    for (int i = 0; i < 2000; i++) {
      Instant time = Instant.ofEpochSecond(random.nextLong(0, 4_102_444_800L));
      String text = HttpDate.format(time);
      assertThat(text).as("seed %d", seed).isEqualTo(library.format(time.atOffset(ZoneOffset.UTC)));
      assertThat(HttpDate.parse(text)).as("seed %d", seed).isEqualTo(time);
    }
  }
}
