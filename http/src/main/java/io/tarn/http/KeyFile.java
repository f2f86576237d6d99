package io.tarn.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// The file with the private key of a listener: who may read or replace it speaks for the server.
public final class KeyFile {
  private static final Set<PosixFilePermission> TOO_MUCH =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_WRITE);

  private KeyFile() {}

  /// What is wrong with who may do what to the file, and what to do about it; empty when nothing
  /// is, or where files have no such permissions. A group may read it: keys are often given to
  /// servers that way.
  ///
  /// @throws IOException when the file cannot be looked at
  public static Optional<String> exposure(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    for (var allowed : Files.getPosixFilePermissions(file)) {
      if (TOO_MUCH.contains(allowed)) {
        return Optional.of(
            "the private key %s can be read or replaced by other users; run chmod 600 on it and,"
                    .formatted(file)
                + " if anybody may have, replace the key");
      }
    }
    return Optional.empty();
  }
}
