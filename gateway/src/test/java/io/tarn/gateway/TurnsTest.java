package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.budget.Lease;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(StoreUnderTest.ONCE)
class TurnsTest {
  private static final List<String> GREEDY = List.of("10.0.0.1", "key greedy");
  private static final List<String> OTHER = List.of("10.0.0.2", "key other");

  @Test
  void who_has_its_share_waits_and_others_do_not() {
    var turns = new Turns(4, Duration.ofMillis(20));
    for (int i = 0; i < 3; i++) assertThat(turns.take(GREEDY).held()).isEqualTo(1);
    assertThatThrownBy(() -> turns.take(GREEDY)).isInstanceOf(StoreFailure.Overloaded.class);
    try (Lease turn = turns.take(OTHER)) {
      assertThat(turn.held()).isEqualTo(1);
    }
  }

  @Test
  void a_turn_that_ends_is_the_next_ones() throws InterruptedException {
    var turns = new Turns(1, Duration.ofSeconds(20));
    Lease first = turns.take(GREEDY);
    Thread waiting = Thread.ofVirtual().start(() -> turns.take(OTHER).close());
    first.close();
    waiting.join();
    try (Lease again = turns.take(GREEDY)) {
      assertThat(again.held()).isEqualTo(1);
    }
  }
}
