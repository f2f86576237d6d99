package io.tarn.s3;

import io.tarn.identity.Action;
import io.tarn.identity.Demand;
import io.tarn.request.Numbers;
import io.tarn.request.Percent;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.Version;

/// The object a copy is made of, and on what conditions (`x-amz-copy-source…`).
public record CopySource(BucketName bucket, Key key, Version version, Conditions conditions) {
  static final String HEADER = "x-amz-copy-source";
  private static final String VERSION = "?versionId=";

  /// Reads `bucket/key`, with a slash before it or without, decoded once and as a whole: some
  /// clients encode the slashes, too, and a bucket's name has none. `+` is a space, as S3 reads it.
  /// A version follows an unencoded `?versionId=`; any other `?` belongs to the key.
  static CopySource of(S3Request request) {
    String header = request.header(HEADER);
    int mark = header.indexOf(VERSION);
    Version version =
        mark < 0
            ? Version.LATEST
            : S3Router.version(decode(header.substring(mark + VERSION.length())));
    String path = decode(mark < 0 ? header : header.substring(0, mark));
    if (path.startsWith("arn:")) throw S3Failure.notImplemented(HEADER);
    int start = path.startsWith("/") ? 1 : 0;
    int slash = path.indexOf('/', start);
    if (slash < 0 || slash + 1 == path.length()) {
      throw invalid("Invalid copy source object key", header);
    }
    String bucket = path.substring(start, slash);
    if (!BucketName.valid(bucket)) throw invalid("Invalid copy source bucket name", header);
    return new CopySource(
        new BucketName(bucket),
        S3Router.key(path.substring(slash + 1)),
        version,
        ConditionHeaders.forCopySource(request));
  }

  /// What a copy needs of it.
  public Demand demand() {
    return Demand.toRead(bucket, key, version);
  }

  /// And where its tags come along and it has some.
  public Demand demandOfTags() {
    return Demand.on(Action.GET_OBJECT_TAGGING, bucket, key, version);
  }

  private static String decode(String text) {
    try {
      return Percent.decode(text, true);
    } catch (IllegalArgumentException e) {
      throw invalid("Invalid copy source encoding", text);
    }
  }

  private static S3Failure invalid(String message, String value) {
    return S3Failure.argument(message, HEADER, Numbers.abbreviated(value));
  }
}
