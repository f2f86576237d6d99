package io.tarn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {
  @Test
  void cpu_time_is_user_and_system_ticks_whatever_the_command_is_called() {
    String stat =
        "42 (a (odd) name) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 7 9 20 0 4 0 100 1000 200";
    assertThat(Usage.cpuNanos(stat)).isEqualTo(4_000_000_000L);
  }

  @Test
  void memory_is_read_in_kibibytes() {
    String status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
    assertThat(Usage.kibibytes(status, "VmRSS:")).isEqualTo(1 << 20);
    assertThat(Usage.kibibytes(status, "VmHWM:")).isEqualTo(2 << 20);
    assertThat(Usage.kibibytes("Name:\tkthreadd\n", "VmRSS:")).isZero();
  }

  @Test
  void this_process_uses_memory_and_a_gone_one_nothing() {
    Usage own = Usage.of(List.of(ProcessHandle.current().pid()));
    assertThat(own.residentBytes()).isPositive();
    assertThat(own.peakBytes()).isGreaterThanOrEqualTo(own.residentBytes());
    // Above the highest process number Linux gives.
    assertThat(Usage.of(List.of(1L << 23))).isEqualTo(Usage.NONE);
  }
}
