package io.tarn.console;

import java.time.Instant;
import java.util.List;

/// What can be done to the volumes while the server runs. Thread-safe.
public interface Upkeep {
  /// Begins to read and check everything that is stored, in the background. False when a scrub runs
  /// already.
  boolean startScrub();

  /// The scrub that runs, else the last one.
  ScrubReport scrub();

  /// Removes now what is due to be removed, up to the store's own bound for one round; returns how
  /// much that was.
  long collectGarbage();

  /// How a scrub went. Times are [Instant#EPOCH] where they do not apply. `damaged` counts all
  /// findings, `findings` holds the first of them.
  record ScrubReport(
      Progress progress, long blobs, long bytes, long damaged, List<Finding> findings) {
    public static final ScrubReport NEVER =
        new ScrubReport(new Progress(false, Instant.EPOCH, Instant.EPOCH), 0, 0, 0, List.of());

    public ScrubReport {
      findings = List.copyOf(findings);
    }
  }

  record Progress(boolean running, Instant started, Instant ended) {}

  /// A blob that cannot be served, and why.
  record Finding(String volume, String blob, String problem) {}
}
