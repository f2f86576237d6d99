package io.tarn.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Makes failing sequences small: takes pieces out, large ones first, as long as what is left still
/// fails (delta debugging, Zeller and Hildebrandt 2002).
public final class Shrink {
  private Shrink() {}

  /// A sequence that still fails and of which no single step can be left out; found with at most
  /// `tries` trials, else the smallest found by then.
  public static <T> List<T> smallest(List<T> failing, Predicate<List<T>> fails, int tries) {
    List<T> best = List.copyOf(failing);
    int left = tries;
    for (int piece = Math.max(1, best.size() / 2); piece >= 1 && left > 0; ) {
      boolean shrunk = false;
      for (int at = 0; at < best.size() && left > 0; left--) {
        List<T> without = without(best, at, piece);
        if (without.size() < best.size() && fails.test(without)) {
          best = without;
          shrunk = true;
        } else {
          at += piece;
        }
      }
      if (piece == 1 && !shrunk) break;
      if (piece > 1) piece /= 2;
    }
    return best;
  }

  private static <T> List<T> without(List<T> list, int from, int count) {
    List<T> rest = new ArrayList<>(list.subList(0, from));
    rest.addAll(list.subList(Math.min(list.size(), from + count), list.size()));
    return rest;
  }
}
