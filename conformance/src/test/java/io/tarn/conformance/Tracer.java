package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `strace`, which writes down every system call with which a process changes a file, in order.
record Tracer(Path trace) {
  private static final int LONGEST_WRITE = 8 << 20;

  /// Whether it is installed and allowed.
  static boolean possible() throws InterruptedException {
    try {
      return new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "true").start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// The words before a command that is to be traced.
  List<String> words() {
    return List.of(
        "strace",
        "-f",
        "-qq",
        "-xx",
        "--seccomp-bpf",
        "-s",
        Integer.toString(LONGEST_WRITE),
        "-o",
        trace.toString(),
        "-e",
        "signal=none",
        "-e",
        "trace=" + TraceReader.CALLS);
  }

  /// What the process did; it has ended.
  List<FileCall> calls() throws IOException {
    return TraceReader.read(Files.readAllLines(trace));
  }
}
