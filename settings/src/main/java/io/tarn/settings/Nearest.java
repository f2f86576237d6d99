package io.tarn.settings;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds the known name that an unknown one was most likely meant to be: restricted
/// Damerau-Levenshtein distance, at most a third of the name wrong.
public final class Nearest {
  private static final int MOST_LISTED = 12;

  private Nearest() {}

  /// Empty when none is near enough.
  public static Optional<String> to(String name, Collection<String> known) {
    String best = null;
    int least = Math.max(2, name.length() / 3) + 1;
    for (var candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /// A sentence to end a problem with, for a name in the record `within`, where only what is behind
  /// that counts; empty for the whole tree.
  static String hint(String name, String within, String dashes, Collection<String> known) {
    if (within.isEmpty()) return hint(name, dashes, known);
    int from = within.length() + 1;
    List<String> below = known.stream().map(each -> each.substring(from)).toList();
    return to(name.substring(from), below)
        .map(nearest -> "unknown setting; did you mean " + dashes + within + "." + nearest + "?")
        .orElseGet(() -> "unknown setting; " + within + " has " + some(below));
  }

  static String some(List<String> names) {
    return names.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
        + (names.size() > MOST_LISTED ? ", …" : "");
  }

  /// A sentence to end a problem with.
  static String hint(String name, String dashes, Collection<String> known) {
    return to(name, known)
        .map(nearest -> "unknown setting; did you mean " + dashes + nearest + "?")
        .orElse("unknown setting; `tarn config show` lists the known ones");
  }

  /// The last part of a candidate counts too: people forget sections.
  private static int distance(String name, String candidate) {
    int dot = candidate.lastIndexOf('.');
    int whole = edits(name, candidate);
    return dot < 0 || name.indexOf('.') >= 0
        ? whole
        : Math.min(whole, 1 + edits(name, candidate.substring(dot + 1)));
  }

  static int edits(String a, String b) {
    var before = new int[b.length() + 1];
    var last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) last[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      var now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(last[j - 1] + change, 1 + Math.min(last[j], now[j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) now[j] = Math.min(now[j], before[j - 2] + 1);
      }
      before = last;
      last = now;
    }
    return last[b.length()];
  }
}
