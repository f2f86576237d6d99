package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.node.SpacePressure.Level;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpacePressureTest {
  private static final Level ROOMY = new Level(10_000, 800, 0);

  private final SpacePressure pressure = new SpacePressure();
  private Instant now = Instant.EPOCH;

  private boolean after(long seconds, boolean metadataFull, Level... volumes) {
    now = now.plusSeconds(seconds);
    return pressure.isShort(now, metadataFull, List.of(volumes));
  }

  @Test
  void with_room_everywhere_it_is_not_short() {
    assertThat(after(1, false, ROOMY, ROOMY)).isFalse();
    assertThat(after(100, false, ROOMY, ROOMY)).isFalse();
  }

  @Test
  void one_volume_near_its_reserve_is_enough() {
    assertThat(after(1, false, ROOMY, new Level(900, 800, 0))).isFalse();
    assertThat(after(1, false, ROOMY, new Level(899, 800, 0))).isTrue();
  }

  @Test
  void full_metadata_is_enough() {
    assertThat(after(1, true, ROOMY)).isTrue();
  }

  @Test
  void a_refused_write_is_enough_where_nothing_is_reserved() {
    assertThat(after(1, false, new Level(10, 0, 7))).isFalse();
    assertThat(after(1, false, new Level(10, 0, 8))).isTrue();
  }

  @Test
  void it_is_over_when_there_was_room_for_a_while() {
    assertThat(after(1, true, ROOMY)).isTrue();
    assertThat(after(9, false, ROOMY)).isTrue();
    assertThat(after(1, false, ROOMY)).isFalse();
  }

  @Test
  void what_would_not_make_it_short_may_keep_it_so() {
    Level between = new Level(950, 800, 0);
    assertThat(after(1, false, between)).isFalse();
    assertThat(after(1, true, between)).isTrue();
    assertThat(after(20, false, between)).isTrue();
    assertThat(after(1, false, ROOMY)).isTrue();
    assertThat(after(9, false, ROOMY)).isFalse();
  }

  @Test
  void room_that_is_taken_again_at_once_does_not_end_it() {
    assertThat(after(1, true, ROOMY)).isTrue();
    assertThat(after(9, false, ROOMY)).isTrue();
    assertThat(after(0, true, ROOMY)).isTrue();
    assertThat(after(9, false, ROOMY)).isTrue();
    assertThat(after(1, false, ROOMY)).isFalse();
  }
}
