package io.tarn.meta;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Makes names durable. RocksDB syncs the directory of its files, and not those that one lies in.
final class Directories {

  private Directories() {}

  /// The names in `directory` survive a power cut.
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// The names in `directory` survive a power cut, and so do those of the directories it lies in,
  /// any of which may be new. Above what this user may read nothing was made by this user.
  static void syncUpwards(Path directory) throws IOException {
    try {
      for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) sync(at);
    } catch (AccessDeniedException e) {
      if (e.getFile() != null && directory.toAbsolutePath().equals(Path.of(e.getFile()))) throw e;
    }
  }
}
