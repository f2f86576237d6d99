package io.tarn.console;

import io.tarn.health.Vitals;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobLabel;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A node whose state a test decides.
final class Patient implements Vitals, Upkeep, VolumeMembership {
  volatile boolean draining;
  volatile String failure = "";
  volatile String volumeProblem = "";
  volatile int hung;
  volatile String otherProblem = "";
  volatile List<Absent> absent = List.of();
  volatile boolean metadataWritable = true;
  volatile boolean metadataFull;
  volatile boolean scrubbing;
  volatile boolean repairing;
  volatile CheckReport check = CheckReport.NEVER;
  volatile BackupReport backup = BackupReport.NEVER;

  @Override
  public Node node() {
    return new Node("1.2.3", "node-1", "here", Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Override
  public String failure() {
    return failure;
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public List<VolumeState> volumes() {
    return List.of(
        new VolumeState("v1", "/srv/one", 10, 100, 0, DiskCalls.NONE, otherProblem),
        new VolumeState(
            "v2", "/srv/two", 20, 200, 7, new DiskCalls(5, hung, hung > 0), volumeProblem));
  }

  @Override
  public List<String> missing() {
    return absent.stream().filter(each -> !each.forgotten()).map(Absent::id).toList();
  }

  @Override
  public List<Absent> absent() {
    return absent;
  }

  @Override
  public String add(Path directory) {
    if (directory.endsWith("full")) throw new StoreFailure.Unavailable(directory + " is odd", null);
    return "v3";
  }

  @Override
  public void forget(String id) {
    if (absent.stream().noneMatch(each -> each.id().equals(id))) {
      throw new StoreFailure.Unavailable(id + " is not missing", null);
    }
    absent = List.of(new Absent(id, "/srv/three", true));
  }

  /// What reading the certificate comes to: null is none, a text why it cannot be used.
  volatile @Nullable String certificate;

  @Override
  public boolean reloadCertificate() {
    String problem = certificate;
    if (problem == null) return false;
    if (!problem.isEmpty()) throw new UncheckedIOException(problem, new IOException(problem));
    return true;
  }

  @Override
  public MetadataState metadata() {
    return new MetadataState(
        metadataWritable, metadataFull, 3, 7, metadataWritable ? "" : "disk full");
  }

  volatile GarbageState garbage = GarbageState.NONE;
  volatile List<Alarm> alarms = List.of();

  @Override
  public GarbageState garbage() {
    return garbage;
  }

  @Override
  public List<Alarm> alarms() {
    return alarms;
  }

  @Override
  public boolean startScrub() {
    if (scrubbing) return false;
    scrubbing = true;
    return true;
  }

  @Override
  public ScrubReport scrub() {
    var progress = new Progress(scrubbing, Instant.EPOCH, Instant.EPOCH);
    return new ScrubReport(
        progress,
        5,
        50,
        1,
        List.of(new Finding("v1", "blob-1", "a chunk does not match")),
        List.of(
            new DamagedBlob(
                "v1",
                "blob-2",
                BelongsTo.version("photos", "a/b", "null"),
                "damaged",
                "a chunk does not match",
                Instant.parse("2026-01-01T00:00:00Z"),
                77,
                "/srv/one/damaged/blob-2")),
        List.of(new VolumeScrub("v1", "/srv/one", "reading", 3, 4, Round.NONE, Round.NONE)));
  }

  @Override
  public void checkVolume(String volume) {
    String problem = volume.equals("v1") ? otherProblem : volumeProblem;
    if (!problem.isEmpty()) throw new StoreFailure.Unavailable(problem, null);
  }

  final AtomicInteger retries = new AtomicInteger();

  @Override
  public void retryGarbage() {
    retries.incrementAndGet();
  }

  @Override
  public long collectGarbage() {
    return 4;
  }

  @Override
  public boolean startBackup(Path directory) {
    if (backup.running()) return false;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    backup = new BackupReport(true, directory.toString(), now, 0, "", "");
    return true;
  }

  @Override
  public BackupReport backup() {
    return backup;
  }

  @Override
  public boolean startCheck(boolean repair) {
    if (check.progress().running()) return false;
    repairing = repair;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    check =
        new CheckReport(
            new Progress(true, now, Instant.EPOCH),
            7,
            1,
            List.of(new Flaw("photos", "a/b", "null", "gone")),
            1,
            List.of(
                new Orphan(
                    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                    "/srv/one",
                    BlobLabel.of(BelongsTo.version("photos", "lost", ""), Map.of("etag", "abc")))),
            Repair.NONE,
            "");
    return true;
  }

  @Override
  public CheckReport check() {
    return check;
  }
}
