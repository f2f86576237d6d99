package io.tarn.health;

import java.time.Instant;
import java.util.List;

/// What the node is like, now. Each answer is cheap: health is asked for every few seconds, by
/// anybody. Thread-safe.
public interface Vitals {
  Node node();

  /// Why the server cannot go on, such as a thread it cannot do without that ended; empty while it
  /// can.
  String failure();

  /// Whether the server is on its way down and takes no new work.
  boolean draining();

  List<VolumeState> volumes();

  /// The ids of volumes of the node that are not there.
  List<String> missing();

  MetadataState metadata();

  GarbageState garbage();

  /// What somebody should look at, though the node serves.
  List<Alarm> alarms();

  /// The process. `id` is the node's own, kept in its metadata directory.
  record Node(String version, String id, String region, Instant started) {}

  /// Calls to a disk that have begun and not ended, and those of them that did not end in time.
  /// `silent`: for that reason, or for another of that kind, the disk is left alone.
  record DiskCalls(int underway, int hung, boolean silent) {
    public static final DiskCalls NONE = new DiskCalls(0, 0, false);
  }

  /// One volume. `problem` is why it takes no writes, empty when it does; it names paths and is
  /// shown to administrators only.
  record VolumeState(
      String id,
      String directory,
      long freeBytes,
      long totalBytes,
      long readErrors,
      DiskCalls calls,
      String problem) {
    public boolean takesWrites() {
      return problem.isEmpty();
    }
  }

  /// The metadata store. `full`: it takes deletes only. `problem` is empty when all is well.
  record MetadataState(boolean writable, boolean full, int queued, long sequence, String problem) {}

  /// What waits to be removed, as of the last count. `oldestSeconds` is the age of the oldest, 0
  /// when there is none; `pending` are blobs being written.
  record GarbageState(long rows, long bytes, long oldestSeconds, int pending) {
    public static final GarbageState NONE = new GarbageState(0, 0, 0, 0);
  }

  /// `what` is shown to anybody; `detail` may name paths and is shown to administrators only.
  record Alarm(String what, String detail) {}
}
