package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.identity.Wildcard.Syntax;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "*, '', true",
        "box/*, box/a/b, true",
        "box/*, box, false",
        "box/?, box/a, true",
        "box/?, box/ab, false",
        "box/?, box/\uD83D\uDE00, true",
        "*a*b, xaybzb, true",
        "*a*b, xaybzc, false",
        "a**b, ab, true",
        "a*a, a, false",
        "${*}x, *x, true",
        "${*}x, yx, false",
        "a${$}b, a$b, true",
      })
  void stars_and_question_marks_match(String pattern, String text, boolean expected) {
    String given = text.equals("''") ? "" : text;
    assertThat(Wildcard.parse(pattern, Syntax.WILD_WITH_VARIABLES, "").matches(given))
        .isEqualTo(expected);
  }

  @Test
  void the_old_version_has_no_variables() {
    assertThat(Wildcard.parse("${aws:username}", Syntax.WILD, "").matches("${aws:username}"))
        .isTrue();
  }

  @Test
  void many_stars_do_not_blow_up() {
    Wildcard evil = Wildcard.parse("*a".repeat(500) + "*b", Syntax.WILD, "");
    String text = "a".repeat(1024);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 100; i++) assertThat(evil.matches(text)).isFalse();
        });
  }

  @Test
  void matches_what_a_regular_expression_matches() {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dtarn.seed)");
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String pattern = random(random, "ab*?", 8);
      String text = random(random, "ab", 10);
      String regex = pattern.replace("?", ".").replace("*", ".*");
      assertThat(Wildcard.parse(pattern, Syntax.WILD, "").matches(text))
          .as("%s on %s", pattern, text)
          .isEqualTo(Pattern.matches(regex, text));
    }
  }

  private static String random(Random random, String alphabet, int longest) {
    var text = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({"${aws:username", "${aws:user}", "'${aws:username, x}'", "a\uFFFFb"})
  void nonsense_is_refused(String pattern) {
    assertThatThrownBy(() -> Wildcard.parse(pattern, Syntax.WILD_WITH_VARIABLES, "here"))
        .isInstanceOf(MalformedPolicy.class)
        .hasMessageContaining("here");
  }
}
