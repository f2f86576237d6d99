package io.tarn.upstream;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import java.nio.charset.StandardCharsets;

/// Where a linked bucket is at its origin: a bucket there, and what stands before each key.
///
/// - `name`: what it is called here
record LinkedPlace(BucketName name, String bucket, String prefix) {
  /// @throws IllegalStateException for a bucket that is not linked: it has come to the wrong store
  static LinkedPlace of(Bucket bucket) {
    return switch (bucket.home()) {
      case Home.Linked(var _, var there, var prefix, var _) ->
          new LinkedPlace(bucket.name(), there, prefix);
      case Home.Own _, Home.Files _, Home.OtherRegion _ ->
          throw new IllegalStateException("bucket " + bucket.name() + " is not linked");
    };
  }

  /// What a key is called there.
  ///
  /// @throws StoreFailure.Invalid when that is longer than a key can be
  String there(Key key) {
    if (prefix.isEmpty()) return key.text();
    String there = prefix + key.text();
    if (there.getBytes(StandardCharsets.UTF_8).length > Key.MAX_BYTES) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.ARGUMENT,
          "The key is too long for this bucket: with what stands before it at its origin it has"
              + " more than %d bytes".formatted(Key.MAX_BYTES));
    }
    return there;
  }

  /// What something that begins with the prefix is called here.
  String here(String there) {
    if (!there.startsWith(prefix)) {
      throw new UnreadableAnswer("names %s, which nobody asked for".formatted(there));
    }
    return there.substring(prefix.length());
  }
}
