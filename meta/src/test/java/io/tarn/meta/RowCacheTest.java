package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowCacheTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RowCache<String, Integer> cache =
      new RowCache<>(RowCache.Bounds.of(100, Duration.ofSeconds(60)), nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void keep(String key, int value) {
    assertThat(cache.read(key, () -> value)).isEqualTo(value);
  }

  @Test
  void what_was_read_is_kept_until_it_is_too_old() {
    assertThat(cache.get("a")).isNull();
    assertThat(cache.read("a", () -> 1)).isEqualTo(1);
    pass(Duration.ofSeconds(59));
    assertThat(cache.get("a")).isEqualTo(1);
    pass(Duration.ofSeconds(2));
    assertThat(cache.get("a")).isNull();
  }

  /// Each value has an age of its own, and none when that is zero.
  @Test
  void a_value_says_how_long_it_may_be_kept() {
    var bounds = new RowCache.Bounds<Integer>(100, _ -> 1, Duration::ofSeconds);
    var varied = new RowCache<String, Integer>(bounds, nanos::get);
    for (int age : List.of(0, 10, 20)) {
      assertThat(varied.read("for " + age, () -> age)).isEqualTo(age);
    }
    assertThat(varied.get("for 0")).isNull();
    assertThat(varied.get("for 10")).isEqualTo(10);
    pass(Duration.ofSeconds(11));
    assertThat(varied.get("for 10")).isNull();
    assertThat(varied.get("for 20")).isEqualTo(20);
  }

  @Test
  void what_changed_is_forgotten_and_the_rest_is_not() {
    keep("a", 1);
    keep("b", 2);
    cache.forget("a");
    assertThat(cache.get("a")).isNull();
    assertThat(cache.get("b")).isEqualTo(2);
    cache.forgetAll();
    assertThat(cache.get("b")).isNull();
    keep("b", 3);
    assertThat(cache.get("b")).isEqualTo(3);
  }

  @Test
  void what_was_read_before_a_change_is_not_kept_after_it() {
    List<Runnable> changes =
        List.of(() -> cache.forget("a"), () -> cache.forget("another"), cache::forgetAll);
    for (Runnable change : changes) {
      int value =
          cache.read(
              "a",
              () -> {
                change.run();
                return 1;
              });
      assertThat(value).isEqualTo(1);
      assertThat(cache.get("a")).isNull();
    }
  }

  @Test
  void no_more_is_kept_than_may_be() {
    for (int i = 0; i < 10_000; i++) keep("k" + i, i);
    assertThat(kept(10_000)).isBetween(1L, 100L);
  }

  @Test
  void a_heavy_value_counts_for_many() {
    var bounds = new RowCache.Bounds<Integer>(100, v -> v, _ -> Duration.ofSeconds(60));
    var heavy = new RowCache<String, Integer>(bounds, nanos::get);
    for (int i = 0; i < 50; i++) assertThat(heavy.read("k" + i, () -> 20)).isEqualTo(20);
    assertThat(heavy.read("too much", () -> 101)).isEqualTo(101);
    assertThat(IntStream.range(0, 50).filter(i -> heavy.get("k" + i) != null).count())
        .isBetween(1L, 5L);
    assertThat(heavy.get("too much")).isNull();
  }

  private long kept(int keys) {
    return IntStream.range(0, keys).filter(i -> cache.get("k" + i) != null).count();
  }

  /// One truth, changed by one, read by many through the cache: nobody sees what was before a
  /// change that had been told before they asked.
  @Test
  void nobody_finds_what_was_before_a_change_that_is_over() throws Exception {
    AtomicLong truth = new AtomicLong();
    AtomicLong told = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    RowCache<String, Long> shared =
        new RowCache<>(RowCache.Bounds.of(100, Duration.ofSeconds(60)), nanos::get);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        readers.add(
            threads.submit(
                () -> {
                  int hits = 0;
                  while (!over.get()) {
                    long least = told.get();
                    Long known = shared.get("a");
                    hits += known == null ? 0 : 1;
                    long seen = known != null ? known : shared.read("a", truth::get);
                    assertThat(seen).isGreaterThanOrEqualTo(least);
                  }
                  return hits;
                }));
      }
      for (long n = 1; n <= 20_000; n++) {
        truth.set(n);
        if (n % 3 == 0) {
          shared.forgetAll();
        } else {
          shared.forget("a");
        }
        told.set(n);
        if (n % 8 == 0) LockSupport.parkNanos(1_000);
      }
      over.set(true);
      for (Future<Integer> reader : readers) assertThat(reader.get()).isNotNegative();
    }
  }
}
