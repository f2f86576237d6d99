package io.tarn.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Looks at a directory that a server would write to: may it, on what, and how long a write takes
/// to be durable. Leaves nothing behind.
final class DiskCheck {
  private static final int SYNCS = 15;
  private static final long SLOW_MICROS = 20_000;

  /// Faster than any device: the sync did not reach one.
  private static final long UNBELIEVABLE_MICROS = 5;

  private DiskCheck() {}

  static Diagnosis of(Path directory) {
    String check = "directory " + directory;
    Path existing = directory.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) existing = existing.getParent();
    if (existing == null) return Diagnosis.failed(check, "nothing of it exists", "name another");
    if (!Files.isDirectory(existing)) {
      return Diagnosis.failed(check, existing + " is not a directory", "name another");
    }
    if (!Files.isWritable(existing)) {
      return Diagnosis.failed(
          check, existing + " cannot be written", "change its owner, or run as another user");
    }
    try {
      return measured(check, existing, existing.equals(directory.toAbsolutePath()));
    } catch (IOException e) {
      return Diagnosis.failed(
          check, "writing fails: " + e, "look at the disk and its mount options");
    }
  }

  private static Diagnosis measured(String check, Path directory, boolean exists)
      throws IOException {
    FileStore store = Files.getFileStore(directory);
    long micros = medianSync(directory);
    String detail =
        "%s, %s free of %s, sync %s%s"
            .formatted(
                store.type(),
                Words.size(store.getUsableSpace()),
                Words.size(store.getTotalSpace()),
                micros < 1000 ? micros + " µs" : "%.1f ms".formatted(micros / 1000.0),
                exists ? "" : ", will be made");
    return switch (store.type()) {
      case "tmpfs", "ramfs" ->
          Diagnosis.warning(check, detail, "it is memory: everything is lost at a restart");
      case "overlay", "overlayfs" ->
          Diagnosis.warning(check, detail, "it goes away with the container: mount a volume there");
      case "nfs", "nfs4", "cifs", "smb3", "fuse.sshfs" ->
          Diagnosis.warning(check, detail, "a network file system may not keep its word on sync");
      default -> judged(check, detail, micros);
    };
  }

  private static Diagnosis judged(String check, String detail, long micros) {
    if (micros > SLOW_MICROS) {
      return Diagnosis.warning(
          check, detail, "syncs are slow: put the metadata on an SSD with --metadata=DIR");
    }
    if (micros < UNBELIEVABLE_MICROS) {
      return Diagnosis.warning(check, detail, "syncs seem to be switched off below this directory");
    }
    return Diagnosis.ok(check, detail);
  }

  private static long medianSync(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, ".tarn-doctor", ".tmp");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long[] micros = new long[SYNCS];
      for (int i = 0; i < SYNCS; i++) {
        long start = System.nanoTime();
        ByteBuffer block = ByteBuffer.allocate(4096);
        while (block.hasRemaining()) channel.write(block);
        channel.force(false);
        micros[i] = (System.nanoTime() - start) / 1000;
      }
      Arrays.sort(micros);
      return micros[SYNCS / 2];
    } finally {
      Files.delete(file);
    }
  }
}
