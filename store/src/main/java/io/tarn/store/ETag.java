package io.tarn.store;

import java.util.HexFormat;

/// An entity tag without its quotes. For a simple object the MD5 of its bytes in hex; for a
/// multipart object the MD5 of the parts' MD5s, a dash and their number.
public record ETag(String text) {
  public ETag {
    if (text.indexOf('"') >= 0) throw new IllegalArgumentException("an ETag with its quotes on");
  }

  /// The tag of a simple object: its MD5 in hex.
  public static ETag ofMd5(byte[] md5) {
    return new ETag(HexFormat.of().formatHex(md5));
  }

  public String quoted() {
    return '"' + text + '"';
  }

  @Override
  public String toString() {
    return text;
  }
}
