package io.tarn.node;

import io.tarn.settings.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One use of a command: what was said, and where to answer.
record Invocation(Terminal terminal, ParseResult parsed) {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LONGEST_DOCUMENT = 256 << 10;

  /// The value of an option, empty when it was not given.
  String option(String name) {
    String value = parsed.matchedOptionValue(name, "");
    return value == null ? "" : value;
  }

  /// Whether an option was given, with a value or without.
  boolean flag(String name) {
    return parsed.hasMatchedOption(name);
  }

  /// The positional word at `index`, empty when it was not given.
  String word(int index) {
    String value = parsed.matchedPositionalValue(index, "");
    return value == null ? "" : value;
  }

  List<String> words() {
    return parsed.matchedPositionals().stream()
        .flatMap(each -> each.stringValues().stream())
        .toList();
  }

  AdminClient admin() {
    return AdminEndpoint.open(this);
  }

  /// Prints the answer as JSON if that was asked for, else as `text` says.
  ExitCode answer(JsonNode json, Runnable text) {
    if (flag("--json")) {
      terminal.print(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
    } else {
      text.run();
    }
    return ExitCode.OK;
  }

  /// A secret that is being set: the first line of `--secret-key-file`, where `-` is standard
  /// input. Empty when none was given. Not from the command line: others on the machine can read
  /// that.
  Secret secretToSet() {
    String file = option("--secret-key-file");
    if (!option("--secret-key").isEmpty()) {
      throw CommandFailure.usage(
          "a secret key is not taken from the command line, which others on the machine can read:"
              + " give --secret-key-file FILE, or - for standard input, and another secret");
    }
    if (file.isEmpty()) return Secret.NONE;
    String secret = read(file).lines().findFirst().orElse("").strip();
    if (secret.isEmpty()) throw CommandFailure.usage(file + " holds no secret key");
    return Secret.of(secret);
  }

  /// The text of a small file, or of standard input for `-`.
  String read(String file) {
    try {
      byte[] bytes;
      if (file.equals("-")) {
        bytes = terminal.in().readNBytes(LONGEST_DOCUMENT + 1);
      } else {
        try (var in = Files.newInputStream(Path.of(file))) {
          bytes = in.readNBytes(LONGEST_DOCUMENT + 1);
        }
      }
      if (bytes.length > LONGEST_DOCUMENT) throw CommandFailure.usage(file + " is too long");
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read " + file + ": " + e);
    }
  }
}
