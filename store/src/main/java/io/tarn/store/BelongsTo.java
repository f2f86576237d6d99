package io.tarn.store;

/// The object or the part of an upload that a blob has bytes of, for whoever looks for it by name.
/// What is not known is empty, or 0.
///
/// @param version empty when it is not known which one it is @param upload what the id of the
/// upload begins with @param part the number of the part, else 0
public record BelongsTo(String bucket, String key, String version, String upload, int part) {
  public static final BelongsTo UNKNOWN = new BelongsTo("", "", "", "", 0);

  /// A version of an object.
  public static BelongsTo version(String bucket, String key, String version) {
    return new BelongsTo(bucket, key, version, "", 0);
  }

  public boolean isKnown() {
    return !equals(UNKNOWN);
  }
}
