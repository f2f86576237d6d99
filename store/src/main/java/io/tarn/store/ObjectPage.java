package io.tarn.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a listing. `next` is null at the end, and else where the next page starts: it exists
/// exactly when at least one more visible element does, or when the store stopped early with less
/// than it was asked for.
public record ObjectPage(List<Listed> items, @Nullable ListFrom next) {
  public ObjectPage {
    items = List.copyOf(items);
  }

  /// An element, in order.
  public sealed interface Listed {}

  public record ListedObject(Key key, TenantId owner, Content content) implements Listed {}

  /// A common prefix.
  public record Group(String prefix) implements Listed {}
}
