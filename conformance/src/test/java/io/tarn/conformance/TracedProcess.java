package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program of these tests in a process of its own, all of whose calls that change files are
/// written down. `work` is where it leaves what is not looked at.
record TracedProcess(Path work, Class<?> program, Tracer tracer) {
  /// Runs it to its end, which must be a good one. Returns what it did.
  List<FileCall> run(String... arguments) throws IOException, InterruptedException {
    int exit = end(arguments);
    assertThat(exit).as(Files.readString(errors())).isZero();
    return tracer.calls();
  }

  /// Runs it to whatever end. Returns what it did.
  List<FileCall> runToAnyEnd(String... arguments) throws IOException, InterruptedException {
    int _ = end(arguments);
    return tracer.calls();
  }

  private int end(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(tracer.words());
    command.addAll(ChildJava.plain("256m", program.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
    builder.redirectOutput(work.resolve("output").toFile());
    // The library is no data, and would be most of the trace.
    builder.environment().put("ROCKSDB_SHAREDLIB_DIR", work.resolve("library").toString());
    return builder.start().waitFor();
  }

  private Path errors() {
    return work.resolve("errors");
  }
}
