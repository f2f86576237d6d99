package io.tarn.tree;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The directory in the root that Tarn keeps for itself ([Place#RESERVED]), on the same file system
/// as what is renamed out of it. One process has it at a time. Without it nothing can be written.
///
/// - `staging/`: files that are being written; emptied at each start
/// - `records/`, `made/`, `parts/`: side-cars ([FileRecords])
/// - `uploads/`: uploads in progress, which outlive a restart ([UploadFiles])
final class Reserved implements AutoCloseable {
  private static final byte[] NAME = bytes(Place.RESERVED);

  private final FileChannel lock;
  private final Descriptor staging;
  private final Descriptor records;
  private final Descriptor made;
  private final Descriptor parts;
  private final Descriptor uploads;
  private final AtomicLong count = new AtomicLong();

  private Reserved(FileChannel lock, Descriptor reserved) throws CallFailed {
    this.lock = lock;
    this.staging = inside(reserved, "staging");
    this.records = inside(reserved, "records");
    this.made = inside(reserved, "made");
    this.parts = inside(reserved, "parts");
    this.uploads = inside(reserved, "uploads");
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /// Null where nothing may be written. Fails with [StoreFailure.Unavailable] while somebody has
  /// it, and where two keys would be one file.
  static @Nullable Reserved take(Descriptor root, Path path) throws IOException {
    try {
      if (root.makePrivateDirectory(NAME)) root.sync();
    } catch (CallFailed e) {
      if (e.is(CallFailed.EROFS, CallFailed.EACCES, CallFailed.EPERM)) return null;
      throw e;
    }
    requireCase(root, path);
    try (Descriptor reserved = root.directory(NAME)) {
      FileChannel lock = lock(path.resolve(Place.RESERVED).resolve("lock"), path);
      if (lock == null) return null;
      try {
        var taken = new Reserved(lock, reserved);
        reserved.sync();
        taken.sweep();
        return taken;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    }
  }

  /// Where `A` and `a` are one file, keys would replace each other.
  private static void requireCase(Descriptor root, Path path) throws CallFailed {
    try {
      root.state(bytes(Place.RESERVED.toUpperCase(Locale.ROOT)));
    } catch (CallFailed e) {
      if (e.isAbsent()) return;
      throw e;
    }
    throw new StoreFailure.Unavailable(
        "%s is on a file system that takes capital and small letters for the same, and keys of S3 do"
                .formatted(path)
            + " not; take one that tells them apart",
        null);
  }

  private static @Nullable FileChannel lock(Path file, Path root) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (java.nio.file.AccessDeniedException e) {
      return null;
    }
    try {
      if (channel.tryLock() != null) return channel;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(root, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw inUse(root, null);
  }

  private static StoreFailure.Unavailable inUse(Path root, @Nullable Throwable cause) {
    return new StoreFailure.Unavailable(
        "%s is in use: another server has it as an origin, or two origins are this directory"
            .formatted(root),
        cause);
  }

  private static Descriptor inside(Descriptor reserved, String name) throws CallFailed {
    reserved.makePrivateDirectory(bytes(name));
    return reserved.directory(bytes(name));
  }

  /// Nobody else has the lock, so whatever is being written there is of a process that ended.
  private void sweep() throws CallFailed {
    for (byte[] name : names(staging)) staging.unlink(name);
  }

  /// The names in one of the directories here, which are few.
  static List<byte[]> names(Descriptor directory) throws CallFailed {
    var names = new ArrayList<byte[]>();
    directory.list(
        (name, _) -> {
          names.add(name);
          return true;
        });
    return names;
  }

  /// A new file that nobody sees yet.
  Staged stage() throws CallFailed {
    byte[] name = bytes(HexFormat.of().toHexDigits(count.incrementAndGet()));
    return new Staged(staging, name, staging.create(name));
  }

  Descriptor sideCars(FileRecords.Kind kind) {
    return switch (kind) {
      case FACTS -> records;
      case MADE -> made;
    };
  }

  Descriptor parts() {
    return parts;
  }

  Descriptor uploads() {
    return uploads;
  }

  @Override
  public void close() throws IOException {
    for (Descriptor each : List.of(staging, records, made, parts, uploads)) each.close();
    lock.close();
  }
}
