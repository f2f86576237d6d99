package io.tarn.request;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/// Headers of which a request has one: two of them are two opinions about what was signed, and a
/// front of ours may have followed the other.
public final class Singleton {
  private static final String AMZ = "x-amz-";
  private static final String METADATA = "x-amz-meta-";

  private Singleton() {}

  /// @throws S3Failure when one of S3's own headers came twice; those of user metadata may
  public static void check(RequestHeaders headers) {
    check(headers, name -> name.regionMatches(true, 0, AMZ, 0, AMZ.length()));
  }

  /// @throws S3Failure when a header that `matters` came twice, by its name as it came
  public static void check(RequestHeaders headers, Predicate<String> matters) {
    Set<String> met = null;
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      boolean metadata = name.regionMatches(true, 0, METADATA, 0, METADATA.length());
      if (metadata || !matters.test(name)) continue;
      if (met == null) met = new HashSet<>();
      if (!met.add(name.toLowerCase(Locale.ROOT))) throw doubled(name);
    }
  }

  private static S3Failure doubled(String name) {
    return new S3Failure(
        S3Error.INVALID_REQUEST, "More than one " + Numbers.abbreviated(name) + " header.");
  }

  /// The value without surrounding blanks; empty when the header did not come.
  public static String header(RequestHeaders headers, String name) {
    String value = null;
    for (int i = 0, size = headers.size(); i < size; i++) {
      if (!name.equalsIgnoreCase(headers.name(i))) continue;
      if (value != null) throw doubled(name);
      value = headers.value(i);
    }
    return value == null ? "" : value.strip();
  }
}
