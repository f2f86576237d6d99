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
  List<Path> blobs() throws IOException {
    return files(root.resolve("blobs"));
  }

  List<Path> staged() throws IOException {
    return files(root.resolve("staging"));
  }

  /// Those that are there throughout: the server may be deleting others.
  static List<Path> files(Path directory) throws IOException {
    while (true)
      try (Stream<Path> walk = Files.walk(directory)) {
        return walk.filter(Files::isRegularFile).sorted().toList();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) throw e;
      }
  }
}
