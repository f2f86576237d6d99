package io.tarn.s3;

import io.tarn.request.S3Failure;
import java.nio.ByteBuffer;

/// The body of an error. It repeats what the client sent, and no more of that than a person would
/// read: an answer must not be many times its question.
public final class ErrorDocument {
  /// Chars of one element. A key that may be one is shorter.
  static final int LONGEST = 2048;

  private ErrorDocument() {}

  /// What the error is about and which request it ended. `bucket` and `key` are empty for none.
  public record About(
      String resource, String bucket, String key, String requestId, String hostId) {}

  public static ByteBuffer render(S3Failure failure, About about) {
    var xml = new XmlWriter(512);
    xml.open("Error");
    xml.element("Code", failure.error().code()).element("Message", shortened(failure.text()));
    if (!about.bucket().isEmpty()) xml.element("BucketName", shortened(about.bucket()));
    // A failure may be about another key than the request: the source of a copy.
    boolean ownKey = failure.details().stream().anyMatch(detail -> detail.name().equals("Key"));
    if (!ownKey && !about.key().isEmpty()) xml.element("Key", shortened(about.key()));
    for (var detail : failure.details()) {
      if (!detail.name().equals("BucketName")) {
        xml.element(detail.name(), shortened(detail.value()));
      }
    }
    xml.element("Resource", shortened(about.resource()));
    xml.element("RequestId", about.requestId()).element("HostId", about.hostId());
    return xml.close("Error").finish();
  }

  private static String shortened(String text) {
    if (text.length() <= LONGEST) return text;
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "… (%d characters)".formatted(text.length());
  }
}
