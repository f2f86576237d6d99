package io.tarn.conformance;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The main program of a process that does a [Day]'s work in a directory. It says when it begins an
/// operation and when the operation is acknowledged, each in one write.
final class DayProcess {
  private static final String BEGUN = "begun ";
  private static final String ACKNOWLEDGED = "acknowledged ";

  private DayProcess() {}

  /// What is said of the operation of that number.
  sealed interface Word {
    record Begun(int operation) implements Word {}

    record Acknowledged(int operation) implements Word {}

    static Word of(String said) {
      String text = said.strip();
      if (text.startsWith(BEGUN)) {
        return new Begun(Integer.parseInt(text.substring(BEGUN.length())));
      }
      if (text.startsWith(ACKNOWLEDGED)) {
        return new Acknowledged(Integer.parseInt(text.substring(ACKNOWLEDGED.length())));
      }
      throw new IllegalStateException("the process said: " + said);
    }
  }

  public static void main(String[] arguments) throws IOException {
    try (OutputStream out = new FileOutputStream(FileDescriptor.out);
        var index = OpenIndex.open(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]))) {
      Runnable tidy = () -> index.objects().reaper().round();
      List<Day.Operation> operations =
          new Day(index.buckets(), index.objects(), index.catalog(), tidy).operations();
      for (int i = 0; i < operations.size(); i++) {
        say(out, BEGUN + i);
        operations.get(i).work().run();
        say(out, ACKNOWLEDGED + i);
      }
    }
  }

  private static void say(OutputStream out, String word) throws IOException {
    out.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
