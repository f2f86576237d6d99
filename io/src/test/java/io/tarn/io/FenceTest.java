package io.tarn.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What keeps writes away from a volume, and what lets them back.
class FenceTest {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final AtomicInteger checks = new AtomicInteger();
  private volatile int failing;
  private final AtomicLong later = new AtomicLong();
  private final Fence fence =
      new Fence(
          Path.of("/srv/one"),
          "volume one",
          this::check,
          PAUSE,
          3,
          () -> System.nanoTime() + later.get());

  private void check() throws IOException {
    if (checks.incrementAndGet() <= failing) throw new IOException("still sick");
  }

  @AfterEach
  void close() {
    fence.close();
  }

  private void awaitOpen() throws InterruptedException {
    for (int i = 0; i < 500 && fence.problem() != null; i++) Thread.sleep(10);
    assertThat(fence.problem()).isNull();
  }

  @Test
  void a_failed_write_is_checked_by_itself_until_a_check_passes() throws Exception {
    failing = 2;
    fence.writeFailed(new IOException("EIO"));
    assertThatThrownBy(fence::refuse).isInstanceOf(Unavailable.class).hasMessageContaining("EIO");
    awaitOpen();
    assertThat(checks).hasValue(3);
    fence.refuse();
  }

  /// How long after a failure the volume is well again, in pauses.
  private long pausesOfFailure() throws InterruptedException {
    long start = System.nanoTime();
    fence.writeFailed(new IOException("EIO"));
    awaitOpen();
    return (System.nanoTime() - start) / PAUSE.toNanos();
  }

  @Test
  void who_fails_again_waits_longer_but_not_for_ever_longer() throws Exception {
    long last = 0;
    for (int i = 0; i < 4; i++) last = pausesOfFailure();
    assertThat(last).isGreaterThanOrEqualTo(8);
    for (int i = 0; i < 3; i++) last = pausesOfFailure();
    assertThat(last).isBetween(8L, 60L); // doubled on and on it would be 64
  }

  @Test
  void what_was_well_for_long_is_checked_as_soon_as_at_first() throws Exception {
    for (int i = 0; i < 4; i++) pausesOfFailure();
    later.addAndGet(65 * PAUSE.toNanos());
    assertThat(pausesOfFailure()).isLessThan(8);
  }

  @Test
  void many_failed_reads_keep_writes_away_until_somebody_asks_for_a_check() throws Exception {
    for (int i = 0; i < 2; i++) fence.readFailed(new IOException("EIO"));
    fence.refuse();
    fence.readFailed(new IOException("EIO"));
    assertThat(fence.problem()).contains("3 reads failed");
    Thread.sleep(10 * PAUSE.toMillis());
    assertThat(fence.problem()).isNotNull();
    assertThat(checks).hasValue(0);
    fence.check();
    assertThat(fence.problem()).isNull();
    assertThat(fence.readErrors()).isEqualTo(3);
    fence.readFailed(new IOException("EIO"));
    fence.refuse(); // two more to go
  }

  @Test
  void a_check_that_was_asked_for_and_fails_keeps_writes_away() {
    failing = 1;
    assertThatThrownBy(fence::check)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("still sick");
    assertThat(fence.problem()).contains("still sick");
  }

  @Test
  void a_volume_that_does_not_answer_is_left_alone_until_a_check_passes() throws Exception {
    failing = 1;
    fence.silent(new IOException("a call did not return within 30 s"));
    assertThatThrownBy(fence::refuse)
        .isInstanceOf(Unresponsive.class)
        .hasMessageContaining("volume one does not answer")
        .hasMessageNotContaining("/srv");
    assertThatThrownBy(fence::refuseSilent).isInstanceOf(Unresponsive.class);
    assertThat(fence.problem()).contains("/srv/one does not answer").contains("30 s");
    awaitOpen();
    assertThat(checks).hasValue(2);
    fence.refuseSilent();
  }

  /// Else a check, which passes when the disk answers again, would let writes to where reads fail.
  @Test
  void silence_does_not_end_what_only_an_operator_can_end() throws Exception {
    for (int i = 0; i < 3; i++) fence.readFailed(new IOException("EIO"));
    fence.refuseSilent();
    fence.silent(new IOException("a call did not return"));
    assertThat(fence.isSilent()).isTrue();
    Thread.sleep(10 * PAUSE.toMillis());
    assertThat(checks).hasValue(0);
    fence.check();
    assertThat(fence.problem()).isNull();
  }

  @Test
  void a_failed_write_of_a_silent_volume_leaves_it_silent() {
    fence.silent(new IOException("a call did not return"));
    fence.writeFailed(new IOException("EIO"));
    assertThat(fence.isSilent()).isTrue();
  }
}
