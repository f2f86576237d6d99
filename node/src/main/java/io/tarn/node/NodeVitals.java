package io.tarn.node;

import io.tarn.disk.Volume;
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

/// What this node is like.
final class NodeVitals implements Vitals {
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final Node node;
  private final List<Volume> volumes;
  private final NodeHome home;
  private final MetaStore meta;
  private final Watched watched;
  private final Supplier<String> failure;
  private volatile boolean draining;

  /// The volumes that are there, and who knows which are not.
  record Disks(List<Volume> volumes, NodeHome home) {}

  /// Who collects garbage, and how old it may be; who makes backups; who asks origins.
  record Watched(
      Reaper reaper,
      Duration patience,
      Backups backups,
      OriginStores origins,
      InstantSource clock) {
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

  NodeVitals(Node node, Disks disks, MetaStore meta, Watched watched, Supplier<String> failure) {
    this.node = node;
    this.volumes = disks.volumes;
    this.home = disks.home;
    this.meta = meta;
    this.watched = watched;
    this.failure = failure;
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
    return failure.get();
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public List<VolumeState> volumes() {
    return volumes.stream().map(NodeVitals::state).toList();
  }

  private static VolumeState state(Volume volume) {
    String problem = volume.problem();
    return new VolumeState(
        volume.id(),
        volume.root().toString(),
        volume.freeBytes(),
        volume.totalBytes(),
        volume.readErrors(),
        new DiskCalls(volume.callsUnderway(), volume.callsHung(), volume.isSilent()),
        problem == null ? "" : problem);
  }

  @Override
  public List<String> missing() {
    return home.missing().stream().map(NodeState.Member::id).toList();
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
    Reaper.State state = watched.reaper.state();
    return new GarbageState(
        state.rows(), state.bytes(), watched.oldestSeconds(state), state.pending());
  }

  @Override
  public List<Alarm> alarms() {
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
    long damaged = volumes.stream().mapToLong(volume -> volume.damaged().count()).sum();
    if (damaged > 0) {
      alarms.add(
          new Alarm(
              "stored bytes are damaged",
              "%s; `tarn scrub status` names the objects".formatted(Words.count(damaged, "blob"))));
    }
    String trouble = watched.backups.report().problem();
    if (!trouble.isEmpty()) {
      alarms.add(new Alarm("the last backup of the metadata failed", trouble));
    }
    watched
        .origins
        .absences()
        .forEach(
            (name, why) -> alarms.add(new Alarm("the origin %s is away".formatted(name), why)));
    return alarms;
  }
}
