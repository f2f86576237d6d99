package io.tarn.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// Something that goes wrong in a simulation, and is right again after `lasting`.
public sealed interface Fault {
  /// The power of a machine is cut.
  record Crash(String machine, Duration lasting) implements Fault {}

  /// A process ends; the machine, and with it the page cache, stays.
  record Kill(String machine, Duration lasting) implements Fault {}

  /// A machine stands still, and does not notice.
  record Freeze(String machine, Duration lasting) implements Fault {}

  /// A clock is that far ahead of the truth, or behind.
  record Skew(String machine, Duration ahead, Duration lasting) implements Fault {}

  /// Calls to a disk do not return.
  record Hang(String machine, Duration lasting) implements Fault {}

  /// A disk is full.
  record Fill(String machine, Duration lasting) implements Fault {}

  /// Syncs of a disk fail.
  record FailSyncs(String machine, Duration lasting) implements Fault {}

  /// Nothing gets from one side to the other: a machine alone, a split in two, or, where only one
  /// way is cut, who is heard and hears nothing.
  record Cut(Set<String> from, Set<String> to, boolean bothWays, Duration lasting)
      implements Fault {
    public Cut {
      from = new TreeSet<>(from); // a fixed order, also in print
      to = new TreeSet<>(to);
    }
  }

  /// What can go wrong.
  enum Kind {
    CRASH,
    KILL,
    FREEZE,
    SKEW,
    HANG,
    FILL,
    FAIL_SYNCS,
    CUT
  }

  /// Up to `most` faults of these kinds, some time before `end`, each lasting for `longest` at
  /// most.
  static List<At<Fault>> some(SplittableRandom random, Bounds bounds, List<String> machines) {
    List<At<Fault>> faults = new ArrayList<>();
    for (int i = random.nextInt(bounds.most + 1); i > 0; i--) {
      Duration time = part(random, bounds.end);
      Kind kind = bounds.kinds.get(random.nextInt(bounds.kinds.size()));
      faults.add(new At<>(time, one(random, kind, part(random, bounds.longest), machines)));
    }
    return faults;
  }

  /// How much may go wrong.
  record Bounds(List<Kind> kinds, int most, Duration end, Duration longest) {
    public Bounds {
      kinds = List.copyOf(kinds);
    }
  }

  private static Duration part(SplittableRandom random, Duration whole) {
    return Duration.ofNanos(random.nextLong(whole.toNanos() + 1));
  }

  private static Fault one(
      SplittableRandom random, Kind kind, Duration lasting, List<String> machines) {
    String machine = machines.get(random.nextInt(machines.size()));
    return switch (kind) {
      case CRASH -> new Crash(machine, lasting);
      case KILL -> new Kill(machine, lasting);
      case FREEZE -> new Freeze(machine, lasting);
      case SKEW -> new Skew(machine, Duration.ofMillis(random.nextInt(-60_000, 60_000)), lasting);
      case HANG -> new Hang(machine, lasting);
      case FILL -> new Fill(machine, lasting);
      case FAIL_SYNCS -> new FailSyncs(machine, lasting);
      case CUT -> {
        Set<String> side = new TreeSet<>(Set.of(machine));
        for (String other : machines) {
          if (random.nextInt(3) == 0) side.add(other);
        }
        Set<String> rest = new TreeSet<>(machines);
        rest.removeAll(side);
        yield new Cut(side, rest, random.nextInt(3) > 0, lasting);
      }
    };
  }
}
