package io.tarn.store;

import io.tarn.bytes.Digester;

/// What a body came to: its ETag (the MD5 of its bytes) and the additional checksum asked for, or
/// [Checksum#NONE].
public record Digests(ETag etag, Checksum checksum) {
  /// What running hashes ended in, in the words of the store.
  public static Digests of(Digester.Finished hashes) {
    return new Digests(
        ETag.ofMd5(hashes.md5()),
        hashes.algorithm() == null
            ? Checksum.NONE
            : Checksum.of(hashes.algorithm(), hashes.checksum()));
  }
}
