package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.store.Bucket;
import io.tarn.store.Version;
import io.tarn.store.Versioning;

/// What copies of objects and of parts have in common.
final class Sources {
  private Sources() {}

  static void version(Headers.Builder headers, Bucket source, Version version) {
    if (source.versioning() != Versioning.OFF && !version.isLatest())
      headers.add("x-amz-copy-source-version-id", version.text());
  }
}
