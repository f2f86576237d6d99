package io.tarn.node;

import io.tarn.settings.Address;
import io.tarn.settings.Loaded;
import io.tarn.settings.Origin;
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

  /// Where the command line finds the files API.
  static final String FILES = "TARN_FILES_URL";

  private static final String CONSOLE = "console-address";

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
          FILES,
          "TARN_ACCESS_KEY",
          "TARN_SECRET_KEY",
          "TARN_CI_DIR");

  private Configuration() {}

  static Loaded<TarnConfig> read(Map<String, String> environment, List<String> flags) {
    return read(environment, flags, Path.of("/"));
  }

  /// - `root`: of the file system, where a container leaves its mark
  static Loaded<TarnConfig> read(Map<String, String> environment, List<String> flags, Path root) {
    String file = environment.getOrDefault(FILE, "");
    Loaded<TarnConfig> loaded =
        TREE.read(new Sources(flags, environment, file.isEmpty() ? null : Path.of(file), OTHERS));
    boolean open = !isGiven(loaded, CONSOLE) && Container.isAround(root, environment);
    return open ? opened(loaded) : loaded;
  }

  private static boolean isGiven(Loaded<TarnConfig> loaded, String path) {
    return !Origin.FALLBACK.equals(loaded.origins().get(path));
  }

  /// In a container loopback reaches nobody, and published ports say who may come.
  private static Loaded<TarnConfig> opened(Loaded<TarnConfig> loaded) {
    Address usual = loaded.value().consoleAddress();
    var everywhere = new Address("", usual.port());
    List<Loaded.Shown> shown =
        loaded.shown().stream()
            .map(each -> each.path().equals(CONSOLE) ? open(each, everywhere) : each)
            .toList();
    return new Loaded<>(loaded.value().administeredAt(everywhere), shown, loaded.notes());
  }

  private static Loaded.Shown open(Loaded.Shown shown, Address address) {
    return new Loaded.Shown(CONSOLE, address.toString(), false, shown.origin());
  }
}
