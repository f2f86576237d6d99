package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `strace`, which writes down every system call with which a process changes a file, in order.
///
/// It can also make a call fail that would have worked: `failure` is what `strace` is told to
/// inject, or empty.
record Tracer(Path trace, String failure) {
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

  Tracer(Path trace) {
    this(trace, "");
  }

  /// In each thread, the sync of data of that number fails, and syncs nothing.
  static Tracer failing(Path trace, int sync) {
    return new Tracer(trace, "fdatasync:error=EIO:when=" + sync);
  }

  /// The words before a command that is to be traced.
  List<String> words() {
    var words = new ArrayList<String>();
    words.addAll(
        List.of(
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
            "trace=" + TraceReader.CALLS));
    if (!failure.isEmpty()) words.addAll(List.of("-e", "inject=" + failure));
    return words;
  }

  /// What the process did; it has ended.
  List<FileCall> calls() throws IOException {
    return TraceReader.read(Files.readAllLines(trace));
  }
}
