package io.tarn.identity;

import java.util.List;

/// What a statement is about: patterns over `bucket` and `bucket/key`. Of `NotResource`, the same
/// with `negated`.
record Resources(boolean negated, List<Wildcard> patterns) {
  Resources {
    patterns = List.copyOf(patterns);
  }

  boolean include(Question question, Effect effect) {
    if (!negated) return named(question);
    for (Wildcard pattern : patterns) {
      if (pattern.unresolved(question)) return effect == Effect.DENY;
    }
    return !named(question);
  }

  private boolean named(Question question) {
    for (Wildcard pattern : patterns) {
      if (pattern.matches(question.resource(), question)) return true;
    }
    return false;
  }
}
