package io.tarn.conformance;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/// What of a server's code ran while it was watched, by its files: which were called, and which
/// stood on the stack where a request meets the world (the socket, the rows, the disk). Watched by
/// the flight recorder of the server's own process, method by method, so that nothing is missed.
///
/// Records are not counted: the recorder of JDK 25 breaks those it watches. They hold data.
final class RequestTrace {
  /// Where a stack is looked at: what Tarn has of the socket, of RocksDB and of the file system.
  private static final List<String> EDGES =
      List.of(
          "io.tarn.http.Output",
          "io.tarn.http.BodyQueue::next",
          "io.tarn.meta.RocksEngine",
          "io.tarn.meta.RocksWriter",
          "io.tarn.io.LinuxFile",
          "io.tarn.io.LinuxFile$SystemCalls",
          "io.tarn.disk.StagedFile$Sink",
          "io.tarn.disk.DirectorySyncs");

  /// A thread that works for requests has one of these on its stack: the event loop, the request's
  /// own thread, and those that work for several at once. What runs in the background has none.
  private static final Set<String> OF_REQUESTS =
      Set.of("io.tarn.http.Connection", "io.tarn.http.HttpExchange", "io.tarn.meta.GroupCommitter");

  private final Map<String, Long> calls = new HashMap<>();
  private final Map<String, Long> stacks = new HashMap<>();

  private RequestTrace() {}

  /// Watches the server while `work` is done.
  static RequestTrace of(ServerProcess server, JavaClasses code, Path directory, Runnable work)
      throws IOException, InterruptedException {
    Path settings = Files.writeString(directory.resolve("watched.jfc"), settings(code));
    Path recording = directory.resolve("watched.jfr");
    jcmd(server, "JFR.start", "name=way", "settings=" + settings);
    work.run();
    jcmd(server, "JFR.stop", "name=way", "filename=" + recording);
    var trace = new RequestTrace();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) trace.add(event);
    return trace;
  }

  private static String settings(JavaClasses code) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <configuration version="2.0">
      <event name="jdk.MethodTiming">
        <setting name="enabled">true</setting>
        <setting name="period">endChunk</setting>
        <setting name="filter">%s</setting>
      </event>
      <event name="jdk.MethodTrace">
        <setting name="enabled">true</setting>
        <setting name="threshold">0 ms</setting>
        <setting name="stackTrace">true</setting>
        <setting name="filter">%s</setting>
      </event>
    </configuration>
    """
        .formatted(
            code.stream()
                .filter(one -> !one.isRecord())
                .map(JavaClass::getName)
                .collect(Collectors.joining(";")),
            String.join(";", EDGES));
  }

  private static void jcmd(ServerProcess server, String... words)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(server.pid()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(said + server.tail());
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.MethodTiming" -> {
        RecordedMethod method = event.getValue("method");
        calls.merge(file(method), event.getLong("invocations"), Math::max);
      }
      case "jdk.MethodTrace" -> {
        if (event.getStackTrace().isTruncated()) throw new IllegalStateException("a cut stack");
        Set<String> names = new TreeSet<>();
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
          names.add(file(frame.getMethod()));
        }
        if (names.stream().noneMatch(OF_REQUESTS::contains)) return;
        names.removeIf(name -> !name.startsWith("io.tarn."));
        names.forEach(name -> stacks.merge(name, 1L, Long::sum));
      }
      default -> {}
    }
  }

  /// The class that the file of this method is named after.
  private static String file(RecordedMethod method) {
    return method.getType().getName().split("\\$", 2)[0];
  }

  /// The files that were called at least so often.
  Set<String> called(int times) {
    return most(calls, times);
  }

  /// The files that control passed through at least so often, on its way to the world.
  Set<String> passed(int times) {
    return most(stacks, times);
  }

  private static Set<String> most(Map<String, Long> counts, int times) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= times)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
