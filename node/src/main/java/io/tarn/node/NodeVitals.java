package io.tarn.node;

import io.tarn.health.Vitals;
import io.tarn.index.Reaper;
import io.tarn.meta.Health;
import io.tarn.meta.MetaStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What this node is like.
final class NodeVitals implements Vitals {
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final Node node;
  private final Care care;
  private final MetaStore meta;
  private final Served served;
  private volatile boolean draining;

  /// Who collects garbage, and how old it may be.
  record Watched(Reaper reaper, Duration patience, InstantSource clock) {
    Instant now() {
      return clock.instant();
    }

    long oldestSeconds(Reaper.State state) {
      return state.rows() == 0 ? 0 : Math.max(0, seconds(state.oldest()));
    }

    long seconds(Instant since) {
      return Duration.between(since, now()).toSeconds();
    }
  }

  /// What else there is to watch. `watched` is null where there is no garbage; `failure`: why the
  /// process is about to end, if it is.
  record Served(@Nullable Watched watched, OriginStores origins, Supplier<String> failure) {}

  NodeVitals(Node node, Care care, MetaStore meta, Served served) {
    this.node = node;
    this.care = care;
    this.meta = meta;
    this.served = served;
  }

  void startDraining() {
    draining = true;
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public String failure() {
    return served.failure.get();
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public List<VolumeState> volumes() {
    return care.volumes();
  }

  @Override
  public List<String> missing() {
    return care.missing();
  }

  @Override
  public MetadataState metadata() {
    Health health = meta.health();
    return new MetadataState(
        health.writable(),
        health.full(),
        health.queued(),
        health.appliedSequence(),
        health.problem().orElse(""));
  }

  @Override
  public GarbageState garbage() {
    Watched watched = served.watched;
    if (watched == null) return GarbageState.NONE;
    Reaper.State state = watched.reaper.state();
    return new GarbageState(
        state.rows(), state.bytes(), watched.oldestSeconds(state), state.pending());
  }

  @Override
  public List<Alarm> alarms() {
    Watched watched = served.watched;
    List<Alarm> alarms = watched == null ? new ArrayList<>() : ofGarbage(watched);
    alarms.addAll(care.alarms());
    served
        .origins
        .absences()
        .forEach(
            (name, why) -> alarms.add(new Alarm("the origin %s is away".formatted(name), why)));
    return alarms;
  }

  private static List<Alarm> ofGarbage(Watched watched) {
    var alarms = new ArrayList<Alarm>();
    Reaper.State state = watched.reaper.state();
    long oldest = watched.oldestSeconds(state);
    if (oldest > watched.patience.toSeconds()) {
      alarms.add(
          new Alarm(
              "garbage is not removed",
              "%s, %s, the oldest for %s%s"
                  .formatted(
                      Words.count(state.rows(), "piece"),
                      Words.size(state.bytes()),
                      Words.time(oldest),
                      state.waiting().isEmpty() ? "" : "; " + state.waiting())));
    }
    long silent = watched.seconds(state.lastRound());
    if (silent > SILENCE.toSeconds()) {
      alarms.add(
          new Alarm(
              "the garbage collector does not run",
              "no round ended for %s%s"
                  .formatted(
                      Words.time(silent),
                      state.waiting().isEmpty() ? "" : "; " + state.waiting())));
    }
    return alarms;
  }
}
