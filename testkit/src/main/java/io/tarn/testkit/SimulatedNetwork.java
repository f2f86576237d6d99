package io.tarn.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Carries letters between machines: late, out of order, twice, or not at all. Letters are values;
/// nobody changes them.
public final class SimulatedNetwork {
  /// How bad it is on ordinary days: letters take at least `least` and on average `more` longer,
  /// few of them much longer; shares of them are lost or come twice.
  public record Weather(Duration least, Duration more, double lost, double twice) {
    public static final Weather FAIR =
        new Weather(Duration.ofNanos(200_000), Duration.ofMillis(1), 0, 0);
    public static final Weather ROUGH =
        new Weather(Duration.ofNanos(200_000), Duration.ofMillis(5), 0.02, 0.02);
  }

  public record Letter(String from, Object text) {}

  /// From a machine to another.
  private record Way(String from, String to) {}

  private final Simulation simulation;
  private final Weather weather;
  private final Map<String, BlockingQueue<Letter>> inboxes = new HashMap<>();
  private final Map<String, Machine> machines = new HashMap<>();
  private final Map<Way, Integer> cuts = new HashMap<>();

  public SimulatedNetwork(Simulation simulation, Weather weather) {
    this.simulation = simulation;
    this.weather = weather;
  }

  /// Where letters to this machine arrive from now on. What comes while the machine is down is
  /// lost; a machine asks for a new inbox at each start.
  public BlockingQueue<Letter> inbox(Machine machine) {
    var inbox = new LinkedBlockingQueue<Letter>();
    inboxes.put(machine.name(), inbox);
    machines.put(machine.name(), machine);
    return inbox;
  }

  public void send(String from, String to, Object text) {
    SplittableRandom random = simulation.random(from + " to " + to);
    if (isCut(from, to) || random.nextDouble() < weather.lost) return;
    deliver(from, to, text, random);
    if (random.nextDouble() < weather.twice) deliver(from, to, text, random);
  }

  private void deliver(String from, String to, Object text, SplittableRandom random) {
    double share = -Math.log(1 - random.nextDouble()); // exponential: most are fast, few are not
    long more = (long) (weather.more.toNanos() * share);
    simulation.at(
        Duration.ofNanos(simulation.nanos()).plus(weather.least).plusNanos(more),
        () -> arrive(from, to, text));
  }

  private void arrive(String from, String to, Object text) {
    Machine machine = machines.get(to);
    BlockingQueue<Letter> inbox = inboxes.get(to);
    if (machine == null || inbox == null || !machine.isUp() || isCut(from, to)) return;
    inbox.add(new Letter(from, text));
  }

  private boolean isCut(String from, String to) {
    return cuts.containsKey(new Way(from, to));
  }

  /// From now on nothing gets from one side to the other. Cuts add up, until each is healed.
  public void cut(Set<String> from, Set<String> to) {
    for (Way way : ways(from, to)) cuts.merge(way, 1, Integer::sum);
  }

  public void heal(Set<String> from, Set<String> to) {
    for (Way way : ways(from, to)) {
      cuts.compute(way, (_, count) -> count == null || count == 1 ? null : count - 1);
    }
  }

  private static Set<Way> ways(Set<String> from, Set<String> to) {
    Set<Way> ways = new HashSet<>();
    for (String one : from) {
      for (String other : to) ways.add(new Way(one, other));
    }
    return ways;
  }
}
