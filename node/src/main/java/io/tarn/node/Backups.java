package io.tarn.node;

import io.tarn.bytes.DurableFile;
import io.tarn.console.Upkeep.BackupReport;
import io.tarn.meta.MetaStore;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes backups of the metadata, one at a time: those that are asked for, and those that are due.
/// When one is due follows from those that are there, so a restart changes nothing.
final class Backups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String STAMPED = "\\d{8}T\\d{6}\\.\\d{3}Z-";
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final Duration RETRY = Duration.ofMinutes(10);

  private final NodeHome home;
  private final MetaStore meta;
  private final BackupSettings settings;
  private final InstantSource clock;
  private final Object monitor = new Object();
  private final Thread thread = Thread.ofPlatform().daemon().name("backup").unstarted(this::run);
  private @Nullable Path wanted;
  private BackupReport report = BackupReport.NEVER;
  private boolean closed;
  // Of the thread.
  private Instant retry = Instant.EPOCH;

  Backups(NodeHome home, MetaStore meta, BackupSettings settings, InstantSource clock) {
    this.home = home;
    this.meta = meta;
    this.settings = settings;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  /// False when one is being made.
  boolean start(Path directory) {
    synchronized (monitor) {
      if (report.running()) return false;
      wanted = directory;
      begin(directory);
      monitor.notifyAll();
      return true;
    }
  }

  private void begin(Path directory) {
    report = new BackupReport(true, directory.toString(), clock.instant(), 0, "", "");
  }

  BackupReport report() {
    synchronized (monitor) {
      return report;
    }
  }

  private void run() {
    try {
      for (Path next = awaitTurn(); next != null; next = awaitTurn()) make(next);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// Where the next backup goes, when it is its turn; null when the node ends.
  private @Nullable Path awaitTurn() throws InterruptedException {
    Instant due = due();
    synchronized (monitor) {
      while (!closed && wanted == null && clock.instant().isBefore(due)) {
        monitor.wait(Math.clamp(Duration.between(clock.instant(), due).toMillis(), 1, 60_000));
      }
      if (closed) return null;
      Path next = wanted;
      wanted = null;
      if (next == null) {
        next = own().resolve(STAMP.format(clock.instant()) + "-" + home.state().node());
        begin(next);
      }
      return next;
    }
  }

  private Path own() {
    if (settings.to() == null) throw new IllegalStateException("no backup is ever due");
    return settings.to().toAbsolutePath().normalize();
  }

  private Instant due() {
    if (settings.to() == null) return NEVER;
    Instant due = Instant.EPOCH;
    try {
      List<MetadataBackup> made = made();
      if (!made.isEmpty()) due = made.getLast().index().made().plus(settings.every());
    } catch (IOException e) {
      LOG.warn("cannot see which backups there are: {}", e.toString());
    }
    return due.isAfter(retry) ? due : retry;
  }

  /// Those this node made by itself, the oldest first.
  private List<MetadataBackup> made() throws IOException {
    List<MetadataBackup> made = new ArrayList<>();
    for (Path each : stamped()) {
      try {
        made.add(MetadataBackup.in(each));
      } catch (StoreFailure.Corrupt e) {
        LOG.warn("not counted as a backup: {}", e.getMessage());
      }
    }
    made.sort(Comparator.comparing(backup -> backup.index().made()));
    return made;
  }

  /// The directories whose names say that they are this node's; no other touches them.
  private List<Path> stamped() throws IOException {
    if (!Files.isDirectory(own())) return List.of();
    try (Stream<Path> all = Files.list(own())) {
      String name = STAMPED + home.state().node();
      return all.filter(path -> path.getFileName().toString().matches(name)).sorted().toList();
    }
  }

  private void make(Path directory) {
    String problem = "";
    String warning = "";
    long bytes = 0;
    boolean due = settings.to() != null && directory.startsWith(own());
    try {
      if (due) forgetUnfinished();
      var backup =
          MetadataBackup.make(
              home.metadata(), meta, home.state().node(), directory, clock.instant());
      bytes = backup.index().bytes();
      if (backup.sharesItsDisk(home.metadata())) {
        warning = "it is on the disk it is a copy of: it helps against mistakes, not when it dies";
      }
      LOG.info("backup of the metadata in {}, {} bytes", directory, bytes);
      if (due) forgetOldest();
    } catch (IOException | RuntimeException e) {
      // Whatever it is, the next one is made.
      problem = String.valueOf(e.getMessage());
      LOG.error("no backup of the metadata in {}", directory, e);
      retry = clock.instant().plus(min(RETRY, settings.every()));
    }
    synchronized (monitor) {
      report =
          new BackupReport(false, directory.toString(), report.started(), bytes, problem, warning);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /// A kill left them.
  private void forgetUnfinished() throws IOException {
    for (Path each : stamped()) {
      if (!DurableFile.isThere(each.resolve(MetadataBackup.NAME))) MetadataBackup.delete(each);
    }
  }

  private void forgetOldest() throws IOException {
    List<MetadataBackup> made = made();
    for (MetadataBackup old : made.subList(0, Math.max(0, made.size() - settings.keep()))) {
      MetadataBackup.delete(old.directory());
    }
  }

  /// Waits for the backup that is being made: it reads the store.
  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
