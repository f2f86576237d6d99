package io.tarn.store;

import java.util.List;

/// A page of parts, by number. `truncated` when a further part exists.
public record PartPage(Upload upload, List<Part> parts, boolean truncated) {
  public PartPage {
    parts = List.copyOf(parts);
  }
}
