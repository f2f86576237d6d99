package io.tarn.testkit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A pipe in the place of a file. To open it for reading is to wait until somebody opens it for
/// writing: a disk that does not answer.
public record Pipe(Path path) implements AutoCloseable {
  /// Instead of what is there.
  public static Pipe insteadOf(Path path) throws IOException {
    Files.deleteIfExists(path);
    try {
      int exit = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor();
      if (exit != 0) throw new IOException("no pipe at " + path);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return new Pipe(path);
  }

  /// Descriptors of this process that are open on it.
  public int open() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        if (isOn(each)) count++;
      }
    }
    return count;
  }

  private boolean isOn(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  /// Whoever waits goes on.
  @Override
  public void close() throws IOException {
    new RandomAccessFile(path.toFile(), "rw").close();
  }
}
