package io.tarn.node;

import io.tarn.settings.Loaded;
import io.tarn.settings.Settings;
import io.tarn.settings.SettingsTree;
import io.tarn.settings.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where a server's settings come from: flags, `TARN_` variables and their aliases, and the file
/// that `TARN_CONFIG` names.
final class Configuration {
  static final SettingsTree<TarnConfig> TREE = Settings.of(TarnConfig.class);

  static final String FILE = "TARN_CONFIG";

  /// Variables of the launcher and of the command line's own; not settings of a server.
  private static final Set<String> OTHERS =
      Set.of(
          FILE,
          "TARN_JAVA_HOME",
          "TARN_HEAP",
          "TARN_DIRECT",
          "TARN_CARRIERS",
          "TARN_AOT",
          "TARN_ADMIN",
          "TARN_ACCESS_KEY",
          "TARN_SECRET_KEY",
          "TARN_CI_DIR");

  private Configuration() {}

  static Loaded<TarnConfig> read(Map<String, String> environment, List<String> flags) {
    String file = environment.getOrDefault(FILE, "");
    return TREE.read(
        new Sources(flags, environment, file.isEmpty() ? null : Path.of(file), OTHERS));
  }
}
