package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TokensTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00.123Z"));
  private final InstantSource clock = now::get;

  @Test
  void a_token_tells_its_time_and_is_positive() {
    long token = new Tokens(clock, 7).next();

    assertThat(token).isPositive();
    assertThat(Tokens.epochMillis(token)).isEqualTo(now.get().toEpochMilli());
    assertThat((token >>> 12) & 1023).isEqualTo(7);
  }

  @Test
  void tokens_ascend_when_the_clock_stands_still_or_goes_back() {
    Tokens tokens = new Tokens(clock, 0);
    long last = 0;
    for (int i = 0; i < 20_000; i++) {
      if (i == 10_000) now.set(now.get().minusSeconds(3600));
      long token = tokens.next();
      assertThat(token).isGreaterThan(last);
      last = token;
    }
  }

  @Test
  void a_clock_beyond_the_last_year_or_before_the_first_costs_no_token() {
    Tokens tokens = new Tokens(clock, 3);
    long last = tokens.next();
    for (String said :
        List.of("2094-08-01T00:00:00Z", "2150-01-01T00:00:00Z", "1970-01-01T00:00:00Z")) {
      now.set(Instant.parse(said));
      for (int i = 0; i < 10_000; i++) {
        long token = tokens.next();
        assertThat(token).isGreaterThan(last);
        last = token;
      }
    }
    Tokens next = new Tokens(clock, 3);
    next.passed(Tokens.greatestAt(Tokens.epochMillis(last) + 60_000));
    assertThat(next.next()).isGreaterThan(last);
    assertThat(new Tokens(clock, 3).next()).isPositive();
  }

  @Test
  void tokens_of_different_nodes_never_collide() {
    Tokens one = new Tokens(clock, 1);
    Tokens two = new Tokens(clock, 1023);
    Set<Long> all = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 10_000; i++) {
      assertThat(all.add(one.next())).isTrue();
      assertThat(all.add(two.next())).isTrue();
    }
  }

  @Test
  void a_token_follows_every_version_that_was_seen_whatever_node_made_it() {
    Tokens ahead = new Tokens(InstantSource.fixed(now.get().plusSeconds(60)), 1023);
    Tokens behind = new Tokens(clock, 0);
    for (int i = 0; i < 5_000; i++) {
      long seen = ahead.next();
      behind.passed(seen);
      assertThat(behind.next()).isGreaterThan(seen);
    }
  }

  @Test
  void a_version_of_the_past_changes_nothing() {
    Tokens tokens = new Tokens(clock, 0);
    long before = tokens.next();
    tokens.passed(1);

    assertThat(Tokens.epochMillis(tokens.next())).isEqualTo(Tokens.epochMillis(before));
  }

  @Test
  void a_clock_before_the_epoch_of_tokens_still_gives_positive_tokens() {
    assertThat(new Tokens(InstantSource.fixed(Instant.EPOCH), 0).next()).isPositive();
  }

  @Test
  void a_node_outside_ten_bits_is_refused() {
    assertThatThrownBy(() -> new Tokens(clock, Tokens.NODES))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Tokens(clock, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
