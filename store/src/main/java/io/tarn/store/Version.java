package io.tarn.store;

/// Which version of a key: [#LATEST] in a request, [#NULL] for what an unversioned or suspended
/// bucket holds, else the opaque id that the store gave it.
public record Version(String text) {
  public static final Version LATEST = new Version("");
  public static final Version NULL = new Version("null");

  public Version {
    if (text.length() > 1024) {
      throw new IllegalArgumentException("a version id of " + text.length() + " characters");
    }
  }

  public boolean isLatest() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return text;
  }
}
