package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeakGuardTest {
  @Test
  void a_lost_buffer_is_noticed() {
    LeakRecorder.LEAKS.clear();
    lose();
    while (LeakGuard.leaks().isEmpty()) Thread.onSpinWait();
    assertThat(LeakGuard.leaks()).hasSize(1);
    LeakRecorder.LEAKS.clear();
  }

  private static void lose() {
    assertThat(ByteBufAllocator.DEFAULT.directBuffer(100).refCnt()).isEqualTo(1);
  }
}
