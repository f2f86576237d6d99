package io.tarn.index;

import io.tarn.store.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sections of a version that is pinned, a page at a time: of an object of many parts, a page
/// is an `M` row and read when it is asked for.
interface SectionPages {
  int count();

  List<Section> page(int number);

  /// A page, and where in the object it begins.
  record Place(int page, long start) {}

  /// The page that has the byte at `offset`, or one before it where nothing says which one that is.
  default Place find(long offset) {
    return new Place(0, 0);
  }

  /// The section that has exactly these bytes of the object; null when none has.
  default @Nullable Section section(long first, long length) {
    Place place = find(first);
    long at = place.start();
    for (int number = place.page(); number < count() && at <= first; number++) {
      for (Section section : page(number)) {
        if (at == first && section.length() == length) return section;
        at += section.length();
        if (at > first) return null;
      }
    }
    return null;
  }

  default List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (int number = 0; number < count(); number++) {
      for (Section section : page(number)) {
        if (section.part() != null) parts.add(section.part());
      }
    }
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
