package io.tarn.node;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn key`: what clients sign with.
final class KeyVerbs {
  private KeyVerbs() {}

  static Command command() {
    return Command.group(
        "key",
        "Access keys of users and of roots.",
        List.of(
            create(),
            UserVerbs.tenant(
                Command.of("ls", "Lists access keys.", KeyVerbs::list)
                    .admin()
                    .optionalWord("USER", "Only those of this user.")),
            named("rm", "Deletes an access key.", KeyVerbs::remove),
            named("enable", "Lets an access key be used again.", call -> enable(call, true)),
            named("disable", "Keeps an access key from being used.", call -> enable(call, false))));
  }

  private static Command create() {
    return TenantVerbs.secret(
            UserVerbs.tenant(
                Command.of("create", "Makes an access key.", KeyVerbs::create)
                    .admin()
                    .optionalWord("USER", "Whose key. Default: the tenant's root.")))
        .example("tarn key create backup");
  }

  private static Command named(String name, String summary, Verb verb) {
    return Command.of(name, summary, verb).admin().word("ACCESS_KEY", "The access key.");
  }

  private static ExitCode create(Invocation invocation) {
    ObjectNode body =
        AdminClient.object()
            .put("tenant", invocation.option("--tenant"))
            .put("user", invocation.word(0));
    TenantVerbs.withKey(body, invocation);
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.post("/keys", body);
      return invocation.answer(
          answer, () -> TenantVerbs.printKey(invocation.terminal(), answer, body.has("secretKey")));
    }
  }

  private static ExitCode list(Invocation invocation) {
    String target =
        SignedHttp.with("/keys" + UserVerbs.query(invocation), "user", invocation.word(0));
    return new PagedOutput(target, "keys", List.of("ACCESS KEY", "USER", "ENABLED", "CREATED"))
        .print(
            invocation,
            each ->
                List.of(
                    each.path("accessKey").asString(""),
                    each.path("user").asString(""),
                    each.path("enabled").asBoolean(false) ? "yes" : "no",
                    each.path("created").asString("")));
  }

  private static ExitCode remove(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete("/keys" + SignedHttp.path(invocation.word(0)));
      return invocation.answer(
          answer, () -> invocation.terminal().print("deleted access key " + invocation.word(0)));
    }
  }

  private static ExitCode enable(Invocation invocation, boolean enabled) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer =
          admin.patch(
              "/keys" + SignedHttp.path(invocation.word(0)),
              AdminClient.object().put("enabled", enabled));
      return invocation.answer(
          answer,
          () ->
              invocation
                  .terminal()
                  .print((enabled ? "enabled " : "disabled ") + invocation.word(0)));
    }
  }
}
