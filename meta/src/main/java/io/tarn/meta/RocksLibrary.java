package io.tarn.meta;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads RocksDB's native library from a file that is unpacked once and kept, instead of 17 MB into
/// the temporary directory at each start. The environment variable `ROCKSDB_SHAREDLIB_DIR` names
/// another directory for it (read-only or no-exec data directories).
///
/// The copy lives under the checksum its archive records for it, so that a new release never runs
/// with an old library. The directory must not be writable by others.
final class RocksLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(RocksLibrary.class);

  private static boolean loaded;

  private RocksLibrary() {}

  /// Call it before any other class of RocksDB is touched. `cache` is created when missing.
  static synchronized void load(Path cache) {
    if (loaded) return;
    String given = System.getenv("ROCKSDB_SHAREDLIB_DIR");
    try {
      Path directory = unpack(given == null ? cache : Path.of(given));
      RocksDB.loadLibrary(List.of(directory.toAbsolutePath().toString()));
    } catch (UnsatisfiedLinkError e) {
      // A data directory mounted noexec cannot hold libraries; the temporary directory may.
      LOG.warn("cannot load the RocksDB library from {}: {}", cache, e.getMessage());
      RocksDB.loadLibrary();
    } catch (IOException e) {
      throw new MetaException.Unavailable("cannot unpack the RocksDB library into " + cache, e);
    }
    loaded = true;
  }

  private static Path unpack(Path cache) throws IOException {
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL packed = RocksDB.class.getResource("/" + name);
    if (packed == null) {
      name = Environment.getFallbackJniLibraryFileName("rocksdb");
      packed = RocksDB.class.getResource("/" + name);
    }
    if (packed == null) throw new IOException("no RocksDB library for this platform: " + name);
    URLConnection connection = packed.openConnection();
    Path directory = cache.resolve("rocksdb-" + identity(connection));
    // The loader that takes directories adds "jni" to a name that has it already.
    Path library = directory.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (!Files.exists(library) || Files.size(library) != connection.getContentLengthLong()) {
      Files.createDirectories(directory);
      Path partial = Files.createTempFile(directory, "unpacking", ".part");
      try (InputStream in = connection.getInputStream()) {
        Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(partial, library, StandardCopyOption.ATOMIC_MOVE);
    }
    return directory;
  }

  private static String identity(URLConnection connection) throws IOException {
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getContentLengthLong());
  }
}
