package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.Tags;
import io.tarn.store.Version;

/// The headers that make a PUT a copy.
final class CopyHeaders {
  private static final String VERSION = "?versionId=";

  private CopyHeaders() {}

  static S3Operation object(S3Request request, BucketName bucket, Key key) {
    CopySource source = source(request);
    Writing writing = MetadataHeaders.writing(request);
    boolean keepMetadata = keeps(request, "x-amz-metadata-directive");
    boolean keepTags = keeps(request, "x-amz-tagging-directive");
    ChecksumAlgorithm checksum =
        ChecksumHeaders.algorithm(request.header("x-amz-checksum-algorithm"));
    boolean ontoItself =
        source.bucket().equals(bucket) && source.key().equals(key) && source.version().isLatest();
    if (ontoItself && keepMetadata && checksum == null)
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    Writing kept =
        new Writing(
            writing.metadata(),
            keepTags ? Tags.NONE : writing.tags(),
            writing.conditions(),
            writing.acl());
    return new S3Operation.CopyObject(
        bucket, key, source, kept, new S3Operation.CopyRules(keepMetadata, keepTags, checksum));
  }

  static S3Operation part(S3Request request, BucketName bucket, Key key, int number) {
    String range = request.headers().first("x-amz-copy-source-range");
    ByteRange bytes = range == null ? null : ByteSpan.ofCopy(range);
    return new S3Operation.UploadPartCopy(
        bucket, key, S3Router.uploadOf(request.query()), number, source(request), bytes);
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

  private static CopySource source(S3Request request) {
    String header = request.header("x-amz-copy-source");
    if (header.startsWith("arn:")) throw S3Failure.notImplemented("x-amz-copy-source");
    int mark = header.indexOf(VERSION);
    Version version =
        mark < 0
            ? Version.LATEST
            : S3Router.version(decode(header.substring(mark + VERSION.length())));
    String path = mark < 0 ? header : header.substring(0, mark);
    int start = path.startsWith("/") ? 1 : 0;
    int slash = path.indexOf('/', start);
    if (slash < 0) slash = escapedSlash(path, start);
    if (slash < 0) throw invalid("Invalid copy source object key", header);
    int keyStart = path.charAt(slash) == '/' ? slash + 1 : slash + 3;
    String bucket = decode(path.substring(start, slash));
    String key = decode(path.substring(keyStart));
    if (!BucketName.valid(bucket)) throw invalid("Invalid copy source bucket name", header);
    if (key.isEmpty()) throw invalid("Invalid copy source object key", header);
    Conditions conditions = ConditionHeaders.forCopySource(request);
    return new CopySource(new BucketName(bucket), S3Router.keyOf(key), version, conditions);
  }

  /// Clients that encode the whole value once spell its first slash `%2F`.
  private static int escapedSlash(String path, int start) {
    for (int i = start; i + 2 < path.length(); i++)
      if (path.regionMatches(true, i, "%2F", 0, 3)) return i;
    return -1;
  }

  private static String decode(String text) {
    try {
      return Percent.decode(text, false);
    } catch (IllegalArgumentException e) {
      throw invalid("Invalid copy source encoding", text);
    }
  }

  private static S3Failure invalid(String message, String value) {
    return S3Failure.argument(message, "x-amz-copy-source", Numbers.abbreviated(value));
  }
}
