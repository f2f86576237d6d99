package io.tarn.identity;

import java.util.EnumSet;
import java.util.List;

/// One statement: when everything it asks for holds, it has its effect. `decision` is that effect
/// with the statement's name, made once.
final class Statement {
  private final Effect effect;
  private final Principals principals;
  private final EnumSet<Action> actions;
  private final Resources resources;
  private final List<Condition> conditions;
  private final Decision decision;

  /// The parts of a statement but for its effect and name.
  record Scope(
      Principals principals,
      EnumSet<Action> actions,
      Resources resources,
      List<Condition> conditions) {}

  Statement(Effect effect, Scope scope, String name) {
    this.effect = effect;
    this.principals = scope.principals;
    this.actions = EnumSet.copyOf(scope.actions);
    this.resources = scope.resources;
    this.conditions = List.copyOf(scope.conditions);
    this.decision = new Decision(effect == Effect.ALLOW, name);
  }

  boolean applies(Question question) {
    if (!actions.contains(question.action())) return false;
    if (!principals.include(question, effect)) return false;
    if (!resources.include(question, effect)) return false;
    for (Condition condition : conditions) {
      if (!condition.holds(question, effect)) return false;
    }
    return true;
  }

  Effect effect() {
    return effect;
  }

  Decision decision() {
    return decision;
  }

  Principals principals() {
    return principals;
  }

  List<Condition> conditions() {
    return conditions;
  }
}
