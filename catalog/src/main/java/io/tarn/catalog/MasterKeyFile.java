package io.tarn.catalog;

import io.tarn.bytes.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file with the master keys, for its owner only.
final class MasterKeyFile {
  private static final Logger LOG = LoggerFactory.getLogger(MasterKeyFile.class);
  private static final int LONGEST = 4096;
  private static final String COMMENT =
      "# The master key of Tarn. Without it no access key can be checked: keep a copy of this file"
          + " apart from the data.\n";

  private final Path file;

  MasterKeyFile(Path file) {
    this.file = file.toAbsolutePath();
    if (this.file.getParent() == null) throw new MasterKeyFailure(file + " is no key file", null);
  }

  /// Empty when there is no file.
  Optional<MasterKeys> read() {
    try {
      if (!DurableFile.isThere(file)) return Optional.empty();
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
    if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
      LOG.warn("everybody on this machine can read the master key in {}: chmod 600 it", file);
    }
  }

  /// Durable when it returns.
  void write(MasterKeys keys) {
    var text = new StringBuilder(COMMENT);
    for (MasterKey key : keys.keys()) text.append(key.text()).append('\n');
    try {
      new DurableFile(file, DurableFile.Readers.OWNER).write(text.toString());
    } catch (IOException e) {
      throw new MasterKeyFailure("cannot write the master key to " + file, e);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
