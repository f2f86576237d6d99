package io.tarn.testkit;

import io.tarn.testkit.Scenario.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Plays a scenario with one seed after another until it fails, and then makes its plan small: it
/// takes out faults, then work, as long as what is left still fails.
///
/// `-Dsimulation.runs=` says how many seeds are tried, `-Dsimulation.from=` which one is first;
/// `-Dsimulation.seed=` plays one.
public final class Search {
  private static final int RUNS = 1_000;
  private static final int TRIES = 1_000;

  private Search() {}

  /// A failure and a short way to it.
  public record Found<W>(long seed, Throwable failure, Plan<W> shortest, List<String> log) {
    @Override
    public String toString() {
      return """
      %s
      repeat it with -Dsimulation.seed=%d; the shortest plan found that fails:
      %s
      its last steps:
      %s\
      """
          .formatted(failure.getMessage(), seed, lines(inOrder()), lines(log.stream()));
    }

    private Stream<At<?>> inOrder() {
      return Stream.<At<?>>concat(shortest.faults().stream(), shortest.work().stream())
          .sorted(Comparator.comparing(At::time));
    }

    private static String lines(Stream<?> each) {
      return each.map(line -> "    " + line).collect(Collectors.joining("\n"));
    }

    public int length() {
      return shortest.faults().size() + shortest.work().size();
    }
  }

  /// Fails with the first failure found, made small, and its seed.
  public static <W> void check(Scenario<W> scenario) {
    Long only = Long.getLong("simulation.seed");
    long first = only != null ? only : Long.getLong("simulation.from", 1);
    int runs = only != null ? 1 : Integer.getInteger("simulation.runs", RUNS);
    checkRepeatable(scenario, first);
    Optional<Found<W>> found = find(scenario, first, runs);
    if (found.isPresent()) throw new AssertionError(found.get().toString(), found.get().failure);
  }

  /// The first failure among so many seeds as are tried by default.
  public static <W> Optional<Found<W>> find(Scenario<W> scenario) {
    return find(scenario, 1, RUNS);
  }

  private static <W> Optional<Found<W>> find(Scenario<W> scenario, long first, int runs) {
    for (long seed = first; seed < first + runs; seed++) {
      Plan<W> plan = plan(scenario, seed);
      var once = new Played<>(scenario, seed, plan);
      if (once.failure == null) continue;
      Plan<W> shortest = shortest(scenario, seed, plan);
      Played<W> last = new Played<>(scenario, seed, shortest);
      if (last.failure == null) {
        throw new IllegalStateException("seed " + seed + " fails at times", once.failure);
      }
      return Optional.of(new Found<>(seed, last.failure, shortest, last.simulation.log()));
    }
    return Optional.empty();
  }

  private static <W> Plan<W> plan(Scenario<W> scenario, long seed) {
    return scenario.plan(new SplittableRandom(seed));
  }

  /// A plan that was played.
  private static final class Played<W> {
    final Simulation simulation;
    final @Nullable Throwable failure;

    Played(Scenario<W> scenario, long seed, Plan<W> plan) {
      simulation = new Simulation(seed);
      failure = play(scenario, plan);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it is, it is what was looked for
    private @Nullable Throwable play(Scenario<W> scenario, Plan<W> plan) {
      try {
        scenario.play(simulation, plan);
        return null;
      } catch (RuntimeException | AssertionError e) {
        return e;
      }
    }
  }

  private static <W> Plan<W> shortest(Scenario<W> scenario, long seed, Plan<W> failing) {
    Predicate<Plan<W>> fails = plan -> new Played<>(scenario, seed, plan).failure != null;
    Plan<W> plan = failing;
    for (int before = Integer.MAX_VALUE; size(plan) < before; ) {
      before = size(plan);
      List<At<W>> work = plan.work();
      List<At<Fault>> faults =
          Shrink.smallest(plan.faults(), some -> fails.test(new Plan<>(work, some)), TRIES);
      List<At<W>> less = Shrink.smallest(work, some -> fails.test(new Plan<>(some, faults)), TRIES);
      plan = new Plan<>(less, faults);
    }
    return plan;
  }

  private static int size(Plan<?> plan) {
    return plan.work().size() + plan.faults().size();
  }

  /// Something that is not of the simulation shows in that a run cannot be repeated.
  private static <W> void checkRepeatable(Scenario<W> scenario, long seed) {
    var once = new Played<>(scenario, seed, plan(scenario, seed));
    var again = new Played<>(scenario, seed, plan(scenario, seed));
    if (once.simulation.fingerprint() != again.simulation.fingerprint()) {
      throw new IllegalStateException("seed %d does not do the same twice".formatted(seed));
    }
  }
}
