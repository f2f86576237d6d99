package io.tarn.s3;

/// Headers that ask for what is not there. They are refused, never overlooked: a client that asked
/// for encryption and got none would believe it.
final class Refusals {
  private Refusals() {}

  static void onNewBucket(S3Request request) {
    String lock = request.header("x-amz-bucket-object-lock-enabled");
    if (!lock.isEmpty() && !lock.equalsIgnoreCase("false"))
      throw S3Failure.notImplemented("x-amz-bucket-object-lock-enabled");
    String namespace = request.header("x-amz-bucket-namespace");
    if (!namespace.isEmpty() && !namespace.equals("global"))
      throw S3Failure.notImplemented("x-amz-bucket-namespace");
  }

  static void onRead(S3Request request) {
    for (int i = 0, size = request.headers().size(); i < size; i++)
      if (startsWith(request.headers().name(i), "x-amz-server-side-encryption"))
        throw S3Failure.notImplemented(request.headers().name(i));
  }

  static void onPart(S3Request request) {
    onRead(request);
    for (int i = 0, size = request.headers().size(); i < size; i++)
      if (startsWith(request.headers().name(i), "x-amz-copy-source-server-side-encryption"))
        throw S3Failure.notImplemented(request.headers().name(i));
  }

  static void onNewObject(S3Request request) {
    onPart(request);
    for (int i = 0, size = request.headers().size(); i < size; i++) {
      String name = request.headers().name(i);
      if (startsWith(name, "x-amz-object-lock-")
          || name.equalsIgnoreCase("x-amz-website-redirect-location")
          || name.equalsIgnoreCase("x-amz-write-offset-bytes"))
        throw S3Failure.notImplemented(name);
    }
    String storageClass = request.header("x-amz-storage-class");
    switch (storageClass) {
      case "", "STANDARD", "REDUCED_REDUNDANCY" -> {}
      default ->
          throw new S3Failure(
              S3Error.INVALID_STORAGE_CLASS,
              S3Error.INVALID_STORAGE_CLASS.message(),
              new S3Failure.Detail("StorageClassRequested", Numbers.abbreviated(storageClass)));
    }
  }

  private static boolean startsWith(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
