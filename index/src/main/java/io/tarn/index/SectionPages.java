package io.tarn.index;

import io.tarn.store.Part;
import java.util.ArrayList;
import java.util.List;

/// The sections of a version that is pinned, a page at a time: of an object of many parts, a page
/// is an `M` row and read when it is asked for.
interface SectionPages {
  int count();

  List<Section> page(int number);

  default List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (int number = 0; number < count(); number++)
      for (Section section : page(number)) if (section.part() != null) parts.add(section.part());
    return parts;
  }

  /// Sections that are at hand.
  record Listed(List<Section> sections) implements SectionPages {
    public Listed {
      sections = List.copyOf(sections);
    }

    @Override
    public int count() {
      return 1;
    }

    @Override
    public List<Section> page(int number) {
      return sections;
    }
  }
}
