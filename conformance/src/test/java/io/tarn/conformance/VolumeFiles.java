package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
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

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
