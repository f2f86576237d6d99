package io.tarn.store;

import static io.tarn.store.Conditions.Condition.IF_MATCH;
import static io.tarn.store.Conditions.Condition.IF_MATCH_LAST_MODIFIED;
import static io.tarn.store.Conditions.Condition.IF_MATCH_SIZE;
import static io.tarn.store.Conditions.Condition.IF_MODIFIED_SINCE;
import static io.tarn.store.Conditions.Condition.IF_NONE_MATCH;
import static io.tarn.store.Conditions.Condition.IF_UNMODIFIED_SINCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConditionsTest {
  private static final ETags NO = ETags.UNSAID;
  private static final ETags THIS = new ETags(false, List.of(new ETag("other"), new ETag("this")));
  private static final ETags OTHER = new ETags(false, List.of(new ETag("other")));
  private static final Instant CHANGED = Instant.parse("2026-02-03T04:05:06.789Z");
  private static final Instant SAME_SECOND = Instant.parse("2026-02-03T04:05:06Z");
  private static final Instant EARLIER = SAME_SECOND.minusSeconds(1);
  private static final Content CONTENT = new Content(7, new ETag("this"), CHANGED, Checksum.NONE);

  private static Arguments row(
      String what, Conditions conditions, Conditions.@Nullable Condition unmet) {
    return arguments(what, conditions, unmet);
  }

  static Stream<Arguments> reads() {
    return Stream.of(
        row("nothing", Conditions.NONE, null),
        row("match", new Conditions(THIS, NO, null, null), null),
        row("match any", new Conditions(ETags.ANY, NO, null, null), null),
        row("match another", new Conditions(OTHER, NO, null, null), IF_MATCH),
        row("none match", new Conditions(NO, THIS, null, null), IF_NONE_MATCH),
        row("none match any", new Conditions(NO, ETags.ANY, null, null), IF_NONE_MATCH),
        row("none match another", new Conditions(NO, OTHER, null, null), null),
        row(
            "modified since that second",
            new Conditions(NO, NO, SAME_SECOND, null),
            IF_MODIFIED_SINCE),
        row("modified since earlier", new Conditions(NO, NO, EARLIER, null), null),
        row("unmodified since that second", new Conditions(NO, NO, null, SAME_SECOND), null),
        row("unmodified since earlier", new Conditions(NO, NO, null, EARLIER), IF_UNMODIFIED_SINCE),
        row("match outweighs unmodified since", new Conditions(THIS, NO, null, EARLIER), null),
        row(
            "none match outweighs modified since",
            new Conditions(NO, OTHER, SAME_SECOND, null),
            null),
        row(
            "none match and modified since",
            new Conditions(NO, THIS, EARLIER, null),
            IF_NONE_MATCH),
        row(
            "what fails goes before what asks for news",
            new Conditions(OTHER, THIS, null, null),
            IF_MATCH),
        row(
            "a date that fails does, too",
            new Conditions(NO, THIS, null, EARLIER),
            IF_UNMODIFIED_SINCE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reads")
  void finds_what_a_read_does_not_meet(
      String what, Conditions conditions, Conditions.@Nullable Condition unmet) {
    assertThat(conditions.unmetByRead(CONTENT)).isEqualTo(unmet);
  }

  @Test
  void only_validators_ask_for_news() {
    assertThat(Arrays.stream(Conditions.Condition.values()).filter(c -> c.asksForNews()))
        .containsExactly(IF_NONE_MATCH, IF_MODIFIED_SINCE);
  }

  private static Conditions deleting(Long size, Instant modified) {
    return new Conditions(NO, NO, null, null, size, modified);
  }

  static Stream<Arguments> writes() {
    return Stream.of(
        row("nothing", Conditions.NONE, null),
        row("match", new Conditions(THIS, NO, null, null), null),
        row("match any", new Conditions(ETags.ANY, NO, null, null), null),
        row("match another", new Conditions(OTHER, NO, null, null), IF_MATCH),
        row("none match any", new Conditions(NO, ETags.ANY, null, null), IF_NONE_MATCH),
        row("none match this", new Conditions(NO, THIS, null, null), IF_NONE_MATCH),
        row("none match another", new Conditions(NO, OTHER, null, null), null),
        row("size", deleting(7L, SAME_SECOND), null),
        row("another size", deleting(8L, EARLIER), IF_MATCH_SIZE),
        row("another time", deleting(7L, EARLIER), IF_MATCH_LAST_MODIFIED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("writes")
  void finds_what_a_write_does_not_meet(
      String what, Conditions conditions, Conditions.@Nullable Condition unmet) {
    assertThat(conditions.unmetByWrite(CONTENT)).isEqualTo(unmet);
    boolean wants = what.startsWith("match") || what.contains("size") || what.contains("time");
    assertThat(conditions.wantSomething()).isEqualTo(wants);
  }

  @Test
  void knows_whether_anything_was_said() {
    assertThat(Conditions.NONE.areSaid()).isFalse();
    assertThat(new Conditions(NO, NO, EARLIER, null).areSaid()).isTrue();
    assertThat(deleting(7L, EARLIER).areSaid()).isTrue();
  }
}
