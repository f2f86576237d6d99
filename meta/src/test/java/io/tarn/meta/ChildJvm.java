package io.tarn.meta;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a main class of the tests in a process of its own.
final class ChildJvm {

  private ChildJvm() {}

  /// The command that runs `main` with the class path of this process.
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
