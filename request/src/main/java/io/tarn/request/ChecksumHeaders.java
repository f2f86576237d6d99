package io.tarn.request;

import io.tarn.bytes.ChecksumAlgorithm;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The `x-amz-checksum-*` headers and trailer fields: what they are called, how many there may be,
/// and what is the value of one.
public final class ChecksumHeaders {
  public static final String PREFIX = "x-amz-checksum-";
  public static final String SINGLE = "Expecting a single x-amz-checksum- header";
  public static final String MULTIPLE = SINGLE + ". Multiple checksum Types are not allowed.";

  private ChecksumHeaders() {}

  /// Where the one header with a checksum stands, or -1.
  public static int only(RequestHeaders headers) {
    int found = -1;
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) continue;
      if (saysNoValue(name.toLowerCase(Locale.ROOT))) continue;
      if (found >= 0) throw new S3Failure(S3Error.INVALID_REQUEST, MULTIPLE);
      found = i;
    }
    return found;
  }

  private static boolean saysNoValue(String field) {
    return switch (field) {
      case PREFIX + "algorithm", PREFIX + "mode", PREFIX + "type" -> true;
      default -> false;
    };
  }

  /// The algorithm of a header or trailer field. Those that S3 has and this server has not were
  /// refused before.
  public static ChecksumAlgorithm named(String field) {
    ChecksumAlgorithm algorithm = find(field);
    if (algorithm != null) return algorithm;
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "The algorithm type you specified in x-amz-checksum- header is invalid.");
  }

  /// As [#named], null for none.
  public static @Nullable ChecksumAlgorithm find(String field) {
    if (!field.startsWith(PREFIX)) return null;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (field.startsWith(algorithm.text(), PREFIX.length())
          && field.length() == PREFIX.length() + algorithm.text().length()) {
        return algorithm;
      }
    }
    return null;
  }

  /// A checksum's bytes out of their base64; null when it is not one, to the last bit: what else
  /// decodes to the same bytes is another text.
  public static byte @Nullable [] decode(String base64, int bytes) {
    try {
      byte[] value = Base64.getDecoder().decode(base64);
      boolean same = Base64.getEncoder().encodeToString(value).equals(base64);
      return same && value.length == bytes ? value : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// The algorithm of this name, null for none.
  public static @Nullable ChecksumAlgorithm algorithm(String name) {
    if (name.isEmpty()) return null;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (algorithm.name().equalsIgnoreCase(name)) return algorithm;
    }
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
            + " [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }
}
