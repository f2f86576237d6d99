package io.tarn.observe;

import io.tarn.settings.Setting;
import java.util.List;
import java.util.Locale;

/// What is logged and how.
public record LogSettings(
    @Setting(value = "Least severe level that is logged.", fallback = "info") Level level,
    @Setting(
            value = "Levels of single loggers, as `io.tarn.http=debug`.",
            fallback = "io.netty=warn,io.vertx=warn")
        List<String> levels,
    @Setting(
            value = "How lines look; `auto` is human on a terminal and JSON elsewhere.",
            fallback = "auto")
        Format format,
    @Setting(value = "Whether to log one line per request.", fallback = "false") boolean access,
    @Setting(
            value = "Most request records that wait to be written; more are dropped and counted.",
            fallback = "16384")
        int accessQueue) {

  /// From silent to everything.
  public enum Level {
    OFF,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /// The look of a line.
  public enum Format {
    AUTO,
    HUMAN,
    JSON
  }

  public LogSettings {
    levels = List.copyOf(levels);
    for (var each : levels) levelOf(each);
    if (accessQueue < 1) throw new IllegalArgumentException("access-queue must be at least 1");
  }

  static String loggerOf(String assignment) {
    return assignment.substring(0, assignment.indexOf('=')).strip();
  }

  static Level levelOf(String assignment) {
    int equals = assignment.indexOf('=');
    String word = assignment.substring(equals + 1).strip().toUpperCase(Locale.ROOT);
    for (var level : Level.values()) {
      if (equals > 0 && level.name().equals(word)) return level;
    }
    throw new IllegalArgumentException(
        "levels: '" + assignment + "' is not LOGGER=LEVEL, as io.netty=warn");
  }

  /// Whether lines are JSON, here and now.
  boolean json() {
    return switch (format) {
      case JSON -> true;
      case HUMAN -> false;
      case AUTO -> !onTerminal();
    };
  }

  // The JDK documents null, and its own provider still returns it, whatever the check says.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    var console = System.console();
    return console != null && console.isTerminal();
  }
}
