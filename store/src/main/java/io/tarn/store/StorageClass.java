package io.tarn.store;

/// Where a store keeps an object, under the name that S3 has for it; what there can be is the
/// store's to say.
public record StorageClass(String text) {
  /// That of objects in own buckets, and of all that S3 says nothing of.
  public static final StorageClass STANDARD = new StorageClass("STANDARD");

  private static final int MAX_LENGTH = 64;

  public StorageClass {
    if (!text.matches("[A-Z0-9_]{1," + MAX_LENGTH + "}")) {
      throw new IllegalArgumentException("no storage class: capital letters, digits and _");
    }
  }

  public boolean isStandard() {
    return equals(STANDARD);
  }

  @Override
  public String toString() {
    return text;
  }
}
