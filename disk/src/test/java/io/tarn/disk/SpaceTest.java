package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.StoreFailure.OutOfSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The reserve of a volume under many writers, on a disk that is only counted.
class SpaceTest {
  private static final long MIB = 1 << 20;
  private static final long RESERVE = 256 * MIB;

  private final AtomicLong free = new AtomicLong(4096 * MIB);
  private final Space space = new Space("disk", RESERVE, free::get);

  private void write(Space.Promise promise, long count) throws IOException {
    promise.require(count);
    free.addAndGet(-count);
    promise.used(count);
  }

  @Test
  void however_many_write_at_once_the_reserve_stays_whole() throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    List<Future<Long>> writers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        var random = new Random(seed + i);
        long expected = i % 2 == 0 ? 1024 * MIB : -1;
        writers.add(threads.submit(() -> upload(random, expected)));
      }
      long written = 0;
      for (Future<Long> writer : writers) written += writer.get();
      // The last was refused a step; at most three ended with one they had no use for.
      assertThat(free.get()).as("seed %d", seed).isBetween(RESERVE, RESERVE + 4 * 64 * MIB);
      assertThat(written).isEqualTo(4096 * MIB - free.get());
    }
    assertThat(space.promised()).isZero();
    assertThat(space.refusals()).isPositive();
  }

  /// A gigabyte, of which every second writer says so before; returns how much found room.
  private long upload(Random random, long expected) throws IOException {
    long written = 0;
    try (Space.Promise promise = space.promise(expected)) {
      while (written < 1024 * MIB) {
        long count = 1 + random.nextLong(MIB);
        write(promise, count);
        written += count;
      }
    } catch (OutOfSpace e) {
      return written;
    }
    return written;
  }

  @Test
  void what_is_only_claimed_holds_no_more_than_half_of_what_is_free() throws IOException {
    List<Space.Promise> idle = new ArrayList<>();
    for (int i = 0; i < 1000; i++) idle.add(space.promise(1024 * MIB));
    assertThat(space.promised()).isLessThan((4096 - 256) / 2 * MIB + 1001 * MIB);
    try (Space.Promise honest = space.promise(100 * MIB)) {
      for (int i = 0; i < 100; i++) write(honest, MIB);
    }
    for (Space.Promise each : idle) each.close();
    assertThat(space.promised()).isZero();
  }

  @Test
  void who_does_not_say_a_length_is_promised_little_more_than_was_written() throws IOException {
    try (Space.Promise promise = space.promise(-1)) {
      for (long written = 0; written < 1024 * MIB; written += MIB) {
        assertThat(space.promised()).isLessThanOrEqualTo(Math.clamp(written, MIB, 64 * MIB));
        write(promise, MIB);
      }
    }
  }

  @Test
  void a_blob_that_does_not_fit_is_refused_before_its_first_byte() throws IOException {
    assertThatThrownBy(() -> space.promise(3840 * MIB)).isInstanceOf(OutOfSpace.class);
    try (Space.Promise promise = space.promise(3800 * MIB)) {
      write(promise, 3800 * MIB);
    }
    assertThatThrownBy(() -> space.promise(41 * MIB)).isInstanceOf(OutOfSpace.class);
    free.addAndGet(MIB * 3800);
    space.promise(3800 * MIB).close();
  }
}
