package io.tarn.node;

import io.tarn.settings.Secret;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn tenant`: accounts, each with buckets, users and a root of its own.
final class TenantVerbs {
  private TenantVerbs() {}

  static Command command() {
    return Command.group(
        "tenant",
        "Accounts: each owns buckets and has users and a root key of its own.",
        List.of(create(), list(), change(), enable(true), enable(false), remove()));
  }

  private static Command create() {
    return secret(
            Command.of("create", "Makes a tenant and the key of its root.", TenantVerbs::create)
                .admin()
                .word("NAME", "What to call it.")
                .option("--id", "HEX", "Canonical id, 64 hexadecimal digits. Default: made up.")
                .option("--display-name", "TEXT", "Shown as the owner of objects.")
                .option("--email", "ADDRESS", "Where to reach its owner."))
        .example("tarn tenant create research --display-name \"Research\"");
  }

  private static Command list() {
    return Command.of("ls", "Lists the tenants.", TenantVerbs::list).admin();
  }

  private static Command change() {
    return Command.of(
            "set", "Changes how a tenant is called; what is left out stays.", TenantVerbs::change)
        .admin()
        .word("TENANT", "Name or canonical id.")
        .option("--name", "NAME", "What to call it from now on.")
        .option("--display-name", "TEXT", "Shown as the owner of objects.")
        .option("--email", "ADDRESS", "Where to reach its owner.")
        .example("tarn tenant set research --display-name \"Research & Development\"");
  }

  private static Command enable(boolean enabled) {
    return Command.of(
            enabled ? "enable" : "disable",
            enabled
                ? "Lets the users of a tenant call again."
                : "Keeps all users of a tenant from calling; its buckets stay as they are.",
            call -> enable(call, enabled))
        .admin()
        .word("TENANT", "Name or canonical id.");
  }

  private static Command remove() {
    return Command.of("rm", "Deletes a tenant that owns nothing.", TenantVerbs::remove)
        .admin()
        .word("TENANT", "Name or canonical id.");
  }

  /// The options with which a key is given instead of made up.
  static Command secret(Command command) {
    return command
        .option("--access-key", "KEY", "Access key to use. Default: made up.")
        .refused("--secret-key")
        .option("--secret-key-file", "FILE", "File with the secret, - for standard input.");
  }

  /// Adds the key that was given, if any, to a request.
  static ObjectNode withKey(ObjectNode body, Invocation invocation) {
    Secret secret = invocation.secretToSet();
    String accessKey = invocation.option("--access-key");
    if (accessKey.isEmpty() != secret.isEmpty()) {
      throw CommandFailure.usage(
          "--access-key and --secret-key-file go together; leave both out to have them made up");
    }
    if (!accessKey.isEmpty()) body.put("accessKey", accessKey).put("secretKey", secret.reveal());
    return body;
  }

  /// Prints a pair that is shown this once.
  static void printKey(Terminal terminal, JsonNode answer, boolean given) {
    terminal.print("access key  " + answer.path("accessKey").asString(""));
    if (!given) {
      terminal.print(
          "secret key  " + answer.path("secretKey").asString("") + "   (shown this once; keep it)");
    }
  }

  private static ExitCode create(Invocation invocation) {
    ObjectNode body =
        AdminClient.object()
            .put("name", invocation.word(0))
            .put("id", invocation.option("--id"))
            .put("displayName", invocation.option("--display-name"))
            .put("email", invocation.option("--email"));
    withKey(body, invocation);
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.post("/tenants", body);
      return invocation.answer(
          answer,
          () -> {
            invocation.terminal().print("tenant      " + invocation.word(0));
            invocation.terminal().print("id          " + answer.path("id").asString(""));
            printKey(invocation.terminal(), answer, body.has("secretKey"));
          });
    }
  }

  private static ExitCode list(Invocation invocation) {
    return new PagedOutput("/tenants", "tenants", List.of("NAME", "DISPLAY NAME", "ENABLED", "ID"))
        .print(
            invocation,
            each ->
                List.of(
                    each.path("name").asString(""),
                    each.path("displayName").asString(""),
                    each.path("enabled").asBoolean(false) ? "yes" : "no",
                    each.path("id").asString("")));
  }

  private static ExitCode change(Invocation invocation) {
    ObjectNode body = AdminClient.object();
    given(invocation, "--name", body, "name");
    given(invocation, "--display-name", body, "displayName");
    given(invocation, "--email", body, "email");
    if (body.isEmpty()) {
      throw CommandFailure.usage("say what to change: --name, --display-name or --email");
    }
    return patch(invocation, body, "changed tenant ");
  }

  /// An empty text is one, too: it takes away what was there.
  private static void given(Invocation invocation, String option, ObjectNode body, String field) {
    if (invocation.flag(option)) body.put(field, invocation.option(option));
  }

  private static ExitCode enable(Invocation invocation, boolean enabled) {
    return patch(
        invocation,
        AdminClient.object().put("enabled", enabled),
        (enabled ? "enabled" : "disabled") + " tenant ");
  }

  private static ExitCode patch(Invocation invocation, ObjectNode body, String done) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.patch("/tenants" + SignedHttp.path(invocation.word(0)), body);
      return invocation.answer(
          answer, () -> invocation.terminal().print(done + answer.path("name").asString("")));
    }
  }

  private static ExitCode remove(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete("/tenants" + SignedHttp.path(invocation.word(0)));
      return invocation.answer(
          answer, () -> invocation.terminal().print("deleted tenant " + invocation.word(0)));
    }
  }
}
