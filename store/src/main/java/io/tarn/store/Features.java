package io.tarn.store;

import io.tarn.store.StoreFailure.Corrupt;
import java.util.ArrayList;
import java.util.List;

/// What a release may have put into something stored, beyond what its format version says
/// (docs/design/006-formats.md). `compat`: what an older program may pass over, and must keep.
/// `incompat`: what an older program would misread; one that does not know a word of it leaves the
/// whole alone.
public record Features(List<String> compat, List<String> incompat) {
  public static final Features NONE = new Features(List.of(), List.of());

  public Features {
    compat = List.copyOf(compat);
    incompat = List.copyOf(incompat);
    for (String word : compat) check(word);
    for (String word : incompat) check(word);
  }

  private static void check(String word) {
    if (!word.matches("[a-z0-9][a-z0-9.=-]{0,63}")) {
      throw new IllegalArgumentException("no name of a feature: " + word);
    }
  }

  /// Fails with [Corrupt], saying what to do, when there is something incompatible that is not
  /// among the `known`. `where` is what has the features.
  public void requireKnown(List<String> known, String where) {
    var unknown = new ArrayList<>(incompat);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new Corrupt(
          "%s was written by a newer Tarn and has what this one does not know: %s; use a Tarn that knows it"
              .formatted(where, String.join(", ", unknown)),
          null);
    }
  }
}
