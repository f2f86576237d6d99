package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.ChecksumHeaders;
import io.tarn.request.Numbers;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
import io.tarn.store.Key;
import io.tarn.store.Tags;

/// The headers that make a PUT a copy.
final class CopyHeaders {
  private CopyHeaders() {}

  static S3Operation.Served object(S3Request request) {
    notInPieces(request, "range", "x-amz-copy-source-range");
    BucketName bucket = S3Router.bucketOf(request);
    Key key = S3Router.keyOf(request);
    CopySource source = CopySource.of(request);
    Writing writing = MetadataHeaders.writing(request);
    boolean keepMetadata = keeps(request, "x-amz-metadata-directive");
    boolean keepTags = keeps(request, "x-amz-tagging-directive");
    ChecksumAlgorithm checksum =
        ChecksumHeaders.algorithm(request.header("x-amz-checksum-algorithm"));
    boolean ontoItself =
        source.bucket().equals(bucket) && source.key().equals(key) && source.version().isLatest();
    if (ontoItself && keepMetadata && checksum == null) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    Writing kept = keepTags ? writing.with(Tags.NONE) : writing;
    return new S3Operation.CopyObject(
        bucket, key, source, kept, new S3Operation.CopyRules(keepMetadata, keepTags, checksum));
  }

  static S3Operation.Served part(S3Request request, int number) {
    notInPieces(request, "range");
    String range = request.headers().first("x-amz-copy-source-range");
    ByteRange bytes = range == null ? null : Spans.ofCopy(range);
    return new S3Operation.UploadPartCopy(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.uploadOf(request.query()),
        number,
        CopySource.of(request),
        bytes);
  }

  /// Who asks for a piece must not get the whole.
  private static void notInPieces(S3Request request, String... headers) {
    for (String header : headers) {
      if (request.headers().has(header)) {
        throw S3Failure.argument(
            "RANGE is not supported in Copy!", header, Numbers.abbreviated(request.header(header)));
      }
    }
  }

  private static boolean keeps(S3Request request, String directive) {
    String value = request.header(directive);
    return switch (value) {
      case "", "COPY" -> true;
      case "REPLACE" -> false;
      default ->
          throw S3Failure.argument("Unknown directive.", directive, Numbers.abbreviated(value));
    };
  }
}
