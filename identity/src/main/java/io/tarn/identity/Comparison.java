package io.tarn.identity;

import io.tarn.identity.Operator.Relation;
import io.tarn.settings.AddressRange;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One value of a condition, read once, with the way to compare it. What is found and cannot be
/// read as the kind asked for does not hold.
sealed interface Comparison {
  boolean holds(String found, Question question);

  /// Whether a variable in it has no value, so that it can be compared with nothing.
  default boolean unresolved(Question question) {
    return false;
  }

  /// Whether it may be another for each question.
  default boolean hasVariables() {
    return patterns().stream().anyMatch(Wildcard::hasVariables);
  }

  /// What it compares with, where that may hold variables.
  default List<Wildcard> patterns() {
    return List.of();
  }

  /// Whether it holds for a fixed set of values only, not for a pattern of them.
  default boolean isFixed() {
    return true;
  }

  record Text(Wildcard pattern) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      return pattern.matches(found, question);
    }

    @Override
    public boolean unresolved(Question question) {
      return pattern.unresolved(question);
    }

    @Override
    public List<Wildcard> patterns() {
      return List.of(pattern);
    }

    @Override
    public boolean isFixed() {
      return pattern.isFixed();
    }
  }

  record TextInAnyCase(Wildcard pattern) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      return pattern.matchesIgnoringCase(found, question);
    }

    @Override
    public boolean unresolved(Question question) {
      return pattern.unresolved(question);
    }

    @Override
    public List<Wildcard> patterns() {
      return List.of(pattern);
    }

    @Override
    public boolean isFixed() {
      return pattern.isFixed();
    }
  }

  record Numeric(Relation relation, BigDecimal value) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      Optional<BigDecimal> number = Values.number(found);
      return number.isPresent() && relation.holds(number.get().compareTo(value));
    }
  }

  record Date(Relation relation, Instant value) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      Optional<Instant> date = Values.date(found);
      return date.isPresent() && relation.holds(date.get().compareTo(value));
    }
  }

  record Bool(boolean value) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      return found.toLowerCase(Locale.ROOT).equals(Boolean.toString(value));
    }
  }

  /// Base64 as it is written; the reader has brought it to its one spelling.
  record Binary(String base64) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      return base64.equals(found);
    }
  }

  record Address(AddressRange range) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      Optional<AddressRange> address = AddressRange.parse(found);
      return address.isPresent() && range.contains(address.get());
    }

    @Override
    public boolean isFixed() {
      return range.isNarrow();
    }
  }

  /// The six fields of an ARN, each a pattern of its own: a `*` does not reach over a colon, but in
  /// the last.
  record Arn(List<Wildcard> fields) implements Comparison {
    @Override
    public boolean holds(String found, Question question) {
      question.spend(1 + found.length());
      String[] parts = found.split(":", 6);
      if (parts.length != 6) return false;
      for (int i = 0; i < 6; i++) {
        if (!fields.get(i).matches(parts[i], question)) return false;
      }
      return true;
    }

    @Override
    public boolean unresolved(Question question) {
      for (Wildcard field : fields) {
        if (field.unresolved(question)) return true;
      }
      return false;
    }

    @Override
    public List<Wildcard> patterns() {
      return fields;
    }

    @Override
    public boolean isFixed() {
      return fields.stream().allMatch(Wildcard::isFixed);
    }
  }
}
