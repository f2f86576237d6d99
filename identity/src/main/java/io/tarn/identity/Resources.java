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

  /// Whether one of the patterns can match what the action is taken on: the name of a bucket has no
  /// slash, and an object's path has one.
  boolean fit(Action action) {
    for (String text : texts) {
      String pattern = withoutVariables(text);
      boolean wild = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
      boolean slash = pattern.indexOf('/') >= 0;
      boolean fits =
          switch (action.target()) {
            case OBJECT -> slash || wild;
            case BUCKET -> !slash;
            case TENANT, SERVER -> pattern.equals("*");
          };
      if (fits) return true;
    }
    return false;
  }

  /// With a `*` for each variable, in one pass.
  private static String withoutVariables(String text) {
    var pattern = new StringBuilder();
    int from = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", from)) {
      int close = text.indexOf('}', open);
      if (close < 0) break;
      pattern.append(text, from, open).append('*');
      from = close + 1;
    }
    return pattern.append(text, from, text.length()).toString();
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
