package io.tarn.store;

/// An entity tag without its quotes. For a simple object the MD5 of its bytes in hex; for a
/// multipart object the MD5 of the parts' MD5s, a dash and their number.
public record ETag(String text) {
  public ETag {
    if (text.indexOf('"') >= 0) throw new IllegalArgumentException("an ETag with its quotes on");
  }

  public String quoted() {
    return '"' + text + '"';
  }

  @Override
  public String toString() {
    return text;
  }
}
