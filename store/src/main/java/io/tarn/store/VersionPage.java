package io.tarn.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of versions. `next` as in [ObjectPage]; `nextVersion` is [Version#LATEST] behind a group.
public record VersionPage(List<Listed> items, @Nullable ListFrom next, Version nextVersion) {
  public VersionPage {
    items = List.copyOf(items);
  }

  public sealed interface Listed {}

  public record ListedVersion(
      Key key, Version version, boolean latest, TenantId owner, Content content)
      implements Listed {}

  public record DeleteMarker(
      Key key, Version version, boolean latest, TenantId owner, Instant modified)
      implements Listed {}

  public record Group(String prefix) implements Listed {}
}
