package io.tarn.identity;

import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/// Whether what one user may do is within what another user of the same tenant may do. Sound, not
/// complete: a yes is certain, a no may only mean that it is not plain to see. It compares what the
/// policies say, statement by statement, and never asks about single requests.
///
/// - What is allowed must be allowed by the other without conditions, or under the very same ones.
///   Patterns are compared as texts: one that ends in its only `*` takes in all that begin alike.
/// - What is denied to the other must be denied by the very same statement.
/// - A statement about whoever asks (`aws:username`, `${aws:userid}`, …) says something else of
///   each user, so it is no more than nothing in the one and everything in the other.
///
/// One thread; `outer` is who compares, and lends at most a fixed number of steps.
public final class Containment {
  private static final int MOST_STEPS = 1_000_000;

  private final Caller.User outer;
  private final List<Statement> allowed = new ArrayList<>();
  private final List<Statement> denied = new ArrayList<>();
  private int steps = MOST_STEPS;

  public Containment(Caller.User outer) {
    this.outer = outer;
    for (Statement statement : statements(outer.policies())) {
      switch (statement.effect()) {
        case ALLOW -> allowed.add(statement);
        case DENY -> denied.add(statement);
      }
    }
  }

  private static List<Statement> statements(List<Policy> policies) {
    return policies.stream().flatMap(policy -> policy.statements().stream()).toList();
  }

  /// Whether whoever has these policies and no others may do no more than the outer user. One that
  /// cannot be read, and may be read one day, is never within.
  public boolean holds(List<Policy> policies, boolean sameUser) {
    if (policies.contains(Policy.UNREADABLE)) return false;
    List<Statement> inner = statements(policies);
    for (Statement statement : inner) {
      if (statement.effect() == Effect.ALLOW && !isAllowed(statement, sameUser)) return false;
    }
    for (Statement statement : denied) {
      if (!isKept(statement, inner, sameUser)) return false;
    }
    return true;
  }

  /// Whether the policy of a bucket of `owner` lets `user` do nothing that it or their own policies
  /// do not let the outer user do.
  public boolean holdsIn(Policy bucketPolicy, TenantId owner, Caller.User user) {
    Question ofUser = question(user, owner);
    Question ofOuter = question(outer, owner);
    for (Statement statement : bucketPolicy.statements()) {
      Effect effect = statement.effect();
      boolean personal = statement.isPersonal();
      boolean aboutUser = personal || statement.principals().include(ofUser, effect);
      boolean aboutOuter = !personal && statement.principals().include(ofOuter, effect);
      boolean within =
          switch (effect) {
            case ALLOW ->
                !aboutUser || aboutOuter || (!ofOuter.isForeign() && isAllowed(statement, false));
            case DENY -> !personal && (aboutUser || !aboutOuter);
          };
      if (!within) return false;
    }
    return true;
  }

  private static Question question(Caller.User caller, TenantId owner) {
    return new Question(
        caller, new Demand.OnTenant(Action.LIST_BUCKET), owner, ConditionContext.NONE);
  }

  private boolean isAllowed(Statement inner, boolean sameUser) {
    if (inner.resources().negated()) return isAllowed(inner, "*", sameUser);
    for (String pattern : inner.resources().texts()) {
      if (!isAllowed(inner, pattern, sameUser)) return false;
    }
    return true;
  }

  /// Whether all actions of the statement are allowed on all that the pattern matches.
  private boolean isAllowed(Statement inner, String pattern, boolean sameUser) {
    EnumSet<Action> left = inner.actions();
    for (Statement statement : allowed) {
      if (left.isEmpty()) return true;
      boolean useful =
          statement.conditions().isEmpty()
              || (statement.sameConditions(inner) && (sameUser || !statement.isPersonal()));
      if (!useful) continue;
      boolean takesIn = takesIn(statement, inner, pattern, sameUser);
      left.removeIf(
          action -> statement.actions().contains(action) && (takesIn || action.isAdministration()));
    }
    return left.isEmpty();
  }

  private boolean takesIn(Statement outer, Statement inner, String pattern, boolean sameUser) {
    if (outer.resources().negated()) {
      return inner.resources().negated()
          && outer.resources().texts().equals(inner.resources().texts())
          && (sameUser || !outer.isPersonal());
    }
    for (String wide : outer.resources().texts()) {
      if (--steps < 0) return false;
      if (takesIn(wide, pattern, sameUser)) return true;
    }
    return false;
  }

  private static boolean takesIn(String wide, String narrow, boolean sameUser) {
    if (wide.equals("*")) return true;
    if (wide.equals(narrow)) return sameUser || !wide.contains("${");
    String begins = wide.substring(0, literal(wide));
    boolean onlyOneAtTheEnd = begins.length() == wide.length() - 1 && wide.endsWith("*");
    return onlyOneAtTheEnd && narrow.substring(0, literal(narrow)).startsWith(begins);
  }

  /// How much of a pattern is literal, from its beginning.
  private static int literal(String pattern) {
    int i = 0;
    while (i < pattern.length() && "*?$".indexOf(pattern.charAt(i)) < 0) i++;
    return i;
  }

  private boolean isKept(Statement denial, List<Statement> inner, boolean sameUser) {
    if (denial.isPersonal() && !sameUser) return false;
    for (Statement statement : inner) {
      if (--steps < 0) return false;
      if (statement.sameAs(denial)) return true;
    }
    return false;
  }
}
