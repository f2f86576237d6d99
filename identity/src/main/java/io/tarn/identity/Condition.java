package io.tarn.identity;

import java.util.List;

/// One key under one operator. Holds for a single value as the operator says; for a set of values
/// as the quantifier says.
record Condition(
    Operator operator,
    Quantifier quantifier,
    boolean ifExists,
    ConditionKey key,
    List<Comparison> values) {

  /// `ForAllValues:` and `ForAnyValue:` (IAM user guide, "Multivalued context keys").
  enum Quantifier {
    NONE,
    /// Every value found must hold; true where there is none.
    ALL,
    /// Some value found must hold; false where there is none.
    ANY
  }

  Condition {
    values = List.copyOf(values);
  }

  /// Whether it holds or not whatever the object is that a request is about.
  boolean isOfRequest() {
    return key.name().isOfRequest() && values.stream().noneMatch(Comparison::hasVariables);
  }

  boolean holds(Question question, Effect effect) {
    // Nothing is allowed by such a name; a denial is meant for whoever has it, and one of all but a
    // name for all.
    if (question.isForeignName(key) && (effect == Effect.ALLOW || operator.isNegated())) {
      return effect == Effect.DENY;
    }
    List<String> found = question.values(key);
    if (operator == Operator.NULL) return matches(Boolean.toString(found.isEmpty()), question);
    if (found.isEmpty()) return holdsWithoutKey();
    if (operator.isNegated() && unresolved(question)) return effect == Effect.DENY;
    return switch (quantifier) {
      case ALL -> all(found, question);
      case ANY -> any(found, question);
      // A negated operator is the opposite of its counterpart, also for several values.
      case NONE -> operator.isNegated() ? all(found, question) : any(found, question);
    };
  }

  /// Whether it can hold only where the key has a value.
  boolean needsKey() {
    return operator == Operator.NULL
        ? !values.contains(new Comparison.Bool(true))
        : !holdsWithoutKey();
  }

  private boolean holdsWithoutKey() {
    return switch (quantifier) {
      case ALL -> true;
      case ANY -> ifExists;
      case NONE -> ifExists || operator.isNegated();
    };
  }

  private boolean all(List<String> found, Question question) {
    for (String value : found) {
      if (matches(value, question) == operator.isNegated()) return false;
    }
    return true;
  }

  private boolean any(List<String> found, Question question) {
    for (String value : found) {
      if (matches(value, question) != operator.isNegated()) return true;
    }
    return false;
  }

  private boolean matches(String found, Question question) {
    for (Comparison value : values) {
      if (value.holds(found, question)) return true;
    }
    return false;
  }

  private boolean unresolved(Question question) {
    for (Comparison value : values) {
      if (value.unresolved(question)) return true;
    }
    return false;
  }
}
