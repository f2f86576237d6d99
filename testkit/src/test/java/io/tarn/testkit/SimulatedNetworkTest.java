package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.SimulatedNetwork.Letter;
import io.tarn.testkit.SimulatedNetwork.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
  private static final int LETTERS = 200;

  private final Simulation simulation = new Simulation(3);
  private final List<Object> heard = new ArrayList<>();

  private World world(Weather weather) {
    var world = new World(simulation, weather, List.of("a", "b"));
    for (String name : List.of("a", "b")) {
      world.machine(name).boot(machine -> listen(world.network().inbox(machine)));
    }
    return world;
  }

  private void listen(BlockingQueue<Letter> inbox) {
    try {
      while (true) heard.add(inbox.take().text());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A letter each 10 ms, from the beginning on.
  private void send(World world, String from, String to) {
    for (int i = 0; i < LETTERS; i++) {
      int number = i;
      simulation.at(Duration.ofMillis(10L * i), () -> world.network().send(from, to, number));
    }
  }

  @Test
  void in_fair_weather_everything_arrives_once() {
    send(world(Weather.FAIR), "a", "b");
    simulation.run(Duration.ofMinutes(1));
    assertThat(heard).hasSize(LETTERS).doesNotHaveDuplicates();
  }

  @Test
  void in_rough_weather_letters_are_lost_come_twice_and_out_of_order() {
    send(world(new Weather(Duration.ZERO, Duration.ofMillis(20), 0.1, 0.1)), "a", "b");
    simulation.run(Duration.ofMinutes(1));
    assertThat(Set.copyOf(heard)).hasSizeBetween(LETTERS / 2, LETTERS - 1);
    assertThat(heard.size()).isGreaterThan(Set.copyOf(heard).size());
    assertThat(heard).isNotEqualTo(heard.stream().sorted().toList());
  }

  @Test
  void a_cut_of_one_way_leaves_the_other_and_ends() {
    World world = world(Weather.FAIR);
    var cut = new Fault.Cut(Set.of("a"), Set.of("b"), false, Duration.ofSeconds(1));
    world.suffer(List.of(new At<>(Duration.ofMillis(500), cut)));
    send(world, "a", "b");
    send(world, "b", "a");
    simulation.run(Duration.ofMinutes(1));
    assertThat(heard).hasSizeBetween(2 * LETTERS - 102, 2 * LETTERS - 98);
  }

  @Test
  void what_comes_while_a_machine_is_down_is_lost_and_while_it_is_frozen_waits() {
    World world = world(Weather.FAIR);
    world.suffer(
        List.of(
            new At<>(Duration.ofMillis(500), new Fault.Freeze("b", Duration.ofMillis(300))),
            new At<>(Duration.ofSeconds(1), new Fault.Crash("b", Duration.ofMillis(500)))));
    send(world, "a", "b");
    simulation.run(Duration.ofMinutes(1));
    assertThat(heard).hasSizeBetween(LETTERS - 52, LETTERS - 48);
  }
}
