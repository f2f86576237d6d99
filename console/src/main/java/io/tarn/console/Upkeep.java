package io.tarn.console;

import io.tarn.store.BelongsTo;
import io.tarn.store.BlobLabel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// What can be done to the volumes and the listeners while the server runs. Thread-safe.
public interface Upkeep {
  /// Begins to read and check everything that is stored, in the background. False when a scrub runs
  /// already.
  boolean startScrub();

  /// The scrub that runs, else the last one.
  ScrubReport scrub();

  /// Removes now what is due to be removed, up to the store's own bound for one round; returns how
  /// much that was.
  long collectGarbage();

  /// Has what could not be removed tried again: what stood in the way may be gone.
  void retryGarbage();

  /// Begins to copy the metadata into a directory of the server's machine, in the background. False
  /// when a backup is being made already.
  boolean startBackup(Path directory);

  /// The backup that is being made, else the last one.
  BackupReport backup();

  /// How a backup of the metadata went; `problem` is empty unless it failed.
  record BackupReport(
      boolean running,
      String directory,
      Instant started,
      long bytes,
      String problem,
      String warning) {
    public static final BackupReport NEVER = new BackupReport(false, "", Instant.EPOCH, 0, "", "");
  }

  /// Begins to hold metadata and blobs against each other, in the background. False when that is
  /// being done. It changes nothing, unless it is to `repair`: then blobs that no object refers to
  /// are made garbage, which is removed some days later.
  boolean startCheck(boolean repair);

  /// The check that runs, else the last one.
  CheckReport check();

  /// What a check found: objects whose bytes are not there as they should be, and blobs that no
  /// object refers to. The counts are of all, the lists have the first of them. `problem` says why
  /// it did not come to its end.
  record CheckReport(
      Progress progress,
      long versions,
      long flaws,
      List<Flaw> flawed,
      long orphans,
      List<Orphan> orphaned,
      Repair repair,
      String problem) {
    public static final CheckReport NEVER =
        new CheckReport(
            new Progress(false, Instant.EPOCH, Instant.EPOCH),
            0,
            0,
            List.of(),
            0,
            List.of(),
            Repair.NONE,
            "");

    public CheckReport {
      flawed = List.copyOf(flawed);
      orphaned = List.copyOf(orphaned);
    }
  }

  /// How many orphans became garbage; `refused` says why none did though it was asked for.
  record Repair(long discarded, String refused) {
    public static final Repair NONE = new Repair(0, "");
  }

  /// `bucket`, `key` and `version` are empty for a part of an upload.
  record Flaw(String bucket, String key, String version, String problem) {}

  /// A blob that nothing refers to, the directory of its volume, and what it says of itself.
  record Orphan(String blob, String volume, BlobLabel label) {}

  /// Reads the certificate and its key again, for connections to come. False when there is none.
  ///
  /// @throws java.io.UncheckedIOException when they cannot be used; those before stay in use
  boolean reloadCertificate();

  /// Finds out whether a volume can be written to; if so, it takes writes again. Fails with a
  /// [io.tarn.store.StoreFailure] that says what is wrong.
  void checkVolume(String volume);

  /// How scrubbing goes, of all volumes together and of each: of the round that is underway, else
  /// of the last whole one. Times are [Instant#EPOCH] where they do not apply. `damaged` counts all
  /// that was found then. `damage` lists the blobs that are, or were, damaged, whenever that was
  /// found, and `findings` what is no blob; each of them up to a bound.
  record ScrubReport(
      Progress progress,
      long blobs,
      long bytes,
      long damaged,
      List<Finding> findings,
      List<DamagedBlob> damage,
      List<VolumeScrub> volumes) {
    public static final ScrubReport NEVER =
        new ScrubReport(
            new Progress(false, Instant.EPOCH, Instant.EPOCH),
            0,
            0,
            0,
            List.of(),
            List.of(),
            List.of());

    public ScrubReport {
      findings = List.copyOf(findings);
      damage = List.copyOf(damage);
      volumes = List.copyOf(volumes);
    }
  }

  /// How the scrub of one volume goes.
  ///
  /// - `state`: what it does now: `reading`, `waiting`, or why it does not go on
  /// - `passed`: how many of the `directories` of blobs it has behind it in this round
  /// - `round`: the one underway
  /// - `last`: the last one that came to its end
  record VolumeScrub(
      String volume,
      String directory,
      String state,
      int passed,
      int directories,
      Round round,
      Round last) {}

  /// What a round of a scrub came to; `foreign` are files that are no blobs.
  record Round(Instant started, Instant ended, long blobs, long bytes, long damaged, long foreign) {
    public static final Round NONE = new Round(Instant.EPOCH, Instant.EPOCH, 0, 0, 0, 0);
  }

  record Progress(boolean running, Instant started, Instant ended) {}

  /// A file that is no blob and cannot be read, such as one of the metadata, and why.
  record Finding(String volume, String blob, String problem) {}

  /// A blob that was found damaged, and what it belongs to as far as that is known.
  ///
  /// - `state`: `damaged`; `deleted` when its object is gone and only what was set aside is left;
  ///   `replaced` when another file is in its place
  /// - `file`: what was set aside
  record DamagedBlob(
      String volume,
      String blob,
      BelongsTo owner,
      String state,
      String problem,
      Instant found,
      long bytes,
      String file) {
    public boolean isDamaged() {
      return state.equals("damaged");
    }
  }
}
