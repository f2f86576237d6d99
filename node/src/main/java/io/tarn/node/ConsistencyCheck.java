package io.tarn.node;

import io.tarn.console.Upkeep.CheckReport;
import io.tarn.console.Upkeep.Flaw;
import io.tarn.console.Upkeep.Orphan;
import io.tarn.console.Upkeep.Progress;
import io.tarn.console.Upkeep.Repair;
import io.tarn.disk.DamagedBlobs;
import io.tarn.disk.ReservedName;
import io.tarn.disk.Volume;
import io.tarn.index.IndexedStore;
import io.tarn.index.Inspection;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the metadata and the volumes against each other when it is asked to, one at a time, beside
/// everything else. What it finds it keeps up to a bound, and logs.
///
/// It changes nothing, unless it is to repair, and then does what is safe: blobs that no object
/// refers to become garbage, which is removed [#KEPT_FOR] later. But only when nothing else is
/// wrong: where objects lack their bytes, metadata and volumes may be of different times, and what
/// looks like an orphan may be what is missed.
final class ConsistencyCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ConsistencyCheck.class);
  private static final int KEPT = 1000;

  /// How long an orphan stays after a repair.
  static final Duration KEPT_FOR = Duration.ofDays(7);

  /// Blobs looked for in one pass through the rows: some tens of megabytes.
  private static final int AT_ONCE = 250_000;

  private final List<Volume> volumes;
  private final Missing missing;
  private final IndexedStore objects;
  private final InstantSource clock;
  private final List<Flaw> flawed = new ArrayList<>();
  private final List<Orphan> orphaned = new ArrayList<>();
  private Progress progress = new Progress(false, Instant.EPOCH, Instant.EPOCH);
  private long versions;
  private long flaws;
  private long orphans;
  private Repair repair = Repair.NONE;
  private String problem = "";

  /// Whether volumes of the node are not there.
  interface Missing {
    boolean any();
  }

  ConsistencyCheck(
      List<Volume> volumes, Missing missing, IndexedStore objects, InstantSource clock) {
    this.volumes = volumes;
    this.missing = missing;
    this.objects = objects;
    this.clock = clock;
  }

  /// False when one runs.
  synchronized boolean start(boolean repairing) {
    if (progress.running()) return false;
    progress = new Progress(true, clock.instant(), Instant.EPOCH);
    versions = flaws = orphans = 0;
    problem = "";
    repair = Repair.NONE;
    flawed.clear();
    orphaned.clear();
    Thread.ofPlatform().daemon().name("fsck").start(() -> run(repairing));
    return true;
  }

  synchronized CheckReport report() {
    return new CheckReport(progress, versions, flaws, flawed, orphans, orphaned, repair, problem);
  }

  private void run(boolean repairing) {
    String why = "";
    try {
      Inspection inspection = objects.inspection();
      Inspection.Seen seen = inspection.run(this::tell);
      synchronized (this) {
        versions = seen.versions();
      }
      for (Volume volume : volumes) tellDamage(volume);
      for (Volume volume : volumes) tellReserved(volume);
      boolean discard = repairing && mayRepair();
      for (Volume volume : volumes) findOrphans(volume, inspection, discard);
    } catch (RuntimeException e) { // whatever it is, it is told, and the next one can run
      LOG.error("the check did not come to its end", e);
      why = String.valueOf(e.getMessage());
    }
    synchronized (this) {
      problem = why;
      progress = new Progress(false, progress.started(), clock.instant());
    }
  }

  /// What the scrubber found; the inspection looks at the end of a blob only.
  private void tellDamage(Volume volume) {
    for (DamagedBlobs.Entry each : volume.damaged().list()) {
      if (each.state() != DamagedBlobs.State.DAMAGED) continue;
      BelongsTo owner = each.owner();
      String what = "blob %s on %s is damaged: %s";
      var flaw =
          new Inspection.Flaw(
              owner.bucket(),
              owner.key(),
              owner.version(),
              what.formatted(each.blob(), volume.root(), each.problem()));
      if (!isTold(flaw)) tell(flaw);
    }
  }

  /// What a program that knows more wrote: until that is at hand nothing is an orphan for sure.
  private void tellReserved(Volume volume) {
    for (String each : ReservedName.problems(volume, KEPT)) {
      tell(new Inspection.Flaw("", "", "", each));
    }
  }

  private synchronized boolean isTold(Inspection.Flaw flaw) {
    return !flaw.bucket().isEmpty()
        && flawed.stream()
            .anyMatch(
                told ->
                    told.bucket().equals(flaw.bucket())
                        && told.key().equals(flaw.key())
                        && told.version().equals(flaw.version()));
  }

  private synchronized boolean mayRepair() {
    String refused =
        flaws > 0
            ? "objects are not whole; delete them or bring their bytes back first"
            : missing.any() ? "volumes are missing" : "";
    repair = new Repair(0, refused);
    return refused.isEmpty();
  }

  private void findOrphans(Volume volume, Inspection inspection, boolean discard) {
    List<BlobId> page;
    String after = "";
    do {
      page = volume.list(after, AT_ONCE);
      List<BlobId> found =
          inspection.unreferenced(page).stream()
              .filter(id -> volume.holds(new BlobAt(id, volume.volumeId())))
              .sorted()
              .toList();
      for (BlobId each : found) tell(volume, each);
      if (discard) discard(volume, found);
      if (!page.isEmpty()) after = page.getLast().text();
    } while (page.size() == AT_ONCE);
  }

  private void discard(Volume volume, List<BlobId> found) {
    objects.discard(
        found.stream().map(each -> new BlobAt(each, volume.volumeId())).toList(),
        clock.instant().plus(KEPT_FOR));
    synchronized (this) {
      repair = new Repair(repair.discarded() + found.size(), "");
    }
  }

  private synchronized void tell(Inspection.Flaw flaw) {
    LOG.warn("not whole: {}/{} {}: {}", flaw.bucket(), flaw.key(), flaw.version(), flaw.problem());
    flaws++;
    if (flawed.size() < KEPT) {
      flawed.add(new Flaw(flaw.bucket(), flaw.key(), flaw.version(), flaw.problem()));
    }
  }

  private void tell(Volume volume, BlobId orphan) {
    BlobLabel label = volume.label(orphan);
    BelongsTo owner = label.owner();
    LOG.warn(
        "nothing refers to blob {} on {}, written for {}/{}",
        orphan,
        volume.root(),
        owner.bucket(),
        owner.key());
    tell(new Orphan(orphan.text(), volume.root().toString(), label));
  }

  private synchronized void tell(Orphan orphan) {
    orphans++;
    if (orphaned.size() < KEPT) orphaned.add(orphan);
  }
}
