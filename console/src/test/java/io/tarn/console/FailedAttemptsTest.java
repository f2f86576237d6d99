package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
  private static final String GUESSER = "192.0.2.1";

  private Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final FailedAttempts attempts = new FailedAttempts();

  /// Seconds for which the door is closed; 0 when it is open.
  private long closed(String client) {
    try {
      attempts.check(client, now);
      return 0;
    } catch (AdminFailure e) {
      assertThat(e.status()).isEqualTo(503);
      assertThat(e.code()).isEqualTo("SlowDown");
      return e.retryAfter();
    }
  }

  private void fail(String client, int times) {
    for (int i = 0; i < times; i++) attempts.failed(client, now);
  }

  @Test
  void some_failures_are_free_and_each_further_one_costs_twice_the_time_up_to_a_minute() {
    fail(GUESSER, FailedAttempts.FREE);
    assertThat(closed(GUESSER)).isZero();
    var times = new ArrayList<Long>();
    for (int i = 0; i < 9; i++) {
      fail(GUESSER, 1);
      long seconds = closed(GUESSER);
      times.add(seconds);
      now = now.plusSeconds(seconds - 1);
      assertThat(closed(GUESSER)).isEqualTo(1);
      now = now.plusSeconds(1);
      assertThat(closed(GUESSER)).isZero();
    }
    assertThat(times).isEqualTo(List.of(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L));
  }

  @Test
  void another_address_is_not_concerned() {
    fail(GUESSER, 100);
    assertThat(closed(GUESSER)).isEqualTo(60);
    assertThat(closed("192.0.2.2")).isZero();
  }

  @Test
  void who_is_quiet_begins_anew() {
    fail(GUESSER, 100);
    now = now.plus(FailedAttempts.QUIET).plusSeconds(1);
    fail(GUESSER, FailedAttempts.FREE);
    assertThat(closed(GUESSER)).isZero();
  }

  /// Nobody is shut out until the clock is where it was.
  @Test
  void a_clock_that_is_set_back_opens_the_door() {
    fail(GUESSER, 100);
    now = now.minus(Duration.ofHours(1));
    assertThat(closed(GUESSER)).isZero();
  }

  @Test
  void a_crowd_of_addresses_takes_up_a_bounded_place_and_who_fails_now_is_known() {
    for (int i = 0; i < FailedAttempts.MOST + 500; i++) {
      fail("10.%d.%d.%d".formatted(i >> 16, i >> 8 & 255, i & 255), 1);
      if (i % 1000 == 0) fail(GUESSER, 20);
    }
    assertThat(attempts.size()).isEqualTo(FailedAttempts.MOST);
    assertThat(closed(GUESSER)).isEqualTo(60);
  }

  @Test
  void the_refusal_says_what_to_do() {
    assertThatExceptionOfType(AdminFailure.class)
        .isThrownBy(
            () -> {
              fail(GUESSER, 11);
              attempts.check(GUESSER, now);
            })
        .satisfies(failure -> assertThat(failure.text()).contains("wait", "--data"));
  }
}
