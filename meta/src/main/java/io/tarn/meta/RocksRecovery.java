package io.tarn.meta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the database without ever dropping an acknowledged commit in silence.
///
/// Before RocksDB sees them, [LogFile] checks the MANIFEST and the logs for the damage RocksDB does
/// not report; a store that is refused for it is as it was, so that the bytes can still be mended.
///
/// RocksDB's tolerant modes drop whatever follows a damaged log record, and take a flipped length
/// near the end for a write that was cut short. So the log is first read with no tolerance at all.
/// Only if that fails, two read-only looks decide: the log must read without an error but for its
/// tail (damage in the middle is an error there), stopping at the first damage must lose no later
/// log, and what is left must reach the [Watermark] of synced commits. Then the tail was a write
/// that the power or a kill cut short, nobody was told it had succeeded, and it is dropped.
///
/// Without a watermark the creation was cut short, after which RocksDB may have its files but not
/// all column families: it is gone on with. But tables are never made before that is over, so where
/// there are some, and no CURRENT, files were lost.
///
/// What was replayed is in synced tables when this returns: a crash may have left it in the page
/// cache alone, and whatever is served or built upon must outlive the next power cut.
final class RocksRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(RocksRecovery.class);
  private static final Pattern CURRENT_MANIFEST = Pattern.compile("(MANIFEST-\\d+)\n");

  private final Path directory;
  private final long watermark;
  private final MetaSettings settings;
  private final KeyRange contents;

  private RocksRecovery(Path directory, long watermark, MetaSettings settings, KeyRange contents) {
    this.directory = directory;
    this.watermark = watermark;
    this.settings = settings;
    this.contents = contents;
  }

  /// Opens or creates the database in `directory`. Fails with [MetaException.Corrupt] when it is
  /// damaged and [MetaException.Unavailable] when it cannot be opened, for instance because another
  /// process has it; the files are then as they were.
  static RocksEngine open(
      Path directory, Path watermarkFile, MetaSettings settings, KeyRange contents)
      throws IOException {
    long watermark = Watermark.read(watermarkFile);
    boolean there = Files.exists(directory.resolve("CURRENT"));
    if (!there && watermark >= 0) {
      throw new MetaException.Corrupt(
          "the metadata store was created but " + directory.resolve("CURRENT") + " is gone", null);
    }
    if (!there && hasTables(directory)) {
      throw new MetaException.Corrupt(
          "%s has tables but no CURRENT: files are missing; restore the whole of it from a backup"
              .formatted(directory),
          null);
    }
    RocksRecovery recovery = new RocksRecovery(directory, watermark, settings, contents);
    if (there) recovery.checkFraming();
    RocksEngine engine = recovery.open(!there);
    try {
      if (engine.sequence() < watermark) throw recovery.lost(engine.sequence());
      engine.checkPlaces();
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    return engine;
  }

  private static boolean hasTables(Path directory) throws IOException {
    try (DirectoryStream<Path> tables = Files.newDirectoryStream(directory, "*.{sst,blob}")) {
      return tables.iterator().hasNext();
    }
  }

  private void checkFraming() throws IOException {
    checkFraming(manifest());
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "*.log")) {
      for (Path log : logs) checkFraming(log);
    }
  }

  /// The MANIFEST that RocksDB is going to read.
  private Path manifest() throws IOException {
    Path current = directory.resolve("CURRENT");
    Matcher name = CURRENT_MANIFEST.matcher(Files.readString(current, StandardCharsets.ISO_8859_1));
    if (!name.matches()) throw damaged(current, "it does not name a MANIFEST");
    return directory.resolve(name.group(1));
  }

  private void checkFraming(Path file) throws IOException {
    // What is missing RocksDB reports, and knows whether it is needed or another process is at it.
    if (Files.exists(file)) {
      Optional<String> damage = LogFile.damage(file);
      if (damage.isPresent()) throw damaged(file, damage.get());
    }
  }

  private static MetaException.Corrupt damaged(Path file, String problem) {
    return new MetaException.Corrupt(
        "%s is damaged: %s. Nothing was changed. Put back this file as it was, or the whole of %s from a backup"
            .formatted(file, problem, file.getParent()),
        null);
  }

  private RocksEngine open(boolean fresh) {
    try {
      return open(WALRecoveryMode.AbsoluteConsistency);
    } catch (RocksDBException strict) {
      if (fresh || !RocksFailures.isDamage(strict)) throw cannotOpen(strict);
      checkOnlyTheTailIsTorn(strict);
    }
    try {
      LOG.warn("the end of the metadata log was never acknowledged and is dropped");
      return open(WALRecoveryMode.PointInTimeRecovery);
    } catch (RocksDBException e) {
      throw cannotOpen(e);
    }
  }

  private void checkOnlyTheTailIsTorn(RocksDBException strict) {
    try {
      long whole = look(WALRecoveryMode.TolerateCorruptedTailRecords);
      long prefix = look(WALRecoveryMode.PointInTimeRecovery);
      if (whole != prefix) {
        throw new MetaException.Corrupt("damage inside the log: " + strict.getMessage(), strict);
      }
      if (prefix < watermark) throw lost(prefix);
    } catch (RocksDBException e) {
      throw cannotOpen(e);
    }
  }

  private RocksEngine open(WALRecoveryMode mode) throws RocksDBException {
    RocksOptions options = new RocksOptions(settings);
    boolean incomplete = watermark < 0;
    try {
      return RocksEngine.open(directory, options.database(mode, incomplete), options, contents);
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  /// The sequence the database would have, changing nothing.
  private long look(WALRecoveryMode mode) throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (RocksOptions options = new RocksOptions(settings);
        RocksDB db =
            RocksDB.openReadOnly(
                options.database(mode, false), directory.toString(), options.families(), handles)) {
      handles.forEach(ColumnFamilyHandle::close);
      return db.getLatestSequenceNumber();
    }
  }

  private MetaException.Corrupt lost(long found) {
    return new MetaException.Corrupt(
        "acknowledged commits are missing from the metadata log in %s: it ends at %d, %d were acknowledged"
            .formatted(directory, found, watermark),
        null);
  }

  private MetaException cannotOpen(RocksDBException e) {
    if (RocksFailures.isDamage(e)) {
      return new MetaException.Corrupt(
          "the metadata store in " + directory + " is damaged: " + e.getMessage(), e);
    }
    return new MetaException.Unavailable(
        "the metadata store in " + directory + " cannot be opened: " + e.getMessage(), e);
  }
}
