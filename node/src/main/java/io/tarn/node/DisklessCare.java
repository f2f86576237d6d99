package io.tarn.node;

import io.tarn.console.VolumeMembership;
import io.tarn.index.IndexedStore;
import io.tarn.store.StoreFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What there is to look after where nothing is on disks: garbage and the certificate. The rest is
/// refused, with the reason.
abstract class DisklessCare implements Care, VolumeMembership {
  private final IndexedStore objects;
  private final BooleanSupplier certificate;

  DisklessCare(IndexedStore objects, BooleanSupplier certificate) {
    this.objects = objects;
    this.certificate = certificate;
  }

  private static StoreFailure noDisks(String what) {
    return new StoreFailure.Unavailable("this server has nothing on disks " + what, null);
  }

  @Override
  public void start() {}

  @Override
  public VolumeMembership membership() {
    return this;
  }

  @Override
  public List<String> missing() {
    return List.of();
  }

  @Override
  public List<Absent> absent() {
    return List.of();
  }

  @Override
  public String add(Path directory) {
    throw noDisks("and takes no volumes");
  }

  @Override
  public void forget(String id) {
    throw noDisks("and misses no volume");
  }

  @Override
  public boolean startScrub() {
    throw noDisks("to read");
  }

  @Override
  public ScrubReport scrub() {
    return ScrubReport.NEVER;
  }

  @Override
  public long collectGarbage() {
    return objects.reaper().round();
  }

  @Override
  public void retryGarbage() {
    objects.reaper().retry();
  }

  @Override
  public boolean startBackup(Path directory) {
    throw noDisks("to copy");
  }

  @Override
  public BackupReport backup() {
    return BackupReport.NEVER;
  }

  @Override
  public boolean startCheck(boolean repair) {
    throw noDisks("to check");
  }

  @Override
  public CheckReport check() {
    return CheckReport.NEVER;
  }

  @Override
  public boolean reloadCertificate() {
    return certificate.getAsBoolean();
  }

  @Override
  public void checkVolume(String volume) {
    throw noDisks("to check");
  }

  @Override
  public void close() {}
}
