package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.testkit.MemoryBlobs;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class TokenLeaseTest {
  private final Rows rows;
  private final MemoryMetaStore meta = new MemoryMetaStore();
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource clock = () -> now;

  TokenLeaseTest() {
    rows = new Rows(meta);
  }

  private Substrate started() {
    return new Substrate(meta, new MemoryBlobs(), new Tokens(clock, 1), clock, 1);
  }

  @Test
  void a_clock_that_was_set_back_does_not_give_a_token_twice() {
    Substrate first = started();
    TokenLease lease = TokenLease.take(rows, first);
    long last = 0;
    for (int i = 0; i < 30; i++) {
      now = now.plusSeconds(5);
      lease.renew();
      last = first.tokens().next();
    }
    now = now.minusSeconds(3600);
    Substrate second = started();
    TokenLease.take(rows, second);
    assertThat(second.tokens().next()).isGreaterThan(last);
  }

  @Test
  void an_orderly_end_leaves_no_gap() {
    Substrate first = started();
    TokenLease lease = TokenLease.take(rows, first);
    lease.end();
    Substrate second = started();
    TokenLease.take(rows, second);
    assertThat(Tokens.epochMillis(second.tokens().next()) - now.toEpochMilli()).isLessThan(5);
  }
}
