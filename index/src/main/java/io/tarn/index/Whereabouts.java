package io.tarn.index;

import java.util.List;

/// Where the bytes of a version are.
sealed interface Whereabouts {
  /// There are none.
  record Nowhere() implements Whereabouts {}

  /// In the `D` row of the version's token.
  record Inline() implements Whereabouts {}

  /// In the extents of these sections.
  record Listed(List<Section> sections) implements Whereabouts {
    public Listed {
      sections = List.copyOf(sections);
    }
  }

  /// In the extents of the sections in the `M` rows of the version's token, so many of them.
  record Manifest(int chunks) implements Whereabouts {
    public Manifest {
      if (chunks < 1 || chunks > 1000) throw new IllegalArgumentException(chunks + " chunks");
    }
  }
}
