package io.tarn.store;

import static io.tarn.store.Conditions.Verdict.ABSENT;
import static io.tarn.store.Conditions.Verdict.FAILED;
import static io.tarn.store.Conditions.Verdict.GO;
import static io.tarn.store.Conditions.Verdict.NOT_MODIFIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
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
  private static final Content CONTENT =
      new Content(7, new ETag("this"), CHANGED, Checksum.NONE, List.of());

  static Stream<Arguments> reads() {
    return Stream.of(
        arguments("nothing", Conditions.NONE, GO),
        arguments("match", new Conditions(THIS, NO, null, null), GO),
        arguments("match any", new Conditions(ETags.ANY, NO, null, null), GO),
        arguments("match another", new Conditions(OTHER, NO, null, null), FAILED),
        arguments("none match", new Conditions(NO, THIS, null, null), NOT_MODIFIED),
        arguments("none match any", new Conditions(NO, ETags.ANY, null, null), NOT_MODIFIED),
        arguments("none match another", new Conditions(NO, OTHER, null, null), GO),
        arguments(
            "modified since that second", new Conditions(NO, NO, SAME_SECOND, null), NOT_MODIFIED),
        arguments("modified since earlier", new Conditions(NO, NO, EARLIER, null), GO),
        arguments("unmodified since that second", new Conditions(NO, NO, null, SAME_SECOND), GO),
        arguments("unmodified since earlier", new Conditions(NO, NO, null, EARLIER), FAILED),
        arguments("match outweighs unmodified since", new Conditions(THIS, NO, null, EARLIER), GO),
        arguments(
            "none match outweighs modified since",
            new Conditions(NO, OTHER, SAME_SECOND, null),
            GO),
        arguments(
            "none match and modified since", new Conditions(NO, THIS, EARLIER, null), NOT_MODIFIED),
        arguments(
            "failure goes before not modified", new Conditions(OTHER, THIS, null, null), FAILED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reads")
  void decides_reads(String what, Conditions conditions, Conditions.Verdict verdict) {
    assertThat(conditions.forRead(CONTENT)).isEqualTo(verdict);
    assertThat(conditions.forCopySource(CONTENT)).isEqualTo(verdict == GO ? GO : FAILED);
  }

  private static Conditions deleting(Long size, Instant modified) {
    return new Conditions(NO, NO, null, null, size, modified);
  }

  static Stream<Arguments> writes() {
    return Stream.of(
        arguments("nothing", Conditions.NONE, GO, GO),
        arguments("match", new Conditions(THIS, NO, null, null), GO, ABSENT),
        arguments("match any", new Conditions(ETags.ANY, NO, null, null), GO, ABSENT),
        arguments("match another", new Conditions(OTHER, NO, null, null), FAILED, ABSENT),
        arguments("none match any", new Conditions(NO, ETags.ANY, null, null), FAILED, GO),
        arguments("none match this", new Conditions(NO, THIS, null, null), FAILED, GO),
        arguments("none match another", new Conditions(NO, OTHER, null, null), GO, GO),
        arguments("size", deleting(7L, SAME_SECOND), GO, ABSENT),
        arguments("another size", deleting(8L, SAME_SECOND), FAILED, ABSENT),
        arguments("another time", deleting(7L, EARLIER), FAILED, ABSENT));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("writes")
  void decides_writes_over_something_and_over_nothing(
      String what, Conditions conditions, Conditions.Verdict over, Conditions.Verdict overNothing) {
    assertThat(conditions.forWrite(CONTENT)).isEqualTo(over);
    assertThat(conditions.forWrite(null)).isEqualTo(overNothing);
  }

  @Test
  void knows_whether_anything_was_said() {
    assertThat(Conditions.NONE.areSaid()).isFalse();
    assertThat(new Conditions(NO, NO, EARLIER, null).areSaid()).isTrue();
    assertThat(deleting(7L, EARLIER).areSaid()).isTrue();
  }
}
