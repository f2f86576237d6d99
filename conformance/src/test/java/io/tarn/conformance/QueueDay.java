package io.tarn.conformance;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The main program of a process that has writes queued in a directory, and taken to their origin.
/// It says when it begins one and when it is acknowledged, and what the origin took, each in one
/// write. The second life of one only has the origin take what there is.
final class QueueDay {
  /// A write of a key, or that the origin gets everything by then.
  sealed interface Step {
    /// `length` is negative where it deletes.
    record Write(String key, int length) implements Step {}

    record Sync() implements Step {}
  }

  /// What is said.
  enum Word {
    BEGUN,
    ACKNOWLEDGED,
    TAKEN
  }

  private static final int IN_FILE = 70_000;
  private static final int IN_LOG = 30_000;

  /// The state that a write makes is its place here, from 1 on.
  static final List<Step> STEPS =
      List.of(
          new Step.Write("a", 10),
          new Step.Write("b", IN_FILE),
          new Step.Write("a", 20),
          new Step.Write("b", -1),
          new Step.Write("b", 30),
          new Step.Write("c", IN_FILE),
          new Step.Write("c", IN_FILE),
          new Step.Write("d", IN_LOG),
          new Step.Write("e", IN_LOG),
          new Step.Sync(),
          new Step.Write("a", -1),
          new Step.Write("f", IN_LOG),
          new Step.Write("d", IN_LOG),
          new Step.Write("c", 40),
          new Step.Write("e", -1),
          new Step.Write("g", IN_FILE),
          new Step.Sync(),
          new Step.Write("a", 50),
          new Step.Write("g", IN_FILE));

  static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f", "g");

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);

  private QueueDay() {}

  /// - `arguments`: the directory, and anything more for a second life
  public static void main(String[] arguments) throws IOException {
    var day = new QueueDay();
    try (var queued =
        new QueuedOrigin(
            Path.of(arguments[0]),
            Map.of(),
            (key, state) -> day.say(Word.TAKEN, key + " " + state))) {
      if (arguments.length > 1) {
        queued.letThrough(true);
        if (queued.sync() > 0) throw new IOException("the origin does not get everything");
      } else {
        day.work(queued);
      }
    }
  }

  private void work(QueuedOrigin queued) throws IOException {
    for (int i = 0; i < STEPS.size(); i++) {
      say(Word.BEGUN, "" + i);
      switch (STEPS.get(i)) {
        case Step.Write(var key, var length) -> queued.write(key, i + 1, length);
        case Step.Sync() -> {
          queued.letThrough(true);
          if (queued.sync() > 0) throw new IOException("the origin does not get everything");
          queued.letThrough(false);
        }
      }
      say(Word.ACKNOWLEDGED, "" + i);
    }
  }

  private synchronized void say(Word word, String what) {
    try {
      out.write("%s %s%n".formatted(word, what).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
