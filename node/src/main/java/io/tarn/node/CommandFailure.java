package io.tarn.node;

import tools.jackson.databind.node.ObjectNode;

/// Ends a command: the message says in one line what is wrong and what to do next. `code` is the
/// server's word for it, empty when the server was not asked.
@SuppressWarnings("serial") // never serialised
final class CommandFailure extends RuntimeException {
  private final ExitCode exit;
  private final String code;
  private final String text;
  private boolean told;

  CommandFailure(ExitCode exit, String code, String text) {
    super(text, null, false, false);
    this.exit = exit;
    this.code = code;
    this.text = text;
  }

  static CommandFailure usage(String text) {
    return new CommandFailure(ExitCode.USAGE, "", text);
  }

  /// The document that was begun says so already.
  CommandFailure told() {
    told = true;
    return this;
  }

  boolean isTold() {
    return told;
  }

  ObjectNode toJson() {
    return AdminClient.object()
        .put("code", code.isEmpty() ? exit.name() : code)
        .put("message", text);
  }

  ExitCode exit() {
    return exit;
  }

  String code() {
    return code;
  }

  String text() {
    return text;
  }
}
