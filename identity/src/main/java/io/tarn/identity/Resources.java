package io.tarn.identity;

import java.util.List;

/// What a statement is about: patterns over `bucket` and `bucket/key`. Of `NotResource`, the same
/// with `negated`. `texts` are the patterns as they are written.
record Resources(boolean negated, List<Wildcard> patterns, List<String> texts) {
  private static final Wildcard ANYTHING = Wildcard.parse("*", Wildcard.Syntax.WILD, "");

  static final Resources ALL = new Resources(false, List.of(ANYTHING), List.of("*"));

  Resources {
    patterns = List.copyOf(patterns);
    texts = List.copyOf(texts);
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
