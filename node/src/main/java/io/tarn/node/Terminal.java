package io.tarn.node;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// What a command may touch of the world around it: what it is given, where it prints, and the
/// environment.
record Terminal(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
  Terminal {
    environment = Map.copyOf(environment);
  }

  static Terminal ofProcess() {
    return new Terminal(System.in, System.out, System.err, System.getenv());
  }

  /// One line to standard output, ended the same way everywhere.
  void print(String line) {
    out.print(line + "\n");
  }

  /// A complaint: what is wrong and what to do, on standard error.
  void complain(String line) {
    err.print("tarn: " + line + "\n");
  }

  /// Whether a person is looking.
  @SuppressWarnings("SystemConsoleNull") // from Java 25 on it is null again where there is none
  boolean isInteractive() {
    Console console = System.console();
    return err.equals(System.err) && console != null && console.isTerminal();
  }

  String variable(String name) {
    return environment.getOrDefault(name, "");
  }
}
