package io.tarn.signature;

import io.tarn.request.Numbers;
import io.tarn.request.Percent;
import io.tarn.request.Query;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.util.Arrays;
import java.util.Comparator;

/// The canonical request of Signature Version 4 in S3's flavour: the path is encoded once and never
/// normalised, so that `//` and `..` in a key are what they are. Built from the decoded request,
/// the same one that is carried out, and at most a few times as long as what came of it.
final class CanonicalRequest {
  static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

  /// Chars of the longest; the listener's limits of a head let none near it unless they are raised.
  static final int LONGEST = 256 << 10;

  private static final Comparator<Field> ORDER =
      Comparator.comparing(Field::name).thenComparing(Field::value);

  private record Field(String name, String value) {}

  private CanonicalRequest() {}

  /// @throws S3Failure when a header that was signed did not come, or the text would be too long
  static String of(S3Request request, SignedHeaders signedHeaders, String payloadHash) {
    var text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    Percent.encode(request.path(), true, text);
    text.append('\n');
    appendQuery(request.query(), text);
    text.append('\n');
    appendHeaders(request.headers(), signedHeaders.text(), text);
    text.append('\n').append(signedHeaders.text()).append('\n').append(payloadHash);
    checkLength(text);
    return text.toString();
  }

  /// Sorted by encoded name, then value; the signature itself is left out.
  private static void appendQuery(Query query, StringBuilder text) {
    int count = query.size();
    if (count == 0) return;
    Field[] fields = new Field[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      String name = query.name(i);
      if (name.equals(SIGNATURE_PARAMETER)) continue;
      fields[kept++] =
          new Field(Percent.encode(name, false), Percent.encode(query.value(i), false));
    }
    if (kept > 1) Arrays.sort(fields, 0, kept, ORDER);
    for (int i = 0; i < kept; i++) {
      if (i > 0) text.append('&');
      text.append(fields[i].name).append('=').append(fields[i].value);
    }
  }

  private static void appendHeaders(
      RequestHeaders headers, String signedHeaders, StringBuilder text) {
    int length = signedHeaders.length();
    for (int start = 0, end; start <= length; start = end + 1) {
      end = SignedHeaders.endOf(signedHeaders, start);
      text.append(signedHeaders, start, end).append(':');
      appendValues(headers, signedHeaders, start, end, text);
      text.append('\n');
      checkLength(text);
    }
  }

  private static void checkLength(StringBuilder text) {
    if (text.length() <= LONGEST) return;
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "The canonical request is longer than " + LONGEST + " characters: send fewer headers.");
  }

  /// All values of one name in order of arrival, joined by commas.
  private static void appendValues(
      RequestHeaders headers, String names, int start, int end, StringBuilder text) {
    boolean first = true;
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (name.length() != end - start || !names.regionMatches(true, start, name, 0, end - start)) {
        continue;
      }
      if (!first) text.append(',');
      first = false;
      appendFolded(headers.value(i), text);
    }
    if (first) throw absent(names.substring(start, end));
  }

  /// A signature over a header that is not there says nothing about one that is added later.
  private static S3Failure absent(String name) {
    return new S3Failure(
        S3Error.SIGNATURE_DOES_NOT_MATCH,
        "The signature covers a header that did not come: "
            + Numbers.abbreviated(name)
            + ". A proxy that takes it away breaks signatures.");
  }

  /// Trimmed, with runs of white space folded into one space.
  static void appendFolded(String value, StringBuilder text) {
    int from = 0;
    int to = value.length();
    while (from < to && isBlank(value.charAt(from))) from++;
    while (from < to && isBlank(value.charAt(to - 1))) to--;
    int plain = from; // start of what can be appended in one piece
    for (int i = from; i < to; i++) {
      if (!isBlank(value.charAt(i))) continue;
      text.append(value, plain, i).append(' ');
      while (isBlank(value.charAt(i + 1))) i++;
      plain = i + 1;
    }
    text.append(value, plain, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
