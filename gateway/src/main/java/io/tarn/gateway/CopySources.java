package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.s3.CopySource;
import io.tarn.store.Bucket;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Wanted;

/// What copies of objects and of parts have in common.
final class CopySources {
  private CopySources() {}

  /// What of it is wanted, the copy says ([io.tarn.store.Copying]).
  static Read read(Bucket bucket, CopySource source, Permit permit) {
    return new Read(
        bucket, source.key(), source.version(), source.conditions(), permit, Wanted.EVERYTHING);
  }

  static void version(Headers.Builder headers, Bucket source, Version version) {
    if (source.versioning() != Versioning.OFF && !version.isLatest()) {
      headers.add("x-amz-copy-source-version-id", version.text());
    }
  }
}
