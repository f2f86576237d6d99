package io.tarn.meta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/// Reads every table and blob file and checks the checksum of each block and each value, and of
/// each record of the MANIFEST.
///
/// A file that a compaction removes meanwhile is skipped; one that is still in use and cannot be
/// read is [Damage]. The log is not read: what is in it is in memory too, and the next start checks
/// it.
final class RocksVerification {

  private final RocksEngine engine;
  private final Path directory;
  private final BooleanSupplier cancelled;
  private final List<Damage> found = new ArrayList<>();

  RocksVerification(RocksEngine engine, Path directory, BooleanSupplier cancelled) {
    this.engine = engine;
    this.directory = directory;
    this.cancelled = cancelled;
  }

  /// Blocks for as long as it takes to read everything. Fails with [MetaException.Unavailable] when
  /// it is cancelled.
  List<Damage> run() {
    for (String name : new TreeSet<>(live())) {
      if (cancelled.getAsBoolean()) {
        throw new MetaException.Unavailable("the store was closed while it was verified", null);
      }
      try {
        verify(directory, name, cancelled);
      } catch (RocksDBException | IOException e) {
        if (live().contains(name)) found.add(new Damage(name, String.valueOf(e.getMessage())));
      }
    }
    return found;
  }

  /// Of a database that nobody has open: all of its files.
  static List<Damage> ofFiles(Path directory) throws IOException {
    List<Damage> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        try {
          verify(directory, name, () -> false);
        } catch (RocksDBException | IOException e) {
          found.add(new Damage(name, String.valueOf(e.getMessage())));
        }
      }
    }
    return found;
  }

  private static void verify(Path directory, String name, BooleanSupplier cancelled)
      throws RocksDBException, IOException {
    Path file = directory.resolve(name);
    if (name.endsWith(".blob")) {
      RocksBlobFile.verify(file, cancelled);
    } else if (name.endsWith(".sst")) {
      try (Options options = new Options();
          SstFileReader reader = new SstFileReader(options)) {
        reader.open(file.toString());
        reader.verifyChecksum();
      }
    } else if (name.startsWith("MANIFEST-")) {
      Optional<String> damage = LogFile.damage(file);
      if (damage.isPresent()) throw new IOException(damage.get());
    }
  }

  /// The names of the files in use.
  private Set<String> live() {
    try {
      Set<String> names = new HashSet<>();
      for (String name : engine.db.getLiveFiles(false).files) {
        names.add(name.startsWith("/") ? name.substring(1) : name);
      }
      return names;
    } catch (RocksDBException e) {
      throw RocksFailures.ofRead(e);
    }
  }
}
