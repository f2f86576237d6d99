package io.tarn.identity;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Finds the condition key that a policy spells, in any case.
final class ConditionKeys {
  private static final Map<String, ConditionName> BY_NAME = byName();

  private ConditionKeys() {}

  /// Fails with [MalformedPolicy] at `where` when there is no such key.
  static ConditionKey parse(String text, String where) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    ConditionName found = BY_NAME.get(name.toLowerCase(Locale.ROOT));
    if (found == null) throw new MalformedPolicy(where, "unknown condition key " + quoted(text));
    if (found.isTagged() && (slash < 0 || slash == text.length() - 1)) {
      throw new MalformedPolicy(
          where, found.text() + " names no tag: write " + found.text() + "/…");
    }
    if (!found.isTagged() && slash >= 0) {
      throw new MalformedPolicy(where, "unknown condition key " + quoted(text));
    }
    return new ConditionKey(found, slash < 0 ? "" : text.substring(slash + 1));
  }

  /// Part of a message: bounded, because it repeats what was sent.
  static String quoted(String text) {
    return '\'' + (text.length() <= 100 ? text : text.substring(0, 100) + '…') + '\'';
  }

  private static Map<String, ConditionName> byName() {
    var names = new HashMap<String, ConditionName>();
    for (ConditionName name : ConditionName.all()) {
      names.put(name.text().toLowerCase(Locale.ROOT), name);
    }
    return Map.copyOf(names);
  }
}
