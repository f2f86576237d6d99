package io.tarn.s3;

import io.tarn.store.ETag;

/// Which bytes are asked for, and of which version of the object only (`Range`, and `If-Range` of
/// RFC 9110 §13.1.5): a client that has some bytes and wants the others gets them if they are of
/// the same version, else the whole of the new one.
///
/// @param text the header as it came @param ifRange the validator the client has, empty for none
public record RangeRequest(String text, ByteSpan span, String ifRange) {
  public static final RangeRequest WHOLE = new RangeRequest("", new ByteSpan.Whole(), "");

  static RangeRequest of(S3Request request) {
    String range = request.header("range");
    if (range.isEmpty()) return WHOLE;
    return new RangeRequest(range, ByteSpan.parse(range), request.header("if-range").strip());
  }

  /// The bytes to send of a version with this tag. A weak tag never holds, nor does a date: two
  /// versions may have been written in one second, and what is put together of both is neither.
  public ByteSpan of(ETag tag) {
    boolean same = ifRange.isEmpty() || ifRange.equals(tag.quoted()) || ifRange.equals(tag.text());
    return same ? span : new ByteSpan.Whole();
  }
}
