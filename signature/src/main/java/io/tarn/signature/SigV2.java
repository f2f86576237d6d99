package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.request.Singleton;
import io.tarn.request.Subresource;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The arithmetic of AWS Signature Version 2 ("Signing and authenticating REST requests" in the S3
/// user guide), which covers less than Version 4: no host, and of the query only what chooses the
/// operation. Strings have one char per byte.
final class SigV2 {
  /// Signed besides the parameters that choose an operation.
  private static final Set<String> SIGNED =
      Set.of(
          "partNumber",
          "versionId",
          "defaultObjectAcl",
          "storageClass",
          "select-type",
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires");

  private record Parameter(String name, String value) {}

  private SigV2() {}

  /// What may have been signed, one or two texts that mean the same. `date` is the time of expiry
  /// in a presigned URL, as it stands there.
  static List<String> stringsToSign(S3Request request, String date) {
    var text = new StringBuilder(256);
    text.append(request.method()).append('\n');
    text.append(Singleton.header(request.headers(), "content-md5")).append('\n');
    text.append(Singleton.header(request.headers(), "content-type")).append('\n');
    text.append(date).append('\n');
    appendAmzHeaders(request.headers(), text);
    String raw = request.rawPath();
    if (request.isBucketInHost()) text.append('/').append(request.bucket());
    String before = text.append(raw).toString();
    String query = parameters(request.query());
    // Clients sign the name of a bucket with a slash behind it, also where they send none.
    boolean bare = !request.bucket().isEmpty() && request.key().isEmpty() && !raw.endsWith("/");
    return bare ? List.of(before + query, before + '/' + query) : List.of(before + query);
  }

  static String sign(SecretKey secret, String stringToSign) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.text().getBytes(UTF_8), "HmacSHA1"));
      byte[] signature = mac.doFinal(stringToSign.getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(signature);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e); // every JDK has it, and takes any key that is not empty
    }
  }

  /// Every `x-amz-` header that came, so that none can be added on the way.
  private static void appendAmzHeaders(RequestHeaders headers, StringBuilder text) {
    var values = new TreeMap<String, StringJoiner>();
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i).toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-")) {
        values.computeIfAbsent(name, _ -> new StringJoiner(",")).add(headers.value(i).strip());
      }
    }
    values.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
  }

  private static String parameters(Query query) {
    var signed = new ArrayList<Parameter>();
    for (int i = 0, size = query.size(); i < size; i++) {
      if (isSigned(query.name(i))) signed.add(new Parameter(query.name(i), query.value(i)));
    }
    signed.sort(Comparator.comparing(Parameter::name));
    var text = new StringBuilder();
    for (Parameter parameter : signed) {
      checkUnambiguous(parameter);
      text.append(text.isEmpty() ? '?' : '&').append(parameter.name());
      if (parameter.value().isEmpty()) continue;
      text.append('=').append(new String(parameter.value().getBytes(UTF_8), ISO_8859_1));
    }
    return text.toString();
  }

  private static boolean isSigned(String name) {
    return SIGNED.contains(name) || Subresource.find(name) != null;
  }

  /// Values are signed decoded: `a&versionId=1` in one would be signed like a parameter of its own,
  /// and whoever holds a URL could turn either into the other.
  private static void checkUnambiguous(Parameter parameter) {
    String value = parameter.value();
    for (int and = value.indexOf('&'); and >= 0; and = value.indexOf('&', and + 1)) {
      int end = and + 1;
      while (end < value.length() && value.charAt(end) != '=' && value.charAt(end) != '&') end++;
      if (isSigned(value.substring(and + 1, end))) {
        throw S3Failure.argument(
            "A value that reads like a parameter cannot be signed with Signature Version 2.",
            parameter.name(),
            Numbers.abbreviated(value));
      }
    }
  }
}
