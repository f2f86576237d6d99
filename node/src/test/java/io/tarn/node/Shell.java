package io.tarn.node;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs commands in this process and keeps what they print.
record Shell(Map<String, String> environment, String input) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  Shell(Map<String, String> environment) {
    this(environment, "");
  }

  record Ran(ExitCode exit, String out, String err) {
    JsonNode json() {
      return JSON.readTree(out);
    }
  }

  Ran run(String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment);
    ExitCode exit = new Program(terminal).run(words);
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
