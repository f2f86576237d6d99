package io.tarn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// What a set of processes has used so far, read from `/proc`: CPU time of all their threads, user
/// and system (counted by the kernel in hundredths of a second), resident memory now, and the sum
/// of their peaks.
record Usage(long cpuNanos, long residentBytes, long peakBytes) {
  static final Usage NONE = new Usage(0, 0, 0);

  /// Linux reports to user space in 1/100 s whatever the kernel's own tick is.
  private static final long NANOS_PER_TICK = 10_000_000;

  /// A process that is gone counts as nothing.
  static Usage of(List<Long> pids) {
    Usage sum = NONE;
    for (long pid : pids) sum = sum.plus(of(pid));
    return sum;
  }

  Usage plus(Usage other) {
    return new Usage(
        cpuNanos + other.cpuNanos,
        residentBytes + other.residentBytes,
        peakBytes + other.peakBytes);
  }

  private static Usage of(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      return new Usage(
          cpuNanos(Files.readString(proc.resolve("stat"))),
          kibibytes(Files.readString(proc.resolve("status")), "VmRSS:"),
          kibibytes(Files.readString(proc.resolve("status")), "VmHWM:"));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + proc, e);
    }
  }

  /// Fields 14 and 15 of `/proc/PID/stat` (proc(5)), counted from behind the command's closing
  /// parenthesis because a command may hold spaces and parentheses.
  static long cpuNanos(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
  }

  /// The value of a `Name:  123 kB` line in bytes; 0 when the line is not there (kernel threads,
  /// zombies).
  static long kibibytes(String status, String name) {
    int at = status.indexOf(name);
    if (at < 0) return 0;
    int end = status.indexOf(" kB", at);
    return Long.parseLong(status.substring(at + name.length(), end).strip()) * 1024;
  }
}
