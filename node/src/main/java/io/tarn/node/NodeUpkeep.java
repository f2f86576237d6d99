package io.tarn.node;

import io.tarn.console.Upkeep;
import io.tarn.disk.Volume;
import io.tarn.index.Reaper;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What an operator can ask the node to do with what it stores. It is done by others.
final class NodeUpkeep implements Upkeep, AutoCloseable {
  private final List<Volume> volumes;
  private final Reaper reaper;
  private final SpaceWatch space;
  private final Scrubbing scrubbing;
  private final Backups backups;
  private final ConsistencyCheck check;
  private final BooleanSupplier certificate;

  /// `certificate` reads that of the listeners again; false when there is none.
  NodeUpkeep(
      List<Volume> volumes,
      Reaper reaper,
      SpaceWatch space,
      Scrubbing scrubbing,
      Backups backups,
      ConsistencyCheck check,
      BooleanSupplier certificate) {
    this.volumes = volumes;
    this.reaper = reaper;
    this.space = space;
    this.scrubbing = scrubbing;
    this.backups = backups;
    this.check = check;
    this.certificate = certificate;
  }

  void start() {
    scrubbing.start();
    space.start();
    backups.start();
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
    for (Volume volume : volumes) {
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
