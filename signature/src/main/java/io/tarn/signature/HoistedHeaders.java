package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.request.ChecksumHeaders;
import io.tarn.request.HeaderText;
import io.tarn.request.Query;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Headers that stand in the query of a presigned URL. SDKs move them there when they presign, so
/// that whoever holds the URL need not send them; they are signed like the rest of it, and mean
/// what they would mean as headers. `x-amz-copy-source` in a query makes a copy of a PUT, as the
/// signer meant it: without it, the copy would be an empty object.
///
/// One kind is dropped, as S3 drops it: checksums of the body. Whoever presigns has no body, and
/// SDKs put there the checksum of an empty one.
public final class HoistedHeaders {
  /// In lower case, as some clients write them. Those of Version 4 stay in the query.
  private static final Set<String> OF_VERSION_4 =
      Set.of(
          "x-amz-algorithm",
          "x-amz-credential",
          "x-amz-date",
          "x-amz-expires",
          "x-amz-signedheaders",
          "x-amz-signature",
          "x-amz-security-token",
          PayloadClaim.HEADER);

  private static final Set<String> OF_VERSION_2 = Set.of("content-type", "content-md5");

  private HoistedHeaders() {}

  /// The request with the headers in their place, if its query is signed.
  ///
  /// @throws S3Failure when a header came both ways, and not with the same value
  public static S3Request of(S3Request request, Proof proof) {
    return switch (proof) {
      case Proof.Anonymous _ -> request;
      case Proof.Signed signed -> signed.form() == Proof.Form.QUERY ? ofVersion4(request) : request;
      case Proof.PresignedV2 _ -> ofVersion2(request);
    };
  }

  private static S3Request ofVersion4(S3Request request) {
    return moved(request, name -> name.startsWith("x-amz-") && !OF_VERSION_4.contains(name));
  }

  /// Version 2 signs these headers by value wherever they stand.
  static S3Request ofVersion2(S3Request request) {
    return moved(request, name -> name.startsWith("x-amz-") || OF_VERSION_2.contains(name));
  }

  private interface Names {
    boolean include(String lowerCase);
  }

  private static S3Request moved(S3Request request, Names names) {
    Query query = request.query();
    List<String> fields = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (int i = 0, size = query.size(); i < size; i++) {
      String name = query.name(i).toLowerCase(Locale.ROOT);
      if (!names.include(name)) {
        rest.add(query.name(i));
        rest.add(query.value(i));
      } else if (!isChecksum(name)) {
        add(name, query.value(i), request.headers(), fields);
      }
    }
    if (rest.size() == 2 * query.size()) return request;
    return request.with(Query.of(rest), joined(request.headers(), List.copyOf(fields)));
  }

  private static boolean isChecksum(String name) {
    return name.equals("x-amz-sdk-checksum-algorithm") || ChecksumHeaders.find(name) != null;
  }

  private static void add(String name, String text, RequestHeaders sent, List<String> fields) {
    String value = new String(text.getBytes(UTF_8), ISO_8859_1);
    if (!HeaderText.isPrintable(value)) throw S3Failure.argument("Invalid header value", name, "");
    String other = sent.first(name);
    if (other == null) {
      fields.add(name);
      fields.add(value);
    } else if (!other.strip().equals(value.strip())) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST, "The header and the query disagree about " + name);
    }
  }

  private static RequestHeaders joined(RequestHeaders sent, List<String> hoisted) {
    return new RequestHeaders() {
      @Override
      public int size() {
        return sent.size() + hoisted.size() / 2;
      }

      @Override
      public String name(int index) {
        return index < sent.size() ? sent.name(index) : hoisted.get(2 * (index - sent.size()));
      }

      @Override
      public String value(int index) {
        return index < sent.size() ? sent.value(index) : hoisted.get(2 * (index - sent.size()) + 1);
      }
    };
  }
}
