package io.tarn.node;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// What a server may have open at once, by its settings, against what the process may: with too
/// few, connections, reads and the metadata's tables fail each other's way.
///
/// - `needed`: when every connection and every place is taken
/// - `allowed`: the process's limit; `Long.MAX_VALUE` where there is none, or none is known
record OpenFiles(long needed, long allowed) {
  /// Two listeners may have so many connections each; a copy has two blobs open.
  private static final int LISTENERS = 2;

  private static final int BLOBS = 2;

  /// Tables to come, while others are compacted away.
  private static final int TABLES = 512;

  /// Libraries, locks, directories, logs, event loops.
  private static final int OTHERS = 256;

  /// Of the process that asks.
  static OpenFiles of(TarnConfig config, Path metadata) throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long allowed =
        system instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount()
            : Long.MAX_VALUE;
    return new OpenFiles(needed(config, metadata), allowed);
  }

  /// Of another process of this machine, where the machine tells (Linux), else of the one that
  /// asks.
  static OpenFiles of(TarnConfig config, Path metadata, long pid) throws IOException {
    Path limits = Path.of("/proc", Long.toString(pid), "limits");
    if (!Files.isReadable(limits)) return of(config, metadata);
    return new OpenFiles(needed(config, metadata), softLimit(Files.readString(limits)));
  }

  /// Out of a text as in proc_pid_limits(5): `Max open files  1024  4096  files`.
  static long softLimit(String limits) {
    return limits
        .lines()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> line.substring("Max open files".length()).strip())
        .map(line -> line.substring(0, line.indexOf(' ')))
        .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  private static long needed(TarnConfig config, Path metadata) throws IOException {
    return (long) LISTENERS * config.http().maxConnections()
        + (long) BLOBS * config.gateway().maxRequests()
        + files(metadata.resolve("db").resolve("db"))
        + TABLES
        + OTHERS;
  }

  private static long files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return 0;
    try (Stream<Path> there = Files.list(directory)) {
      return there.count();
    }
  }

  /// What is missing, and what to do about it; empty when it is enough.
  Optional<String> shortage() {
    if (allowed >= needed) return Optional.empty();
    return Optional.of(
        "the process may have %d files open, and with every connection and request it could need %d:"
                .formatted(allowed, needed)
            + " raise the limit (ulimit -n %1$d, or LimitNOFILE=%1$d in its unit), or lower http.max-connections"
                .formatted(needed)
            + " and gateway.max-requests");
  }
}
