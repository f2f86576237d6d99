package io.tarn.node;

import io.tarn.console.Upkeep.CheckReport;
import io.tarn.console.Upkeep.Flaw;
import io.tarn.console.Upkeep.Orphan;
import io.tarn.console.Upkeep.Progress;
import io.tarn.disk.DamagedBlobs;
import io.tarn.disk.Volume;
import io.tarn.index.IndexedStore;
import io.tarn.index.Inspection;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the metadata and the volumes against each other when it is asked to, one at a time, beside
/// everything else. It changes nothing. What it finds it keeps up to a bound, and logs.
final class ConsistencyCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ConsistencyCheck.class);
  private static final int KEPT = 1000;

  /// Blobs looked for in one pass through the rows: some tens of megabytes.
  private static final int AT_ONCE = 250_000;

  private final List<Volume> volumes;
  private final IndexedStore objects;
  private final InstantSource clock;
  private final List<Flaw> flawed = new ArrayList<>();
  private final List<Orphan> orphaned = new ArrayList<>();
  private Progress progress = new Progress(false, Instant.EPOCH, Instant.EPOCH);
  private long versions;
  private long flaws;
  private long orphans;
  private String problem = "";

  ConsistencyCheck(List<Volume> volumes, IndexedStore objects, InstantSource clock) {
    this.volumes = volumes;
    this.objects = objects;
    this.clock = clock;
  }

  /// False when one runs.
  synchronized boolean start() {
    if (progress.running()) return false;
    progress = new Progress(true, clock.instant(), Instant.EPOCH);
    versions = flaws = orphans = 0;
    problem = "";
    flawed.clear();
    orphaned.clear();
    Thread.ofPlatform().daemon().name("fsck").start(this::run);
    return true;
  }

  synchronized CheckReport report() {
    return new CheckReport(progress, versions, flaws, flawed, orphans, orphaned, problem);
  }

  private void run() {
    String why = "";
    try {
      Inspection inspection = objects.inspection();
      Inspection.Seen seen = inspection.run(this::tell);
      synchronized (this) {
        versions = seen.versions();
      }
      for (Volume volume : volumes) tellDamage(volume);
      for (Volume volume : volumes) findOrphans(volume, inspection);
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

  private synchronized boolean isTold(Inspection.Flaw flaw) {
    return !flaw.bucket().isEmpty()
        && flawed.stream()
            .anyMatch(
                told ->
                    told.bucket().equals(flaw.bucket())
                        && told.key().equals(flaw.key())
                        && told.version().equals(flaw.version()));
  }

  private void findOrphans(Volume volume, Inspection inspection) {
    List<BlobId> page;
    String after = "";
    do {
      page = volume.list(after, AT_ONCE);
      for (BlobId each : inspection.unreferenced(page)) if (volume.holds(each)) tell(volume, each);
      if (!page.isEmpty()) after = page.getLast().text();
    } while (page.size() == AT_ONCE);
  }

  private synchronized void tell(Inspection.Flaw flaw) {
    LOG.warn("not whole: {}/{} {}: {}", flaw.bucket(), flaw.key(), flaw.version(), flaw.problem());
    flaws++;
    if (flawed.size() < KEPT)
      flawed.add(new Flaw(flaw.bucket(), flaw.key(), flaw.version(), flaw.problem()));
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
