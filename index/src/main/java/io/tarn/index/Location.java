package io.tarn.index;

import java.util.List;

/// Where the bytes of a version are.
sealed interface Location {
  /// There are none.
  record Nowhere() implements Location {}

  /// In the `D` row of the version's token.
  record Inline() implements Location {}

  /// In the extents of these sections.
  record Listed(List<Section> sections) implements Location {
    public Listed {
      sections = List.copyOf(sections);
    }
  }

  /// In the extents of the sections in the `M` rows of the version's token, so many of them.
  record Manifest(int chunks) implements Location {
    public Manifest {
      if (chunks < 1 || chunks > 1000) throw new IllegalArgumentException(chunks + " chunks");
    }
  }
}
