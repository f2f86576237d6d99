package io.tarn.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `tarn` with other words than `server`, in a process of its own. What it said goes to both
/// streams, which are one here.
record TarnCommand(int exit, String said) {
  static TarnCommand run(Object... words) throws IOException, InterruptedException {
    List<String> command = ChildJava.command("256m", "io.tarn.node.Main");
    for (Object word : words) command.add(word.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new TarnCommand(process.waitFor(), said);
  }
}
