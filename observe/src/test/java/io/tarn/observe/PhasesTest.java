package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PhasesTest {
  private final AtomicLong clock = new AtomicLong(-1_000_000);
  private final Phases phases = new Phases(clock::get);

  @Test
  void laps_add_up_in_the_header_and_untouched_phases_are_left_out() {
    pass(50);
    phases.lap(Phase.AUTH);
    pass(1200);
    phases.lap(Phase.DISK);
    pass(1_000_000);
    phases.skip();
    pass(5);
    assertThat(phases.lap(Phase.DISK)).isEqualTo(5_000);
    phases.add(Phase.META, 100_000);
    assertThat(phases.serverTiming())
        .isEqualTo("auth;dur=0.05, meta;dur=0.1, disk;dur=1.205, total;dur=1001.255");
    assertThat(phases.nanos(Phase.DISK)).isEqualTo(1_205_000);
  }

  @Test
  void nothing_measured_is_a_total_of_zero() {
    assertThat(phases.serverTiming()).isEqualTo("total;dur=0");
  }

  @Test
  void the_real_clock_runs() {
    assertThat(Phases.start().lap(Phase.BODY)).isNotNegative();
  }

  private void pass(long micros) {
    clock.addAndGet(micros * 1000);
  }
}
