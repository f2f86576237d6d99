package io.tarn.s3;

import io.tarn.request.S3Request;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Span;
import java.util.List;

/// Which bytes are asked for, and of which version of the object only (`Range`, and `If-Range` of
/// RFC 9110 §13.1.5): a client that has some bytes and wants the others gets them if they are of
/// the same version, else the whole of the new one.
///
/// `text` is the header as it came; `onlyOf` the validator the client has, unsaid for none.
public record RangeRequest(String text, Span span, ETags onlyOf) {
  public static final RangeRequest WHOLE = new RangeRequest("", new Span.Whole(), ETags.UNSAID);

  private static final String NOBODYS = " ";

  /// What the headers ask for.
  public static RangeRequest of(S3Request request) {
    String range = request.header("range");
    if (range.isEmpty()) return WHOLE;
    String ifRange = request.header("if-range").strip();
    return new RangeRequest(range, Spans.parse(range), onlyOf(ifRange));
  }

  static RangeRequest ofPart(int number) {
    return new RangeRequest("", new Span.OfPart(number), ETags.UNSAID);
  }

  /// A weak tag never holds, nor does a date: two versions may have been written in one second, and
  /// what is put together of both is neither. As ETags, neither is that of any object.
  private static ETags onlyOf(String ifRange) {
    if (ifRange.isEmpty()) return ETags.UNSAID;
    boolean quoted = ifRange.length() > 1 && ifRange.startsWith("\"") && ifRange.endsWith("\"");
    String text = quoted ? ifRange.substring(1, ifRange.length() - 1) : ifRange;
    return new ETags(false, List.of(new ETag(text.indexOf('"') < 0 ? text : NOBODYS)));
  }
}
