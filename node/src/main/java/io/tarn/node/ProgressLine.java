package io.tarn.node;

import java.time.Duration;

/// How far long work is, on standard error: on a terminal one line that changes, with a bar where
/// it is known how much there is to do; elsewhere a line now and then.
final class ProgressLine {
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int WIDTH = 24;

  private final Terminal terminal;
  private final boolean changes;
  private long told = System.nanoTime();
  private int shown;

  ProgressLine(Terminal terminal) {
    this.terminal = terminal;
    this.changes = terminal.isInteractive();
  }

  /// - `all`: 0 where it is not known
  void at(long done, long all, String text) {
    if (changes) {
      replace(all == 0 ? text : bar(done, all) + " " + text);
    } else if (System.nanoTime() - told >= EVERY_NANOS) {
      told = System.nanoTime();
      terminal.err().print(text + (all == 0 ? "" : " (%d of %d)".formatted(done, all)) + "\n");
    }
  }

  static String bar(long done, long all) {
    int full = (int) Math.min(WIDTH, done * WIDTH / all);
    return "[%s%s] %3d %%"
        .formatted("#".repeat(full), " ".repeat(WIDTH - full), Math.min(100, done * 100 / all));
  }

  private void replace(String line) {
    String padding = " ".repeat(Math.max(0, shown - line.length()));
    terminal.err().print("\r" + line + padding);
    terminal.err().flush();
    shown = line.length();
  }

  /// Leaves an empty line to whoever writes next.
  void end() {
    if (changes && shown > 0) terminal.err().print("\r" + " ".repeat(shown) + "\r");
    shown = 0;
  }
}
