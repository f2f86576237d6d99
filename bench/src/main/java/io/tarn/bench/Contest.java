package io.tarn.bench;

import java.util.ArrayList;
import java.util.List;

/// Runs one work against several endpoints in turn, round by round, after a warm-up of each.
final class Contest {
  private final Work work;
  private final Schedule schedule;
  private final BodySource bodies;

  Contest(Work work, Schedule schedule, BodySource bodies) {
    this.work = work;
    this.schedule = schedule;
    this.bodies = bodies;
  }

  /// One summary per endpoint, in the order the endpoints were given.
  List<Summary> run(List<Endpoint> endpoints) {
    List<Entrant> entrants = endpoints.stream().map(this::enter).toList();
    for (int i = 0; i < schedule.rounds(); i++) {
      for (Entrant entrant : entrants) {
        entrant.drive.reload();
        entrant.rounds.add(
            Meter.measure(entrant.endpoint, () -> entrant.drive.run(schedule.round())));
      }
    }
    return entrants.stream()
        .map(entrant -> new Summary(work.title(), entrant.endpoint.name(), entrant.rounds))
        .toList();
  }

  private Entrant enter(Endpoint endpoint) {
    Drive drive = Drives.prepare(endpoint, work, bodies);
    if (schedule.warmup().isPositive()) {
      drive.reload();
      drive.run(RoundLimit.lasting(schedule.warmup()));
    }
    return new Entrant(endpoint, drive, new ArrayList<>());
  }

  private record Entrant(Endpoint endpoint, Drive drive, List<Round> rounds) {}
}
