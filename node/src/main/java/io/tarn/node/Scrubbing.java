package io.tarn.node;

import io.tarn.console.Upkeep.DamagedBlob;
import io.tarn.console.Upkeep.Finding;
import io.tarn.console.Upkeep.Progress;
import io.tarn.console.Upkeep.Round;
import io.tarn.console.Upkeep.ScrubReport;
import io.tarn.console.Upkeep.VolumeScrub;
import io.tarn.disk.DamagedBlobs;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.ScrubState;
import io.tarn.disk.Scrubber;
import io.tarn.disk.Volume;
import io.tarn.meta.Damage;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaStore;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads everything that is stored at the configured pace, again and again: one volume after the
/// other, then the metadata. Each has rounds of its own, and when the next one is due follows from
/// when the last one ended, so that a restart changes nothing; one that was interrupted goes on.
/// What stands in the way of one volume does not keep the others.
final class Scrubbing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubbing.class);
  private static final int KEPT = 1000;
  private static final Duration NAME_EVERY = Duration.ofHours(1);
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
  private static final Duration RETRY = Duration.ofMinutes(1);
  private static final Duration END = Duration.ofSeconds(10);

  private final List<Disk> disks;
  private final MetaStore meta;
  private final Path metadata;
  private final Owners owners;
  private final DiskSettings settings;
  private final InstantSource clock;
  private final Instant from;
  private final Object monitor = new Object();
  private final Thread thread = Thread.ofPlatform().daemon().name("scrub").unstarted(this::run);
  private final List<Finding> findings = new ArrayList<>();
  private volatile ScrubState ofMetadata;
  private boolean running;
  private boolean wanted;
  private boolean closed;
  private long next = System.nanoTime();

  /// Who knows what blobs belong to.
  interface Owners {
    Map<BlobId, BelongsTo> of(Set<BlobId> blobs);
  }

  /// A volume, who reads it, and what keeps that one from it.
  private final class Disk implements Scrubber.Work {
    private final Scrubber scrubber;
    private volatile String problem = "";
    private volatile boolean reading;
    private Instant notBefore = Instant.EPOCH;
    private Instant named = Instant.EPOCH;

    Disk(Volume volume) {
      scrubber = new Scrubber(volume, this, clock);
    }

    private Instant due() {
      Instant due = Scrubbing.this.due(scrubber.state());
      return due.isAfter(notBefore) ? due : notBefore;
    }

    /// False when the node ends.
    private boolean scrub() {
      reading = true;
      try {
        switch (scrubber.run()) {
          case STOPPED -> {
            return false;
          }
          case FENCED -> putOff("not read, for it takes no writes");
          case ENDED -> {
            problem = "";
            nameDamage(true);
            Round round = Scrubbing.round(scrubber.state().last());
            LOG.info("scrubbed {} to its end: {}", scrubber.volume().root(), round);
          }
        }
      } catch (RuntimeException e) {
        LOG.error("the scrub of {} does not go on", scrubber.volume().root(), e);
        putOff(String.valueOf(e.getMessage()));
      } finally {
        reading = false;
      }
      return true;
    }

    private void putOff(String why) {
      problem = why;
      notBefore = clock.instant().plus(RETRY);
    }

    @Override
    public boolean mayGoOn(long bytes) {
      return keepPace(bytes);
    }

    @Override
    public void found(Scrubber.Finding found) {
      String id = scrubber.volume().id();
      LOG.error("damaged: {} on {}: {}", found.name(), id, found.problem());
      if (found.isBlob()) {
        nameDamage(false);
      } else {
        tell(id, found.name(), found.problem());
      }
    }

    /// Looks for what damaged blobs belong to: a pass through the metadata, once an hour or at the
    /// end of a round.
    private void nameDamage(boolean always) {
      if (!always && clock.instant().isBefore(named.plus(NAME_EVERY))) return;
      Set<BlobId> unnamed = damaged().unnamed();
      if (unnamed.isEmpty()) return;
      named = clock.instant();
      try {
        damaged().name(owners.of(unnamed));
      } catch (StoreFailure | MetaException e) {
        LOG.warn("cannot see what damaged blobs belong to: {}", e.toString());
      }
    }

    private DamagedBlobs damaged() {
      return scrubber.volume().damaged();
    }

    private List<DamagedBlob> damage() {
      return damaged().list().stream().map(this::shown).toList();
    }

    private DamagedBlob shown(DamagedBlobs.Entry entry) {
      return new DamagedBlob(
          scrubber.volume().id(),
          entry.blob().text(),
          entry.owner(),
          entry.state().name().toLowerCase(Locale.ROOT),
          entry.problem(),
          entry.found(),
          entry.bytes(),
          damaged().directory().resolve(entry.blob().text()).toString());
    }

    private VolumeScrub shown() {
      ScrubState state = scrubber.state();
      return new VolumeScrub(
          scrubber.volume().id(),
          scrubber.volume().root().toString(),
          reading ? "reading" : problem.isEmpty() ? "waiting" : problem,
          scrubber.passed(),
          scrubber.shards(),
          round(state.round()),
          round(state.last()));
    }
  }

  Scrubbing(
      List<Volume> volumes,
      MetaStore meta,
      Path metadata,
      Owners owners,
      DiskSettings settings,
      InstantSource clock) {
    this.meta = meta;
    this.metadata = metadata;
    this.owners = owners;
    this.settings = settings;
    this.clock = clock;
    this.from = clock.instant().plus(settings.scrubDelay());
    this.disks = volumes.stream().map(Disk::new).toList();
    this.ofMetadata = ScrubState.read(metadata);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (awaitTurn()) {
        turn();
        look();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// Waits until something is asked for or due, but not for long; false when the node ends.
  private boolean awaitTurn() throws InterruptedException {
    Instant due = nextDue();
    synchronized (monitor) {
      Instant end = clock.instant().plus(LOOK_EVERY);
      if (due.isBefore(end)) end = due;
      while (!closed && !wanted && clock.instant().isBefore(end)) {
        monitor.wait(Math.max(1, Duration.between(clock.instant(), end).toMillis()));
      }
      return !closed;
    }
  }

  /// Sees what people removed of what was set aside.
  private void look() {
    for (Disk disk : disks) {
      if (disk.scrubber.volume().problem() == null) disk.damaged().refresh();
    }
  }

  private Instant nextDue() {
    Instant due = metadataDue();
    for (Disk disk : disks) {
      if (disk.due().isBefore(due)) due = disk.due();
    }
    return due;
  }

  private Instant due(ScrubState state) {
    if (state.isUnderway()) return from;
    Instant due = state.last().ended().plus(settings.scrubEvery());
    return due.isAfter(from) ? due : from;
  }

  /// What was damaged is told again after a restart, for nobody keeps what it was.
  private Instant metadataDue() {
    boolean known = ofMetadata.last().ended().isAfter(from) || ofMetadata.last().damaged() == 0;
    return known ? due(ofMetadata) : from;
  }

  /// Does what is asked for or due now, one after the other.
  void turn() {
    boolean asked;
    synchronized (monitor) {
      asked = wanted;
      if (!asked && !isNow(nextDue())) return;
      wanted = false;
      running = true;
      if (asked) findings.clear();
    }
    try {
      if (asked) {
        for (Disk disk : disks) disk.scrubber.restart();
      }
      for (Disk disk : disks) {
        if ((asked || isNow(disk.due())) && !disk.scrub()) return;
      }
      if (asked || isNow(metadataDue())) verifyMetadata();
    } finally {
      synchronized (monitor) {
        running = false;
      }
    }
  }

  private boolean isNow(Instant due) {
    return !clock.instant().isBefore(due);
  }

  private void verifyMetadata() {
    ScrubState state = ofMetadata.begun(clock.instant());
    ofMetadata = state;
    long damaged = 1;
    try {
      List<Damage> found = meta.verify().toCompletableFuture().join();
      damaged = found.size();
      for (Damage damage : found) {
        LOG.error("damaged: {} of the metadata: {}", damage.file(), damage.problem());
        tell("metadata", damage.file(), damage.problem());
      }
    } catch (CompletionException | MetaException e) {
      LOG.error("the metadata cannot be verified", e);
      tell("metadata", "", String.valueOf(e.getMessage()));
    }
    state = state.withDamage(damaged).ended(clock.instant());
    ofMetadata = state;
    try {
      state.write(metadata);
    } catch (IOException e) {
      LOG.warn("cannot note in {} that the metadata was scrubbed: {}", metadata, e.toString());
    }
  }

  /// Waits as long as reading so much is to take; false when the node ends.
  private boolean keepPace(long bytes) {
    long now = System.nanoTime();
    next = Math.max(next, now) + (long) (bytes * 1e9 / settings.scrubRate().bytes());
    synchronized (monitor) {
      try {
        for (long left = next - now; !closed && left > 1_000_000; left = next - System.nanoTime()) {
          monitor.wait(left / 1_000_000);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e); // nobody interrupts it
      }
      return !closed;
    }
  }

  private void tell(String volume, String name, String problem) {
    synchronized (monitor) {
      var finding = new Finding(volume, name, problem);
      if (findings.size() < KEPT && !findings.contains(finding)) findings.add(finding);
    }
  }

  /// Begins a round of everything from the beginning; false while something is read.
  boolean startRound() {
    synchronized (monitor) {
      if (running || wanted) return false;
      wanted = true;
      monitor.notifyAll();
      return true;
    }
  }

  ScrubReport report() {
    List<VolumeScrub> volumes = disks.stream().map(Disk::shown).toList();
    List<DamagedBlob> damage = disks.stream().flatMap(disk -> disk.damage().stream()).toList();
    synchronized (monitor) {
      var all = new ArrayList<ScrubState>();
      for (Disk disk : disks) all.add(disk.scrubber.state());
      all.add(ofMetadata);
      if (wanted) all.replaceAll(state -> state.begun(clock.instant()));
      boolean underway = wanted || running || all.stream().anyMatch(ScrubState::isUnderway);
      Instant started = Instant.EPOCH;
      Instant ended = Instant.EPOCH;
      long blobs = 0;
      long bytes = 0;
      long damaged = 0;
      for (ScrubState state : all) {
        ScrubState.Round shown = state.isUnderway() ? state.round() : state.last();
        if (started.equals(Instant.EPOCH) || shown.started().isBefore(started)) {
          started = shown.started();
        }
        if (!underway && shown.ended().isAfter(ended)) ended = shown.ended();
        blobs += shown.blobs();
        bytes += shown.bytes();
        damaged += shown.damaged();
      }
      var progress = new Progress(wanted || running, started, ended);
      return new ScrubReport(progress, blobs, bytes, damaged, findings, damage, volumes);
    }
  }

  private static Round round(ScrubState.Round round) {
    return new Round(
        round.started(),
        round.ended(),
        round.blobs(),
        round.bytes(),
        round.damaged(),
        round.foreign());
  }

  /// What is being read is given up, and goes on at the next start.
  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
    try {
      if (thread.isAlive() && !thread.join(END)) {
        LOG.warn("the scrub does not end; it is left alone");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
