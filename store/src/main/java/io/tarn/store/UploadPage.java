package io.tarn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of uploads; `next` as in [ObjectPage], `nextUpload` empty behind a group.
public record UploadPage(List<Listed> items, @Nullable ListFrom next, String nextUpload) {
  public UploadPage {
    items = List.copyOf(items);
  }

  public sealed interface Listed {}

  public record ListedUpload(Upload upload) implements Listed {}

  public record Group(String prefix) implements Listed {}
}
