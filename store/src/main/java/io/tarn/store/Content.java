package io.tarn.store;

import java.time.Instant;
import java.util.List;

/// The facts of an object's bytes. `parts` is empty unless the object came from a multipart upload.
public record Content(long size, ETag etag, Instant modified, Checksum checksum, List<Part> parts) {
  public Content {
    parts = List.copyOf(parts);
  }
}
