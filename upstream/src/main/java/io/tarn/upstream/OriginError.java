package io.tarn.upstream;

import io.tarn.request.S3Failure;
import io.tarn.s3.XmlElement;
import io.tarn.s3.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// What the document of an error says, as far as it can be read; what else an origin or whatever
/// stands before it may answer (a page of HTML) says nothing.
record OriginError(XmlElement document) {
  static final OriginError NOTHING = new OriginError(XmlElement.empty("Error"));

  /// What XML 1.0 cannot have, and references, among which that may be.
  private static final Pattern NO_TEXT =
      Pattern.compile("&#[xX]?[0-9a-fA-F]{1,8};|[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]");

  static OriginError of(byte[] body) {
    if (body.length == 0) return NOTHING;
    try {
      return read(body);
    } catch (S3Failure _) {
      return withoutNames(body);
    }
  }

  private static OriginError read(byte[] body) {
    XmlElement document = XmlReader.readForeign(body);
    return document.name().equals("Error") ? new OriginError(document) : NOTHING;
  }

  /// A document that names a key is not well formed where the key has characters that XML has none
  /// of. What it says of the error is wanted all the same.
  private static OriginError withoutNames(byte[] body) {
    String text = NO_TEXT.matcher(new String(body, StandardCharsets.UTF_8)).replaceAll("?");
    try {
      return read(text.getBytes(StandardCharsets.UTF_8));
    } catch (S3Failure _) {
      return NOTHING;
    }
  }

  /// Empty where there is none.
  String code() {
    return document.firstOf("Code");
  }

  String detail(String name) {
    return document.firstOf(name);
  }
}
