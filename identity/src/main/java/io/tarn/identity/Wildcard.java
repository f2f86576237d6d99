package io.tarn.identity;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pattern of a policy: literal characters, `*` for any run, `?` for one character, and variables
/// that are filled in per question and always taken literally. Matching keeps one place to return
/// to and no stack. What stands before the first `*` and after the last is compared once; between
/// them the cost is at most the pattern's length times the text's, and is taken from the question's
/// [Effort].
final class Wildcard {
  // Noncharacters of Unicode, refused in policies, stand for what is not literal.
  private static final char ANY = '\uFFFF';
  private static final char ONE = '\uFFFE';
  private static final char VARIABLE = '\uFDD0';

  /// Steps after which they are accounted for.
  private static final int MEASURED = 1024;

  /// For what is asked once, when a policy is read.
  private static final Cost FREE = _ -> {};

  /// Whoever answers for the steps of a match.
  private interface Cost {
    void spend(long steps);
  }

  /// `${key}` or `${key, 'fallback'}`.
  private record Variable(ConditionKey key, @Nullable String fallback) {}

  private final String pattern;
  private final List<Variable> variables;
  private final boolean literal;

  private Wildcard(String pattern, List<Variable> variables) {
    this.pattern = pattern;
    this.variables = variables;
    this.literal = pattern.indexOf(ANY) < 0 && pattern.indexOf(ONE) < 0;
  }

  /// How a text becomes a pattern: whether `*` and `?` are wild, and whether `${…}` is a variable.
  enum Syntax {
    LITERAL(false, false),
    WILD(true, false),
    VARIABLES(false, true),
    WILD_WITH_VARIABLES(true, true);

    private final boolean wild;
    private final boolean variables;

    Syntax(boolean wild, boolean variables) {
      this.wild = wild;
      this.variables = variables;
    }

    Syntax withoutVariables() {
      return wild ? WILD : LITERAL;
    }
  }

  /// Fails with [MalformedPolicy] at `where`.
  static Wildcard parse(String text, Syntax syntax, String where) {
    var pattern = new StringBuilder(text.length());
    var variables = new ArrayList<Variable>(0);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ANY || c == ONE || c == VARIABLE) {
        throw new MalformedPolicy(where, "a character that is not one");
      }
      if (syntax.variables && c == '$' && text.startsWith("${", i)) {
        int end = text.indexOf('}', i);
        if (end < 0) throw new MalformedPolicy(where, "a variable without its closing brace");
        fill(text.substring(i + 2, end), pattern, variables, where);
        i = end;
      } else if (syntax.wild && c == '*') {
        if (pattern.isEmpty() || pattern.charAt(pattern.length() - 1) != ANY) pattern.append(ANY);
      } else if (syntax.wild && c == '?') {
        pattern.append(ONE);
      } else {
        pattern.append(c);
      }
    }
    return new Wildcard(pattern.toString(), List.copyOf(variables));
  }

  private static void fill(
      String inside, StringBuilder pattern, List<Variable> variables, String where) {
    if (inside.equals("*") || inside.equals("?") || inside.equals("$")) {
      pattern.append(inside);
      return;
    }
    int comma = inside.indexOf(',');
    String name = (comma < 0 ? inside : inside.substring(0, comma)).strip();
    String fallback = comma < 0 ? null : unquoted(inside.substring(comma + 1).strip(), where);
    variables.add(new Variable(ConditionKeys.parse(name, where), fallback));
    pattern.append(VARIABLE);
  }

  private static String unquoted(String text, String where) {
    if (text.length() < 2 || text.charAt(0) != '\'' || text.charAt(text.length() - 1) != '\'') {
      throw new MalformedPolicy(where, "the default of a variable stands in single quotes");
    }
    return text.substring(1, text.length() - 1);
  }

  /// The keys that must have a value for this to match anything.
  List<ConditionName> needs() {
    return variables.stream()
        .filter(variable -> variable.fallback == null)
        .map(variable -> variable.key.name())
        .toList();
  }

  /// Whether a variable has no single value in this question; such a pattern matches nothing.
  boolean unresolved(Question question) {
    return !variables.isEmpty() && resolved(question) == null;
  }

  boolean matches(String text, Question question) {
    String resolved = resolved(question);
    if (resolved == null) return false;
    if (!literal) return glob(resolved, text, question::spend);
    question.spend(1);
    return resolved.equals(text);
  }

  boolean matchesIgnoringCase(String text, Question question) {
    String resolved = resolved(question);
    if (resolved == null) return false;
    question.spend(1 + Math.min(resolved.length(), text.length()));
    return resolved.equalsIgnoreCase(text);
  }

  boolean hasVariables() {
    return !variables.isEmpty();
  }

  /// Whether what this matches is one fixed text.
  boolean isFixed() {
    return literal && variables.isEmpty();
  }

  private @Nullable String resolved(Question question) {
    if (variables.isEmpty()) return pattern;
    var filled = new StringBuilder(pattern.length() + 32);
    int next = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != VARIABLE) {
        filled.append(c);
        continue;
      }
      Variable variable = variables.get(next++);
      List<String> values = question.variable(variable.key);
      String value = values.size() == 1 ? values.getFirst() : variable.fallback;
      // A value that spells our own marks would be wild; nothing legitimate does.
      if (value == null || value.indexOf(ANY) >= 0 || value.indexOf(ONE) >= 0) return null;
      question.spend(1 + value.length());
      filled.append(value);
    }
    return filled.toString();
  }

  /// Whether some key of `bucket`, or the bucket itself, could match. Variables never do.
  boolean concerns(String bucket) {
    if (!variables.isEmpty() && pattern.indexOf(VARIABLE) < bucketPart().length()) return false;
    String part = bucketPart();
    int any = part.indexOf(ANY);
    return glob(part, bucket, FREE) || (any >= 0 && glob(part.substring(0, any + 1), bucket, FREE));
  }

  private String bucketPart() {
    int slash = pattern.indexOf('/');
    return slash < 0 ? pattern : pattern.substring(0, slash);
  }

  /// Matches without variables.
  boolean matches(String text) {
    return glob(pattern, text, FREE);
  }

  private static boolean glob(String pattern, String text, Cost cost) {
    int tail = pattern.lastIndexOf(ANY) + 1;
    int p = 0;
    int t = 0;
    int star = -1; // the last `*` met, and the text where what follows it is tried
    int retry = 0;
    int steps = 1;
    while (t < text.length()) {
      if (++steps == MEASURED) {
        cost.spend(steps);
        steps = 0;
      }
      char want = p < pattern.length() ? pattern.charAt(p) : 0;
      if (p < pattern.length() && want == ANY) {
        star = p++;
        if (p == tail && !single(pattern, tail)) {
          cost.spend(steps + pattern.length() - tail);
          return endsWith(text, t, pattern, tail);
        }
        retry = t;
      } else if (p < pattern.length() && want == ONE) {
        t += Character.charCount(text.codePointAt(t));
        p++;
      } else if (p < pattern.length() && want == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else {
        cost.spend(steps);
        return false;
      }
    }
    cost.spend(steps);
    while (p < pattern.length() && pattern.charAt(p) == ANY) p++;
    return p == pattern.length();
  }

  /// Whether a `?` comes from there on, which takes one unit of the text or two.
  private static boolean single(String pattern, int from) {
    return pattern.indexOf(ONE, from) >= 0;
  }

  private static boolean endsWith(String text, int from, String pattern, int tail) {
    int length = pattern.length() - tail;
    return text.length() - from >= length
        && text.regionMatches(text.length() - length, pattern, tail, length);
  }

  @Override
  public String toString() {
    return pattern.replace(ANY, '*').replace(ONE, '?').replace(VARIABLE, '$');
  }
}
