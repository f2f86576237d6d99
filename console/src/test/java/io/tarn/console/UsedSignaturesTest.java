package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UsedSignaturesTest {
  private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  private static final Duration SKEW = Duration.ofMinutes(5);

  private Instant now = START.plusSeconds(10);
  private final UsedSignatures used = new UsedSignatures(START, SKEW, 8);

  private void use(String key, String signature, Instant signedAt) {
    used.use(new SignedBy(key, signature, signedAt, "hash"), now);
  }

  private AdminFailure refused(String key, String signature, Instant signedAt) {
    return assertThatExceptionOfType(AdminFailure.class)
        .isThrownBy(() -> use(key, signature, signedAt))
        .actual();
  }

  @Test
  void a_signature_is_good_once_however_late_it_comes_again() {
    Instant signedAt = now;
    use("key", "a", signedAt);
    use("key", "b", signedAt);
    for (int i = 0; i < 40; i++) {
      AdminFailure failure = refused("key", "a", signedAt);
      assertThat(failure.status()).isEqualTo(403);
      assertThat(failure.code()).isIn("RequestReplayed", "RequestExpired");
      now = now.plusSeconds(10);
    }
  }

  /// The first look at the clock, for the skew, was before the body came; this is the second.
  @Test
  void it_is_refused_after_it_was_forgotten_as_well() {
    use("key", "a", now);
    Instant signedAt = now;
    now = now.plus(SKEW).plusSeconds(1);
    use("key", "c", now);
    assertThat(refused("key", "a", signedAt).code()).isEqualTo("RequestExpired");
  }

  @Test
  void it_is_refused_after_the_clock_was_set_back() {
    Instant signedAt = now;
    use("key", "a", signedAt);
    now = now.plus(Duration.ofHours(1));
    use("key", "b", now);
    now = signedAt;
    AdminFailure failure = refused("key", "a", signedAt);
    assertThat(failure.code()).isEqualTo("RequestExpired");
    assertThat(failure.text()).contains("clock was set back");
  }

  @Test
  void what_was_signed_before_the_start_is_refused_and_says_so() {
    AdminFailure failure = refused("key", "a", START.minusSeconds(1));
    assertThat(failure.code()).isEqualTo("RequestExpired");
    assertThat(failure.text()).contains("before the server started", "sign it anew");
    use("key", "a", START);
  }

  /// A server that started meanwhile would not know it.
  @Test
  void a_change_may_not_be_signed_for_later() {
    use("key", "a", now.plus(UsedSignatures.EARLY));
    AdminFailure failure = refused("key", "b", now.plus(UsedSignatures.EARLY).plusSeconds(1));
    assertThat(failure.code()).isEqualTo("RequestTimeTooSkewed");
    assertThat(failure.text()).contains("6 s ahead");
  }

  @Test
  void when_it_is_full_changes_wait_and_nothing_is_forgotten() {
    Instant first = now;
    for (int i = 0; i < 6; i++) use("key", "s" + i, first);
    AdminFailure failure = refused("key", "more", first);
    assertThat(failure.code()).isEqualTo("SlowDown");
    assertThat(failure.retryAfter()).isEqualTo(SKEW.toSeconds() + 1);
    assertThat(refused("key", "s0", first).code()).isEqualTo("RequestReplayed");

    use("another", "its", first); // one key leaves room for others

    now = first.plusSeconds(failure.retryAfter());
    use("key", "more", now);
    assertThat(refused("key", "s0", first).code()).isEqualTo("RequestExpired");
  }

  @Test
  void as_many_as_the_table_holds_can_be_used_in_each_window() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 6; i++) use("key", round + "." + i, now);
      now = now.plus(SKEW).plusSeconds(1);
    }
  }
}
