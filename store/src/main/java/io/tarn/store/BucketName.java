package io.tarn.store;

/// The name of a bucket, valid by the rules of the S3 user guide ("General purpose bucket naming
/// rules"): 3 to 63 characters out of a–z, 0–9, `.` and `-`, starting and ending with a letter or
/// digit, no two dots in a row, not an IPv4 address, and none of the reserved prefixes and
/// suffixes. Nothing that is not a name can be addressed, so system state never lives in a bucket.
public record BucketName(String text) implements Comparable<BucketName> {
  public BucketName {
    if (!valid(text)) throw new IllegalArgumentException("not a bucket name: " + abbreviated(text));
  }

  public static boolean valid(String text) {
    int length = text.length();
    if (length < 3 || length > 63) return false;
    boolean onlyDigitsAndDots = true;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean edge = i == 0 || i == length - 1;
      boolean dot = c == '.' && !edge && text.charAt(i - 1) != '.';
      boolean digit = c >= '0' && c <= '9';
      boolean other = isLetter(c) || (c == '-' && !edge);
      if (!dot && !digit && !other) return false;
      if (other) onlyDigitsAndDots = false;
    }
    return !(onlyDigitsAndDots && looksLikeAddress(text)) && !reserved(text);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean looksLikeAddress(String text) {
    return text.chars().filter(c -> c == '.').count() == 3;
  }

  private static boolean reserved(String text) {
    return text.startsWith("xn--")
        || text.startsWith("sthree-")
        || text.startsWith("amzn-s3-demo-")
        || text.endsWith("-s3alias")
        || text.endsWith("--ol-s3")
        || text.endsWith("--x-s3")
        || text.endsWith(".mrap");
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /// What policies, and answers, call the bucket.
  public String arn() {
    return "arn:aws:s3:::" + text;
  }

  @Override
  public int compareTo(BucketName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
