package io.tarn.upstream;

import io.tarn.request.S3Failure;
import io.tarn.s3.XmlElement;
import io.tarn.s3.XmlReader;

/// What the document of an error says, as far as it can be read; what else an origin or whatever
/// stands before it may answer (a page of HTML) says nothing.
record OriginError(XmlElement document) {
  static final OriginError NOTHING = new OriginError(XmlElement.empty("Error"));

  static OriginError of(byte[] body) {
    if (body.length == 0) return NOTHING;
    try {
      XmlElement document = XmlReader.readForeign(body);
      return document.name().equals("Error") ? new OriginError(document) : NOTHING;
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
