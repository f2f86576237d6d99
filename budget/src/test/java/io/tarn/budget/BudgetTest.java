package io.tarn.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final Duration NOT_AT_ALL = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);

  private static long asMuchAsPossible(Lease lease) {
    while (lease.tryTake(1)) {
      // until it is refused
    }
    return lease.held();
  }

  @Test
  void one_holder_gets_three_quarters_and_the_next_finds_some() {
    var budget = new Budget(1000);
    assertThat(asMuchAsPossible(budget.open("a"))).isEqualTo(750);
    assertThat(asMuchAsPossible(budget.open("b"))).isEqualTo(187);
    assertThat(asMuchAsPossible(budget.open("c"))).isEqualTo(47);
    assertThat(budget.used()).isEqualTo(984);
  }

  @Test
  void parts_of_one_holder_count_together() {
    var budget = new Budget(1000);
    List<Lease> leases = new ArrayList<>();
    long all = 0;
    for (int i = 0; i < 100; i++) {
      Lease lease = budget.open("a");
      leases.add(lease);
      if (lease.tryTake(100)) all += 100;
    }
    assertThat(all).isEqualTo(700);
    leases.forEach(Lease::close);
    assertThat(budget.used()).isZero();
    assertThat(asMuchAsPossible(budget.open("a"))).isEqualTo(750);
  }

  @Test
  void a_holder_with_nothing_gets_the_last_there_is() {
    var budget = new Budget(1);
    assertThat(budget.open("a").tryTake(1)).isTrue();
    assertThat(budget.open("b").tryTake(1)).isFalse();
    assertThat(budget.refusals()).isEqualTo(1);
  }

  @Test
  void what_has_two_holders_counts_for_both() {
    var budget = new Budget(1000);
    Lease one = budget.open(List.of("address", "key"));
    assertThat(one.tryTake(600)).isTrue();
    assertThat(budget.open(List.of("elsewhere", "key")).tryTake(200)).isFalse();
    assertThat(budget.open(List.of("elsewhere", "other key")).tryTake(200)).isTrue();
    assertThat(budget.used()).as("it is there once").isEqualTo(800);
  }

  @Test
  void a_holder_that_becomes_known_later_has_what_was_taken_before() {
    var budget = new Budget(1000);
    Lease early = budget.open("address");
    assertThat(early.tryTake(700)).isTrue();
    assertThat(early.tryShare("key")).isTrue();
    assertThat(budget.open(List.of("elsewhere", "key")).tryTake(100)).isFalse();
    early.close();
    assertThat(budget.open(List.of("elsewhere", "key")).tryTake(100)).isTrue();
  }

  @Test
  void without_holders_only_the_whole_is_bounded() {
    var budget = new Budget(1000);
    assertThat(asMuchAsPossible(budget.open())).isEqualTo(1000);
  }

  @Test
  void who_waits_goes_away_when_its_time_is_over() {
    var budget = new Budget(10);
    assertThat(budget.open("a").tryTake(10)).isTrue();
    assertThat(budget.open("b").take(1, NOT_AT_ALL)).isFalse();
  }

  @Test
  void who_waits_gets_what_others_give_back() throws InterruptedException {
    var budget = new Budget(10);
    Lease before = budget.open("a");
    assertThat(before.tryTake(10)).isTrue();
    var begun = new CountDownLatch(1);
    Lease after = budget.open("b");
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  begun.countDown();
                  assertThat(after.take(5, LONG)).isTrue();
                });
    begun.await();
    before.give(6);
    waiting.join();
    assertThat(after.held()).isEqualTo(5);
  }

  /// Whatever happens, never more is out than there is, and in the end all is back.
  @Test
  void many_at_once_never_have_more_than_there_is() throws InterruptedException {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var budget = new Budget(1000);
    List<Thread> threads = new ArrayList<>();
    List<Throwable> wrong = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      var random = new Random(seed + i);
      Thread thread = Thread.ofVirtual().unstarted(() -> takeAndGive(budget, random));
      thread.setUncaughtExceptionHandler(
          (_, e) -> {
            synchronized (wrong) {
              wrong.add(e);
            }
          });
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) thread.join();
    assertThat(wrong).as("seed %d", seed).isEmpty();
    assertThat(budget.used()).as("seed %d", seed).isZero();
    assertThat(asMuchAsPossible(budget.open("a"))).isEqualTo(750);
  }

  private static void takeAndGive(Budget budget, Random random) {
    for (int round = 0; round < 2000; round++) {
      try (Lease lease = budget.open(List.of("address " + random.nextInt(4)))) {
        boolean _ = lease.tryTake(random.nextInt(400));
        boolean _ = lease.tryShare("key " + random.nextInt(4));
        boolean _ = lease.take(random.nextInt(100), Duration.ZERO);
        assertThat(budget.used()).isBetween(0L, 1000L);
        if (lease.held() > 0) lease.give(random.nextLong(lease.held()));
      }
    }
  }
}
