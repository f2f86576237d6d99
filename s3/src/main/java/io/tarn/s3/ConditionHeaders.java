package io.tarn.s3;

import io.tarn.request.HttpDate;
import io.tarn.request.Numbers;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.Conditions;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `If-*` headers (RFC 9110 §13) and S3's own conditions.
public final class ConditionHeaders {
  private ConditionHeaders() {}

  /// Those of a read, [Conditions#NONE] for none.
  public static Conditions forRead(S3Request request) {
    return said(request, "if-match", "if-none-match", "if-modified-since", "if-unmodified-since");
  }

  static Conditions forCopySource(S3Request request) {
    return said(
        request,
        "x-amz-copy-source-if-match",
        "x-amz-copy-source-if-none-match",
        "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since");
  }

  /// A write knows conditions on the ETag only; those on dates are refused, for ignoring one would
  /// overwrite what it protects.
  static Conditions forWrite(S3Request request) {
    RequestHeaders headers = request.headers();
    if (headers.has("if-modified-since")) throw S3Failure.notImplemented("If-Modified-Since");
    if (headers.has("if-unmodified-since")) throw S3Failure.notImplemented("If-Unmodified-Since");
    ETags match = etags(headers, "if-match");
    ETags noneMatch = etags(headers, "if-none-match");
    return match.isSaid() || noneMatch.isSaid()
        ? new Conditions(match, noneMatch, null, null)
        : Conditions.NONE;
  }

  static Conditions forDelete(S3Request request) {
    Conditions onTag = forWrite(request);
    if (onTag.ifNoneMatch().isSaid()) throw S3Failure.notImplemented("If-None-Match");
    String size = request.header("x-amz-if-match-size");
    String modified = request.header("x-amz-if-match-last-modified-time");
    if (size.isEmpty() && modified.isEmpty()) return onTag;
    return new Conditions(
        onTag.ifMatch(),
        ETags.UNSAID,
        null,
        null,
        size.isEmpty() ? null : bytes(size),
        modified.isEmpty() ? null : time(modified));
  }

  private static long bytes(String text) {
    long size = Numbers.position(text, 0, text.length());
    if (size < 0) {
      throw S3Failure.argument("Invalid size", "x-amz-if-match-size", Numbers.abbreviated(text));
    }
    return size;
  }

  /// A date of HTTP, or of ISO 8601, which some clients send here.
  static Instant time(String text) {
    Instant time = HttpDate.parse(text);
    if (time != null) return time;
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw S3Failure.argument("Invalid date", "last-modified-time", Numbers.abbreviated(text));
    }
  }

  private static Conditions said(
      S3Request request, String match, String noneMatch, String since, String notSince) {
    RequestHeaders headers = request.headers();
    ETags ifMatch = etags(headers, match);
    ETags ifNoneMatch = etags(headers, noneMatch);
    Instant modifiedSince = date(headers.first(since));
    Instant unmodifiedSince = date(headers.first(notSince));
    boolean none =
        !ifMatch.isSaid()
            && !ifNoneMatch.isSaid()
            && modifiedSince == null
            && unmodifiedSince == null;
    return none
        ? Conditions.NONE
        : new Conditions(ifMatch, ifNoneMatch, modifiedSince, unmodifiedSince);
  }

  /// A date that is none says nothing (RFC 9110 §13.1.3).
  private static @Nullable Instant date(@Nullable String text) {
    return text == null ? null : HttpDate.parse(text);
  }

  static ETags etags(RequestHeaders headers, String name) {
    if (headers.first(name) == null) return ETags.UNSAID;
    List<ETag> tags = new ArrayList<>(1);
    for (String value : headers.all(name)) {
      if (addTags(value, tags)) return ETags.ANY;
    }
    return new ETags(false, tags);
  }

  /// Adds the tags of a list, quoted or not, weak or not; true when it says any.
  private static boolean addTags(String value, List<ETag> to) {
    int start = 0;
    for (int i = 0; i <= value.length(); i++) {
      if (i < value.length() && value.charAt(i) != ',') continue;
      String item = value.substring(start, i).strip();
      start = i + 1;
      if (item.equals("*")) return true;
      if (!item.isEmpty()) to.add(tag(item));
    }
    return false;
  }

  static ETag tag(String text) {
    String tag = text.startsWith("W/") ? text.substring(2) : text;
    boolean quoted = tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
    return new ETag((quoted ? tag.substring(1, tag.length() - 1) : tag).replace("\"", ""));
  }
}
