package io.tarn.store;

import java.util.List;

/// The value of `If-Match` or `If-None-Match` (RFC 9110 §13.1): nothing said, any (`*`), or a list.
public record ETags(boolean any, List<ETag> list) {
  public static final ETags UNSAID = new ETags(false, List.of());
  public static final ETags ANY = new ETags(true, List.of());

  public ETags {
    list = List.copyOf(list);
  }

  public boolean isSaid() {
    return any || !list.isEmpty();
  }

  public boolean matches(ETag etag) {
    return any || list.contains(etag);
  }
}
