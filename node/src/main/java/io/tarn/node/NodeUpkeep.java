package io.tarn.node;

import io.tarn.console.VolumeMembership;
import io.tarn.disk.Volume;
import io.tarn.health.Vitals.Alarm;
import io.tarn.health.Vitals.DiskCalls;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.index.Reaper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What an operator can ask the node to do with what it stores. It is done by others.
final class NodeUpkeep implements Care {
  private final Disks disks;
  private final Reaper reaper;
  private final SpaceWatch space;
  private final Scrubbing scrubbing;
  private final Backups backups;
  private final ConsistencyCheck check;
  private final BooleanSupplier certificate;

  /// The volumes that are there, and who knows which are not.
  record Disks(List<Volume> volumes, NodeHome home) {}

  /// `certificate` reads that of the listeners again; false when there is none.
  NodeUpkeep(
      Disks disks,
      Reaper reaper,
      SpaceWatch space,
      Scrubbing scrubbing,
      Backups backups,
      ConsistencyCheck check,
      BooleanSupplier certificate) {
    this.disks = disks;
    this.reaper = reaper;
    this.space = space;
    this.scrubbing = scrubbing;
    this.backups = backups;
    this.check = check;
    this.certificate = certificate;
  }

  @Override
  public void start() {
    scrubbing.start();
    space.start();
    backups.start();
  }

  @Override
  public VolumeMembership membership() {
    return disks.home;
  }

  @Override
  public List<VolumeState> volumes() {
    return disks.volumes.stream().map(NodeUpkeep::state).toList();
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
    return disks.home.missing().stream().map(NodeState.Member::id).toList();
  }

  @Override
  public List<Alarm> alarms() {
    var alarms = new ArrayList<Alarm>();
    long damaged = disks.volumes.stream().mapToLong(volume -> volume.damaged().count()).sum();
    if (damaged > 0) {
      alarms.add(
          new Alarm(
              "stored bytes are damaged",
              "%s; `tarn scrub status` names the objects".formatted(Words.count(damaged, "blob"))));
    }
    String trouble = backups.report().problem();
    if (!trouble.isEmpty()) {
      alarms.add(new Alarm("the last backup of the metadata failed", trouble));
    }
    return alarms;
  }

  @Override
  public boolean reloadCertificate() {
    return certificate.getAsBoolean();
  }

  @Override
  public boolean startScrub() {
    return scrubbing.startRound();
  }

  @Override
  public ScrubReport scrub() {
    return scrubbing.report();
  }

  @Override
  public boolean startCheck(boolean repair) {
    return check.start(repair);
  }

  @Override
  public CheckReport check() {
    return check.report();
  }

  @Override
  public boolean startBackup(Path directory) {
    return backups.start(directory);
  }

  @Override
  public BackupReport backup() {
    return backups.report();
  }

  @Override
  public void checkVolume(String id) {
    for (Volume volume : disks.volumes) {
      if (volume.id().equals(id)) volume.check();
    }
    retryGarbage();
  }

  @Override
  public void retryGarbage() {
    reaper.retry();
  }

  @Override
  public long collectGarbage() {
    return reaper.round();
  }

  @Override
  public void close() {
    space.close();
    backups.close();
    scrubbing.close();
  }
}
