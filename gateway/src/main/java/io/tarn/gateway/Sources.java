package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.ETags;
import io.tarn.store.ObjectHead;
import io.tarn.store.Read;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import java.util.List;

/// What copies of objects and of parts have in common.
final class Sources {
  private Sources() {}

  static Read unconditional(Read read) {
    return new Read(read.bucket(), read.key(), read.version(), Conditions.NONE);
  }

  /// The same source, and no other than the one of this head.
  static Read pinned(Read read, ObjectHead head) {
    if (!head.version().equals(Version.NULL))
      return new Read(read.bucket(), read.key(), head.version(), read.conditions());
    if (read.conditions().ifMatch().isSaid()) return read;
    Conditions said = read.conditions();
    var same = new ETags(false, List.of(head.content().etag()));
    return new Read(
        read.bucket(),
        read.key(),
        read.version(),
        new Conditions(same, said.ifNoneMatch(), said.modifiedSince(), null));
  }

  static void version(Headers.Builder headers, Bucket source, Version version) {
    if (source.versioning() != Versioning.OFF && !version.isLatest())
      headers.add("x-amz-copy-source-version-id", version.text());
  }
}
