package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.S3Failure;

/// Whose the objects are that others write into a bucket (`x-amz-object-ownership`).
public enum Ownership {
  /// The writer's, with ACLs.
  OBJECT_WRITER("ObjectWriter"),
  /// The bucket's owner's where the writer grants it full control, else the writer's; with ACLs.
  BUCKET_OWNER_PREFERRED("BucketOwnerPreferred"),
  /// The bucket's owner's, and there are no ACLs.
  BUCKET_OWNER_ENFORCED("BucketOwnerEnforced");

  private final String text;

  Ownership(String text) {
    this.text = text;
  }

  /// As S3 spells it.
  public String text() {
    return text;
  }

  /// What is spelled so; nothing at all is [#OBJECT_WRITER].
  ///
  /// @throws S3Failure for anything else
  public static Ownership of(String text) {
    if (text.isEmpty()) return OBJECT_WRITER;
    for (Ownership one : values()) {
      if (one.text.equals(text)) return one;
    }
    throw S3Failure.argument(
        "Invalid x-amz-object-ownership header",
        "x-amz-object-ownership",
        Numbers.abbreviated(text));
  }
}
