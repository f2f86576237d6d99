package io.tarn.s3;

import java.nio.ByteBuffer;

/// The body of an error.
public final class ErrorDocument {
  private ErrorDocument() {}

  /// What the error is about and which request it ended. `bucket` and `key` are empty for none.
  public record About(
      String resource, String bucket, String key, String requestId, String hostId) {}

  public static ByteBuffer render(S3Failure failure, About about) {
    var xml = new XmlWriter(512);
    xml.open("Error");
    xml.element("Code", failure.error().code()).element("Message", failure.text());
    if (!about.bucket().isEmpty()) xml.element("BucketName", about.bucket());
    // A failure may be about another key than the request: the source of a copy.
    boolean ownKey = failure.details().stream().anyMatch(detail -> detail.name().equals("Key"));
    if (!ownKey && !about.key().isEmpty()) xml.element("Key", about.key());
    for (var detail : failure.details())
      if (!detail.name().equals("BucketName")) xml.element(detail.name(), detail.value());
    xml.element("Resource", about.resource());
    xml.element("RequestId", about.requestId()).element("HostId", about.hostId());
    return xml.close("Error").finish();
  }
}
