package io.tarn.node;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn user`: who may call within a tenant.
final class UserVerbs {
  private UserVerbs() {}

  static Command command() {
    return Command.group(
        "user",
        "Users of a tenant; they may do what their policies allow.",
        List.of(
            create(),
            tenant(Command.of("ls", "Lists the users.", UserVerbs::list).admin()),
            named("rm", "Deletes a user and its keys.", UserVerbs::remove),
            named("enable", "Lets a user call again.", call -> enable(call, true)),
            named("disable", "Keeps a user from calling.", call -> enable(call, false))));
  }

  private static Command create() {
    return TenantVerbs.secret(
            named(
                    "create",
                    "Makes a user, with an access key unless told otherwise.",
                    UserVerbs::create)
                .flag("--no-key", "Makes no access key.")
                .option("--policy", "NAME", "Attaches this policy."))
        .example("tarn user create backup --policy readwrite");
  }

  private static Command named(String name, String summary, Verb verb) {
    return tenant(Command.of(name, summary, verb).admin().word("USER", "Name of the user."));
  }

  static Command tenant(Command command) {
    return command.option("--tenant", "TENANT", "Name or id of the tenant. Default: the first.");
  }

  /// The query that says of which tenant.
  static String query(Invocation invocation) {
    String tenant = invocation.option("--tenant");
    return tenant.isEmpty() ? "" : "?tenant=" + SignedHttp.encode(tenant);
  }

  private static ExitCode create(Invocation invocation) {
    ObjectNode body =
        AdminClient.object()
            .put("tenant", invocation.option("--tenant"))
            .put("name", invocation.word(0));
    TenantVerbs.withKey(body, invocation);
    boolean given = body.has("secretKey");
    boolean noKey = invocation.flag("--no-key");
    if (noKey && given) throw CommandFailure.usage("--no-key contradicts --access-key");
    try (AdminClient admin = invocation.admin()) {
      ObjectNode answer = (ObjectNode) admin.post("/users", body);
      try {
        String policy = invocation.option("--policy");
        if (!policy.isEmpty()) {
          answer.setAll(
              (ObjectNode) PolicyVerbs.attach(admin, invocation, policy, invocation.word(0)));
        }
        if (!given && !noKey) answer.setAll((ObjectNode) firstKey(admin, invocation));
      } catch (CommandFailure e) { // not half a user, with a key that nobody has seen
        JsonNode _ = admin.delete(target(invocation));
        throw e;
      }
      return invocation.answer(
          answer,
          () -> {
            invocation.terminal().print("user        " + invocation.word(0));
            if (!noKey) TenantVerbs.printKey(invocation.terminal(), answer, given);
          });
    }
  }

  private static String target(Invocation invocation) {
    return "/users" + SignedHttp.path(invocation.word(0)) + query(invocation);
  }

  private static JsonNode firstKey(AdminClient admin, Invocation invocation) {
    return admin.post(
        "/keys",
        AdminClient.object()
            .put("tenant", invocation.option("--tenant"))
            .put("user", invocation.word(0)));
  }

  private static ExitCode list(Invocation invocation) {
    return new PagedOutput(
            "/users" + query(invocation), "users", List.of("USER", "ID", "ENABLED", "POLICIES"))
        .print(
            invocation,
            each ->
                List.of(
                    each.path("name").asString(""),
                    each.path("id").asString(""),
                    each.path("enabled").asBoolean(false) ? "yes" : "no",
                    String.join(", ", names(each.path("policies")))));
  }

  private static List<String> names(JsonNode policies) {
    var names = new ArrayList<String>();
    for (JsonNode policy : policies) names.add(policy.asString(""));
    return names;
  }

  private static ExitCode remove(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete(target(invocation));
      return invocation.answer(
          answer, () -> invocation.terminal().print("deleted user " + invocation.word(0)));
    }
  }

  private static ExitCode enable(Invocation invocation, boolean enabled) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer =
          admin.patch(target(invocation), AdminClient.object().put("enabled", enabled));
      return invocation.answer(
          answer,
          () ->
              invocation
                  .terminal()
                  .print((enabled ? "enabled user " : "disabled user ") + invocation.word(0)));
    }
  }
}
