package io.tarn.identity;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One statement: when everything it asks for holds, it has its effect. `decision` is that effect
/// with the statement's name, made once.
final class Statement {
  private static final String VARIABLE = "${";

  /// All others are the same for every user of a tenant.
  private static final Set<ConditionName> PERSONAL =
      Set.of(
          ConditionName.OfCaller.USERNAME,
          ConditionName.OfCaller.USER_ID,
          ConditionName.OfCaller.PRINCIPAL_ARN,
          ConditionName.NeverSet.PRINCIPAL_TAG);

  private final Effect effect;
  private final Principals principals;
  private final EnumSet<Action> actions;
  private final Resources resources;
  private final List<Condition> conditions;
  private final PolicyJson source; // of the conditions
  private final Decision decision;

  /// The parts of a statement but for its effect and name.
  record Scope(
      Principals principals,
      EnumSet<Action> actions,
      Resources resources,
      List<Condition> conditions) {}

  Statement(Effect effect, Scope scope, @Nullable PolicyJson conditions, String name) {
    this.effect = effect;
    this.principals = scope.principals;
    this.actions = EnumSet.copyOf(scope.actions);
    this.resources = scope.resources;
    this.conditions = List.copyOf(scope.conditions);
    this.source = conditions == null ? new PolicyJson.Nothing() : conditions;
    this.decision = new Decision(effect == Effect.ALLOW, name);
  }

  boolean applies(Question question) {
    question.spend(1);
    if (!actions.contains(question.action())) return false;
    if (!principals.include(question, effect)) return false;
    NotAtHand open = null;
    // Administration is of no resource: where a statement reaches it, it does so wholly.
    try {
      if (!question.action().isAdministration() && !resources.include(question, effect)) {
        return false;
      }
    } catch (NotAtHand e) {
      open = e;
    }
    // One that fails settles it, also behind one that is open.
    for (Condition condition : conditions) {
      try {
        if (!condition.holds(question, effect)) return false;
      } catch (NotAtHand e) {
        open = e;
      }
    }
    return open == null || question.assumes(effect, open);
  }

  /// What is left of it for one caller and one request, whatever object it is about; null when it
  /// applies to none.
  @Nullable Statement settled(Question question) {
    question.spend(1);
    if (!principals.include(question, effect)) return null;
    var open = new ArrayList<Condition>(conditions.size());
    for (Condition condition : conditions) {
      if (!condition.isOfRequest()) {
        open.add(condition);
      } else if (!condition.holds(question, effect)) {
        return null;
      }
    }
    if (open.size() == conditions.size()) return this;
    return new Statement(
        effect, new Scope(principals, actions, resources, open), source, decision.reason());
  }

  boolean mayAllowAnybody(Action action) {
    return effect == Effect.ALLOW && principals.everyone() && actions.contains(action);
  }

  Effect effect() {
    return effect;
  }

  Decision decision() {
    return decision;
  }

  EnumSet<Action> actions() {
    return EnumSet.copyOf(actions);
  }

  Resources resources() {
    return resources;
  }

  /// Whether both say the same of whomever they are about.
  boolean sameAs(Statement other) {
    return effect == other.effect
        && actions.equals(other.actions)
        && resources.negated() == other.resources.negated()
        && resources.texts().equals(other.resources.texts())
        && sameConditions(other);
  }

  boolean sameConditions(Statement other) {
    return source.equals(other.source);
  }

  /// Whether who asks decides what it is about, beyond its principals: it may then say one thing of
  /// one user and another of the next.
  boolean isPersonal() {
    for (Condition condition : conditions) {
      if (PERSONAL.contains(condition.key().name())) return true;
    }
    for (String text : resources.texts()) {
      if (text.contains(VARIABLE)) return true;
    }
    return !conditions.isEmpty() && source.toString().contains(VARIABLE);
  }

  Principals principals() {
    return principals;
  }

  List<Condition> conditions() {
    return conditions;
  }
}
