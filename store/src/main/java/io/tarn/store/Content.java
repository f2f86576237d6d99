package io.tarn.store;

import java.time.Instant;

/// The facts of an object's bytes. Its parts are none of them: there can be ten thousand, and facts
/// are held for as long as a client takes ([OpenObject#parts]). `checksum` is [Checksum#NONE] where
/// it has none, and [Checksum#UNTOLD] where nobody asked for it or the store does not know.
public record Content(
    long size, ETag etag, Instant modified, Checksum checksum, StorageClass storageClass) {
  /// Kept as usual.
  public Content(long size, ETag etag, Instant modified, Checksum checksum) {
    this(size, etag, modified, checksum, StorageClass.STANDARD);
  }

  /// The same, saying nothing of the checksum.
  public Content without() {
    return new Content(size, etag, modified, Checksum.UNTOLD, storageClass);
  }
}
