package io.tarn.console;

import java.nio.file.Path;
import java.util.List;

/// Which volumes belong to the node, beside those it runs on. Thread-safe. A failure is a
/// [io.tarn.store.StoreFailure] that says what to do.
public interface VolumeMembership {
  /// A volume of the node that is not there. `forgotten`: the node was told to do without it.
  record Absent(String id, String directory, boolean forgotten) {}

  List<Absent> absent();

  /// Makes an empty directory of the server's machine a volume of the node, or takes up again one
  /// that was. The node uses it from the next start on that names it. Returns its id.
  String add(Path directory);

  /// Does without a volume that is not there, for good: no start asks for it any more, and what was
  /// on it stays unreadable until it comes back.
  void forget(String id);
}
