package io.tarn.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Whether this process runs in a container, as far as the usual runtimes tell: there the network
/// is the container's own, and who runs it says which ports are published.
final class Container {
  private static final List<String> MARKS = List.of(".dockerenv", "run/.containerenv");
  private static final List<String> VARIABLES = List.of("container", "KUBERNETES_SERVICE_HOST");

  private Container() {}

  /// - `root`: of the file system
  static boolean isAround(Path root, Map<String, String> environment) {
    return MARKS.stream().anyMatch(mark -> Files.exists(root.resolve(mark)))
        || VARIABLES.stream().anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
  }
}
