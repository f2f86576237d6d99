package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Simulation simulation = new Simulation(7);
  private final List<String> said = new ArrayList<>();

  @Test
  void a_day_passes_at_once() {
    simulation.start(
        "sleeper",
        () -> {
          for (int second = 0; second < 86_400; second++) simulation.sleep(SECOND);
          said.add("done");
        });
    long began = System.nanoTime();
    simulation.run(Duration.ofDays(2));
    assertThat(said).containsExactly("done");
    assertThat(simulation.nanos()).isEqualTo(Duration.ofDays(2).toNanos());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void the_same_seed_does_the_same_and_another_seed_something_else() {
    Set<List<Integer>> orders = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      List<Integer> order = meeting(seed);
      assertThat(meeting(seed)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders).hasSizeGreaterThan(5);
  }

  /// The order in which threads get a lock that all of them want, again and again.
  private static List<Integer> meeting(long seed) {
    var simulation = new Simulation(seed);
    var lock = new ReentrantLock();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      simulation.start(
          "thread " + i,
          () -> {
            for (int turn = 0; turn < 3; turn++) {
              lock.lock();
              try {
                order.add(number);
                simulation.sleep(Duration.ofMillis(number));
              } finally {
                lock.unlock();
              }
              simulation.sleep(Duration.ZERO);
            }
          });
    }
    simulation.run(SECOND);
    assertThat(order).hasSize(15);
    return order;
  }

  @Test
  void code_that_blocks_in_the_jdk_runs_as_it_is() {
    var queue = new ArrayBlockingQueue<String>(1);
    var last = new CompletableFuture<String>();
    simulation.start("reader", () -> read(queue));
    simulation.start(
        "writer",
        () -> {
          for (String word : List.of("a", "b", "c")) put(queue, word);
          said.add(last.join());
        });
    simulation.at(SECOND, () -> last.complete("end"));
    simulation.run(Duration.ofSeconds(2));
    assertThat(said).containsExactly("a", "b", "c", "end");
  }

  private void read(ArrayBlockingQueue<String> queue) {
    try {
      for (int i = 0; i < 3; i++) {
        simulation.sleep(Duration.ofMillis(10));
        said.add(queue.take());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void put(ArrayBlockingQueue<String> queue, String word) {
    try {
      queue.put(word);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_runs_on_a_machine_stops_in_a_crash_wherever_it_is_and_starts_anew() {
    var machine = new Machine(simulation, "m");
    machine.boot(
        self -> {
          try {
            said.add("starts at " + simulation.nanos() / SECOND.toNanos());
            self.after(Duration.ofSeconds(6), () -> said.add("timer"));
            simulation.sleep(Duration.ofSeconds(10));
            said.add("rested");
          } finally {
            said.add("ended");
          }
        });
    simulation.at(Duration.ofSeconds(5), machine::crash);
    simulation.at(Duration.ofSeconds(7), machine::restart);
    simulation.run(Duration.ofMinutes(1));
    assertThat(said).containsExactly("starts at 0", "starts at 7", "timer", "rested", "ended");
  }

  @Test
  void a_frozen_machine_goes_on_later_and_its_clock_may_be_wrong() {
    var machine = new Machine(simulation, "m");
    machine.boot(
        self -> {
          simulation.sleep(SECOND);
          said.add("at " + simulation.nanos() / SECOND.toNanos());
          self.skew(Duration.ofHours(-1));
          said.add("behind " + Duration.between(self.clock().instant(), simulation.instant()));
        });
    simulation.at(Duration.ofMillis(500), machine::freeze);
    simulation.at(Duration.ofSeconds(9), machine::thaw);
    simulation.run(Duration.ofMinutes(1));
    assertThat(said).containsExactly("at 9", "behind PT1H");
  }

  @Test
  void what_fails_in_a_thread_fails_the_run() {
    simulation.start(
        "bad",
        () -> {
          throw new IllegalStateException("a bug");
        });
    assertThatThrownBy(() -> simulation.run(SECOND)).hasMessageContaining("a bug");
  }

  @Test
  void a_run_that_does_not_end_is_ended() {
    simulation.start(
        "busy",
        () -> {
          while (true) simulation.sleep(Duration.ZERO.plusNanos(1));
        });
    assertThatThrownBy(() -> simulation.run(SECOND)).hasMessageContaining("steps");
  }

  @Test
  void who_waits_by_the_time_of_the_jdk_is_found_out() {
    // Again and again: the first may hold its carrier, while the JDK loads what it needs to wait.
    simulation.start(
        "impatient",
        () -> {
          for (int wait = 0; wait < 1000; wait++) waitForReal();
        });
    // The run itself takes its time, up to half a minute: the timer is a thread of the JDK's.
    for (int second = 0; second < 30_000; second++) {
      simulation.at(Duration.ofSeconds(second), SimulationTest::waitForReal);
    }
    assertThatThrownBy(() -> simulation.run(Duration.ofHours(9))).hasMessageContaining("outside");
  }

  private static void waitForReal() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
