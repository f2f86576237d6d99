package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.request.HttpDate;
import io.tarn.s3.EncodedWords;
import io.tarn.s3.ReadRequest;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.DurabilityLevel;
import io.tarn.store.ObjectHead;
import io.tarn.store.StorageClass;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import java.util.Map;

/// The headers that describe an object.
final class ObjectFields {
  private static final String DEFAULT_TYPE = "binary/octet-stream";

  private ObjectFields() {}

  /// Everything about an object but the length and range of the answer.
  static Headers.Builder of(Bucket bucket, ObjectHead head, ReadRequest reading) {
    Headers.Builder headers = tag(bucket, head);
    headers.add("Accept-Ranges", "bytes");
    Map<String, String> overrides = reading.overrides();
    if (!head.metadata().system().containsKey("content-type")
        && !overrides.containsKey("content-type")) {
      headers.add("Content-Type", DEFAULT_TYPE);
    }
    head.metadata()
        .system()
        .forEach(
            (name, value) -> {
              if (!overrides.containsKey(name)) headers.add(name, value);
            });
    overrides.forEach((name, value) -> headers.add(name, Headers.fromUtf8(value)));
    head.metadata()
        .user()
        .forEach((name, value) -> headers.add("x-amz-meta-" + name, EncodedWords.of(value)));
    StorageClass storageClass = head.content().storageClass();
    if (!storageClass.isStandard()) headers.add("x-amz-storage-class", storageClass.text());
    if (head.tagCount() > 0) headers.add("x-amz-tagging-count", head.tagCount());
    return headers;
  }

  private static Headers.Builder tag(Bucket bucket, ObjectHead head) {
    Headers.Builder headers = Headers.builder();
    headers.add("ETag", head.content().etag().quoted());
    headers.add("Last-Modified", HttpDate.format(head.content().modified()));
    version(headers, bucket, head.version());
    return headers;
  }

  /// The version, where the bucket has or had versions.
  static void version(Headers.Builder headers, Bucket bucket, Version version) {
    if (bucket.versioning() != Versioning.OFF && !version.isLatest()) {
      headers.add("x-amz-version-id", version.text());
    }
  }

  /// The version a write made. In a suspended bucket that is `null`, which S3 does not say, but for
  /// a completion that is repeated: it may have been one before.
  static void written(Headers.Builder headers, Bucket bucket, Version version) {
    if (!version.equals(Version.NULL)) version(headers, bucket, version);
  }

  /// What the write outlives, where that can be one thing or another.
  static void durability(Headers.Builder headers, DurabilityLevel durability) {
    switch (durability) {
      case UNSAID -> {}
      case LOCAL -> headers.add("x-tarn-durability", "local");
      case ORIGIN -> headers.add("x-tarn-durability", "origin");
    }
  }

  static void checksum(Headers.Builder headers, Checksum checksum) {
    if (!checksum.isPresent()) return;
    headers.add("x-amz-checksum-" + checksum.algorithm().text(), checksum.text());
    headers.add("x-amz-checksum-type", checksum.type().name());
  }
}
