package io.tarn.node;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// `tarn policy`: what users may do.
final class PolicyVerbs {
  private PolicyVerbs() {}

  static Command command() {
    return Command.group(
        "policy",
        "Named policies of a tenant, in the JSON of AWS IAM.",
        List.of(
            named("set", "Makes or replaces a policy.", PolicyVerbs::set)
                .word("FILE", "The JSON document, - for standard input.")
                .example("tarn policy set photos-read photos-read.json"),
            named("show", "Prints a policy.", PolicyVerbs::show),
            UserVerbs.tenant(Command.of("ls", "Lists the policies.", PolicyVerbs::list).admin()),
            named("rm", "Deletes a policy that nobody has.", PolicyVerbs::remove),
            named("attach", "Gives a user a policy.", call -> attach(call, true))
                .word("USER", "Name of the user."),
            named("detach", "Takes a policy from a user.", call -> attach(call, false))
                .word("USER", "Name of the user.")));
  }

  private static Command named(String name, String summary, Verb verb) {
    return UserVerbs.tenant(
        Command.of(name, summary, verb).admin().word("POLICY", "Name of the policy."));
  }

  private static String target(Invocation invocation) {
    return "/policies" + SignedHttp.path(invocation.word(0)) + UserVerbs.query(invocation);
  }

  private static ExitCode set(Invocation invocation) {
    byte[] document = invocation.read(invocation.word(1)).getBytes(StandardCharsets.UTF_8);
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.put(target(invocation), document);
      return invocation.answer(
          answer, () -> invocation.terminal().print("set policy " + invocation.word(0)));
    }
  }

  private static ExitCode show(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.get(target(invocation));
      return invocation.answer(
          answer,
          () ->
              invocation
                  .terminal()
                  .print(
                      Invocation.JSON
                          .writerWithDefaultPrettyPrinter()
                          .writeValueAsString(answer.path("document"))));
    }
  }

  private static ExitCode list(Invocation invocation) {
    return new PagedOutput(
            "/policies" + UserVerbs.query(invocation), "policies", List.of("POLICY", "ORIGIN"))
        .print(
            invocation,
            each ->
                List.of(
                    each.path("name").asString(""),
                    each.path("canned").asBoolean(false) ? "built in" : "own"));
  }

  private static ExitCode remove(Invocation invocation) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode answer = admin.delete(target(invocation));
      return invocation.answer(
          answer, () -> invocation.terminal().print("deleted policy " + invocation.word(0)));
    }
  }

  static JsonNode attach(AdminClient admin, Invocation invocation, String policy, String user) {
    return admin.put(
        "/users" + SignedHttp.path(user, "policies", policy) + UserVerbs.query(invocation),
        new byte[0]);
  }

  private static ExitCode attach(Invocation invocation, boolean attached) {
    String policy = invocation.word(0);
    String user = invocation.word(1);
    try (AdminClient admin = invocation.admin()) {
      String target =
          "/users" + SignedHttp.path(user, "policies", policy) + UserVerbs.query(invocation);
      JsonNode answer = attached ? admin.put(target, new byte[0]) : admin.delete(target);
      String said = attached ? "attached %s to %s" : "detached %s from %s";
      return invocation.answer(
          answer, () -> invocation.terminal().print(said.formatted(policy, user)));
    }
  }
}
