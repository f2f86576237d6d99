package io.tarn.s3;

import io.tarn.request.HeaderText;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.signature.PayloadClaim;
import io.tarn.store.Metadata;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a writer says about an object in headers. Only an allow-list of names gets in: no header of
/// a client becomes anything the store relies on. Values stay as they came, one char per byte. An
/// empty value of a system header says nothing: an object of the type "" is one of no type.
final class MetadataHeaders {
  /// Bytes of the names and values of user metadata (S3 user guide, "User-defined object
  /// metadata").
  static final int MAX_USER_BYTES = 2048;

  static final int MAX_SYSTEM_BYTES = 8192;
  private static final String USER = "x-amz-meta-";
  private static final Set<String> SYSTEM =
      Set.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  private MetadataHeaders() {}

  /// @throws S3Failure when the headers ask for what is not there or are beyond a limit
  static Writing writing(S3Request request) {
    String storageClass = Refusals.storageClass(request);
    return new Writing(
        metadata(request.headers()),
        Tagging.ofHeader(request.header("x-amz-tagging")),
        ConditionHeaders.forWrite(request),
        AclHeaders.of(request),
        storageClass);
  }

  static Metadata metadata(RequestHeaders headers) {
    Map<String, String> system = new LinkedHashMap<>();
    Map<String, String> user = Map.of();
    String payload = headers.first(PayloadClaim.HEADER);
    boolean chunked = payload != null && payload.strip().startsWith("STREAMING-");
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i).toLowerCase(Locale.ROOT);
      boolean isUser = name.startsWith(USER);
      if (!isUser && !SYSTEM.contains(name)) continue;
      String value = headers.value(i);
      if (!HeaderText.isPrintable(value)) {
        throw S3Failure.argument("Invalid header value", name, "");
      }
      if (isUser) {
        if (user.isEmpty()) user = new LinkedHashMap<>();
        user.merge(name.substring(USER.length()), value, (a, b) -> a + "," + b);
      } else if (name.equals("content-encoding")) {
        String kept = chunked ? withoutChunking(value) : value;
        if (!kept.isEmpty()) system.put(name, kept);
      } else if (!value.isBlank()) {
        system.putIfAbsent(name, value);
      }
    }
    check(bytes(system), MAX_SYSTEM_BYTES);
    check(bytes(user), MAX_USER_BYTES);
    return system.isEmpty() && user.isEmpty() ? Metadata.NONE : new Metadata(system, user);
  }

  private static int bytes(Map<String, String> fields) {
    int bytes = 0;
    for (var field : fields.entrySet()) {
      bytes += field.getKey().length() + field.getValue().length();
    }
    return bytes;
  }

  private static void check(int bytes, int most) {
    if (bytes > most) {
      throw new S3Failure(
          S3Error.METADATA_TOO_LARGE,
          S3Error.METADATA_TOO_LARGE.message(),
          new S3Failure.Detail("Size", Integer.toString(bytes)),
          new S3Failure.Detail("MaxSizeAllowed", Integer.toString(most)));
    }
  }

  /// `aws-chunked` is how the body travelled, no property of the object; unless it did not travel
  /// so, as S3 sees it.
  private static String withoutChunking(String value) {
    if (!value.contains("aws-chunked")) return value;
    var kept = new StringBuilder();
    for (String coding : value.split(",", -1)) {
      if (coding.strip().equals("aws-chunked") || coding.isBlank()) continue;
      kept.append(kept.isEmpty() ? "" : ", ").append(coding.strip());
    }
    return kept.toString();
  }
}
