package io.tarn.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files of a volume, seen from outside.
record VolumeFiles(Path root) {
  private static final String NOTE = ".shared";

  List<Path> blobs() throws IOException {
    return files(root.resolve("blobs")).stream().filter(file -> !isNote(file)).toList();
  }

  /// Notes that a blob shares the file of another, without that blob.
  List<Path> strayNotes() throws IOException {
    return files(root.resolve("blobs")).stream()
        .filter(VolumeFiles::isNote)
        .filter(note -> !Files.exists(Path.of(note.toString().replace(NOTE, ""))))
        .toList();
  }

  private static boolean isNote(Path file) {
    return file.toString().endsWith(NOTE);
  }

  List<Path> staged() throws IOException {
    return files(root.resolve("staging"));
  }

  /// Those that are there throughout: the server may be deleting others.
  static List<Path> files(Path directory) throws IOException {
    while (true) {
      try (Stream<Path> walk = Files.walk(directory)) {
        return walk.filter(Files::isRegularFile).sorted().toList();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) throw e;
      }
    }
  }
}
