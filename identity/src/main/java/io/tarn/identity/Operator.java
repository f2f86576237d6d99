package io.tarn.identity;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The condition operators (IAM user guide, "Condition operators"). A negated one holds where its
/// counterpart does not, so also where the key is missing.
enum Operator {
  STRING_EQUALS("StringEquals", Kind.TEXT),
  STRING_NOT_EQUALS("StringNotEquals", Kind.TEXT, true),
  STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", Kind.TEXT_IN_ANY_CASE),
  STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", Kind.TEXT_IN_ANY_CASE, true),
  STRING_LIKE("StringLike", Kind.PATTERN),
  STRING_NOT_LIKE("StringNotLike", Kind.PATTERN, true),
  NUMERIC_EQUALS("NumericEquals", Kind.NUMBER),
  NUMERIC_NOT_EQUALS("NumericNotEquals", Kind.NUMBER, true),
  NUMERIC_LESS_THAN("NumericLessThan", Kind.NUMBER, Relation.BELOW),
  NUMERIC_LESS_THAN_EQUALS("NumericLessThanEquals", Kind.NUMBER, Relation.AT_MOST),
  NUMERIC_GREATER_THAN("NumericGreaterThan", Kind.NUMBER, Relation.ABOVE),
  NUMERIC_GREATER_THAN_EQUALS("NumericGreaterThanEquals", Kind.NUMBER, Relation.AT_LEAST),
  DATE_EQUALS("DateEquals", Kind.DATE),
  DATE_NOT_EQUALS("DateNotEquals", Kind.DATE, true),
  DATE_LESS_THAN("DateLessThan", Kind.DATE, Relation.BELOW),
  DATE_LESS_THAN_EQUALS("DateLessThanEquals", Kind.DATE, Relation.AT_MOST),
  DATE_GREATER_THAN("DateGreaterThan", Kind.DATE, Relation.ABOVE),
  DATE_GREATER_THAN_EQUALS("DateGreaterThanEquals", Kind.DATE, Relation.AT_LEAST),
  BOOL("Bool", Kind.BOOL),
  BINARY_EQUALS("BinaryEquals", Kind.BINARY),
  IP_ADDRESS("IpAddress", Kind.ADDRESS),
  NOT_IP_ADDRESS("NotIpAddress", Kind.ADDRESS, true),
  ARN_EQUALS("ArnEquals", Kind.ARN),
  ARN_NOT_EQUALS("ArnNotEquals", Kind.ARN, true),
  ARN_LIKE("ArnLike", Kind.ARN),
  ARN_NOT_LIKE("ArnNotLike", Kind.ARN, true),
  /// Whether the key is missing; the only one that cannot be `…IfExists`.
  NULL("Null", Kind.BOOL);

  /// How values are read and compared.
  enum Kind {
    TEXT,
    TEXT_IN_ANY_CASE,
    PATTERN,
    NUMBER,
    DATE,
    BOOL,
    BINARY,
    ADDRESS,
    ARN
  }

  /// How what was found must stand to the value of the policy.
  enum Relation {
    EQUAL,
    BELOW,
    AT_MOST,
    ABOVE,
    AT_LEAST;

    boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case BELOW -> comparison < 0;
        case AT_MOST -> comparison <= 0;
        case ABOVE -> comparison > 0;
        case AT_LEAST -> comparison >= 0;
      };
    }
  }

  private static final Map<String, Operator> BY_NAME = byName();

  private final String text;
  private final Kind kind;
  private final Relation relation;
  private final boolean negated;

  Operator(String text, Kind kind) {
    this(text, kind, Relation.EQUAL, false);
  }

  Operator(String text, Kind kind, boolean negated) {
    this(text, kind, Relation.EQUAL, negated);
  }

  Operator(String text, Kind kind, Relation relation) {
    this(text, kind, relation, false);
  }

  Operator(String text, Kind kind, Relation relation, boolean negated) {
    this.text = text;
    this.kind = kind;
    this.relation = relation;
    this.negated = negated;
  }

  static Optional<Operator> named(String text) {
    return Optional.ofNullable(BY_NAME.get(text));
  }

  String text() {
    return text;
  }

  Kind kind() {
    return kind;
  }

  Relation relation() {
    return relation;
  }

  boolean isNegated() {
    return negated;
  }

  private static Map<String, Operator> byName() {
    var names = new HashMap<String, Operator>();
    for (Operator operator : values()) names.put(operator.text, operator);
    return Map.copyOf(names);
  }
}
