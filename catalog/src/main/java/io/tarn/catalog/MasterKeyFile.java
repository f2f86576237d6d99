package io.tarn.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file with the master keys. Written whole to a new file, synced, renamed, and the directory
/// synced, so that a power cut leaves the old one or the new one.
final class MasterKeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(MasterKeyFile.class);
  private static final int LONGEST = 4096;
  private static final String COMMENT =
      "# The master key of Tarn. Without it no access key can be checked: keep a copy of this file"
          + " apart from the data.\n";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final Path directory;

  MasterKeyFile(Path file) {
    this.file = file.toAbsolutePath();
    Path parent = this.file.getParent();
    if (parent == null) throw new MasterKeyFailure(file + " is no key file", null);
    this.directory = parent;
  }

  /// Empty when there is no file.
  Optional<MasterKeys> read() {
    try {
      if (Files.notExists(file)) return Optional.empty();
      if (Files.size(file) > LONGEST) throw new MasterKeyFailure("it is too long", null);
      warnWhenOpen();
      return Optional.of(MasterKeys.parse(Files.readString(file, StandardCharsets.US_ASCII)));
    } catch (MasterKeyFailure e) {
      throw new MasterKeyFailure(
          "the master key file %s is damaged, put it back from your copy: %s"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new MasterKeyFailure("cannot read the master key from " + file, e);
    }
  }

  private void warnWhenOpen() throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.OTHERS_READ))
      LOG.warn("everybody on this machine can read the master key in {}: chmod 600 it", file);
  }

  /// Durable when it returns.
  void write(MasterKeys keys) {
    var text = new StringBuilder(COMMENT);
    for (MasterKey key : keys.keys()) text.append(key.text()).append('\n');
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      createDirectories(directory);
      Files.deleteIfExists(fresh);
      writeSynced(fresh, text.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      sync(directory);
    } catch (IOException e) {
      throw new MasterKeyFailure("cannot write the master key to " + file, e);
    }
  }

  private static void writeSynced(Path path, String text) throws IOException {
    var create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    try (FileChannel channel = FileChannel.open(path, create, ownerOnly)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) channel.write(bytes);
      channel.force(true);
    }
  }

  private static void createDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || Files.isDirectory(directory)) return;
    createDirectories(parent);
    Files.createDirectory(directory);
    sync(parent);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
