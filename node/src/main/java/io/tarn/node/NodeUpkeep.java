package io.tarn.node;

import io.tarn.console.Upkeep;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Scrubber;
import io.tarn.disk.Volume;
import io.tarn.index.Reaper;
import io.tarn.meta.Damage;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaStore;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after what is stored: reads everything at the configured pace, again and again, and tells
/// what cannot be served any more. While space is short it hurries the reaper.
final class NodeUpkeep implements Upkeep, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeUpkeep.class);
  private static final int PAGE = 64;
  private static final int KEPT = 1000;

  private final List<Volume> volumes;
  private final MetaStore meta;
  private final Reaper reaper;
  private final DiskSettings settings;
  private final InstantSource clock;
  private final SpaceWatch space;
  private final Backups backups;
  private final ConsistencyCheck check;
  private final Object monitor = new Object();
  private final List<Finding> findings = new ArrayList<>();
  private Progress progress = new Progress(false, Instant.EPOCH, Instant.EPOCH);
  private long blobs;
  private long bytes;
  private long damaged;
  private boolean wanted;
  private boolean closed;

  NodeUpkeep(
      List<Volume> volumes,
      MetaStore meta,
      Reaper reaper,
      DiskSettings settings,
      Backups backups,
      ConsistencyCheck check,
      InstantSource clock) {
    this.volumes = volumes;
    this.meta = meta;
    this.reaper = reaper;
    this.settings = settings;
    this.backups = backups;
    this.check = check;
    this.clock = clock;
    this.space = new SpaceWatch(volumes, settings.reserve(), meta, reaper::hurry, clock);
  }

  void start() {
    Thread.ofPlatform().daemon().name("scrub").start(this::run);
    space.start();
    backups.start();
  }

  private void run() {
    try {
      while (awaitTurn()) scrubAll();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// Waits until a scrub is asked for or due; false when the node ends.
  private boolean awaitTurn() throws InterruptedException {
    synchronized (monitor) {
      long due = clock.millis() + settings.scrubEvery().toMillis();
      while (!closed && !wanted && clock.millis() < due)
        monitor.wait(Math.max(1, due - clock.millis()));
      if (closed) return false;
      if (!wanted) begin();
      wanted = false;
      return true;
    }
  }

  /// From now on the answer to how it goes is about the new scrub, which runs.
  private void begin() {
    progress = new Progress(true, clock.instant(), Instant.EPOCH);
    blobs = bytes = damaged = 0;
    findings.clear();
  }

  private void scrubAll() throws InterruptedException {
    for (Volume volume : volumes) {
      try {
        if (!scrub(volume)) return;
      } catch (RuntimeException e) {
        // Whatever is wrong with one volume, the others are looked at, and this one next time.
        LOG.error("volume {} could not be scrubbed to its end", volume.id(), e);
        tell(volume.id(), "", String.valueOf(e.getMessage()));
      }
    }
    try {
      for (Damage damage : meta.verify().toCompletableFuture().join())
        tell("metadata", damage.file(), damage.problem());
    } catch (CompletionException | MetaException e) {
      tell("metadata", "", String.valueOf(e.getMessage()));
    }
    synchronized (monitor) {
      progress = new Progress(false, progress.started(), clock.instant());
    }
    LOG.info("scrubbed {} blobs, {} bytes; {} damaged", blobs, bytes, damaged);
  }

  /// False when the node ends meanwhile.
  private boolean scrub(Volume volume) throws InterruptedException {
    var scrubber =
        new Scrubber(volume, found -> tell(volume.id(), found.blob().text(), found.problem()));
    Scrubber.Progress page;
    do {
      page = scrubber.page(PAGE);
      count(page);
      if (!rest(page.bytes())) return false;
    } while (!page.done());
    return true;
  }

  /// Keeps the pace; false when the node ends.
  private boolean rest(long read) throws InterruptedException {
    long until = System.nanoTime() + (long) (read * 1e9 / settings.scrubRate().bytes());
    synchronized (monitor) {
      for (long left = until - System.nanoTime();
          !closed && left > 0;
          left = until - System.nanoTime()) monitor.wait(Math.max(1, left / 1_000_000));
      return !closed;
    }
  }

  private void count(Scrubber.Progress page) {
    synchronized (monitor) {
      blobs += page.blobs();
      bytes += page.bytes();
    }
  }

  private void tell(String volume, String blob, String problem) {
    LOG.error("damaged: {} on {}: {}", blob, volume, problem);
    synchronized (monitor) {
      damaged++;
      if (findings.size() < KEPT) findings.add(new Finding(volume, blob, problem));
    }
  }

  @Override
  public boolean startScrub() {
    synchronized (monitor) {
      if (progress.running()) return false;
      begin();
      wanted = true;
      monitor.notifyAll();
      return true;
    }
  }

  @Override
  public ScrubReport scrub() {
    synchronized (monitor) {
      return new ScrubReport(progress, blobs, bytes, damaged, findings);
    }
  }

  @Override
  public boolean startCheck() {
    return check.start();
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
    for (Volume volume : volumes) if (volume.id().equals(id)) volume.check();
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
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
  }
}
