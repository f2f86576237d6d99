package io.tarn.rows;

import io.tarn.store.Acl;
import io.tarn.store.BlobAt;
import io.tarn.store.Checksum;
import io.tarn.store.ETag;
import io.tarn.store.VolumeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Writes the value of a row: a format byte, then fields one after another. Integers are varints
/// (seven bits a byte, least significant first), texts and byte strings have their length in front.
public final class RowWriter {
  private byte[] bytes;
  private int count;

  public RowWriter(int format, int expected) {
    bytes = new byte[Math.max(16, expected)];
    bytes[count++] = (byte) format;
  }

  private void room(int more) {
    if (bytes.length - count < more) {
      bytes = Arrays.copyOf(bytes, Math.max(count + more, bytes.length * 2));
    }
  }

  public RowWriter octet(int value) {
    room(1);
    bytes[count++] = (byte) value;
    return this;
  }

  public RowWriter number(long value) {
    room(10);
    while ((value & ~0x7FL) != 0) {
      bytes[count++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    bytes[count++] = (byte) value;
    return this;
  }

  /// Eight bytes, most significant first.
  private RowWriter fixed(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) bytes[count++] = (byte) (value >>> shift);
    return this;
  }

  public RowWriter volume(VolumeId volume) {
    return fixed(volume.bits());
  }

  /// The name as 16 bytes, the volume as 8: of a blob with one holder.
  public RowWriter blob(BlobAt at) {
    if (!at.others().isEmpty()) throw new IllegalArgumentException("holders left out: " + at);
    return first(at);
  }

  /// As [#blob], and how many other holders there are, each as 8 bytes.
  public RowWriter heldBlob(BlobAt at) {
    first(at).number(at.others().size());
    for (VolumeId other : at.others()) volume(other);
    return this;
  }

  private RowWriter first(BlobAt at) {
    return fixed(at.id().upper()).fixed(at.id().lower()).volume(at.volume());
  }

  public RowWriter raw(byte[] source) {
    room(source.length);
    System.arraycopy(source, 0, bytes, count, source.length);
    count += source.length;
    return this;
  }

  public RowWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return number(utf8.length).raw(utf8);
  }

  public RowWriter texts(Map<String, String> map) {
    number(map.size());
    for (var entry : map.entrySet()) text(entry.getKey()).text(entry.getValue());
    return this;
  }

  /// 1 and 16 bytes for an MD5 in lower-case hex, 2 with the number of parts behind it, 0 and the
  /// text for anything else.
  public RowWriter etag(ETag etag) {
    String text = etag.text();
    boolean md5 = text.length() >= 32 && isHex(text);
    if (md5 && text.length() == 32) return octet(1).hex(text);
    int parts = md5 ? partsOf(text) : -1;
    if (parts >= 0) return octet(2).hex(text).number(parts);
    return octet(0).text(text);
  }

  public RowWriter checksum(Checksum checksum) {
    if (!checksum.isPresent()) return octet(0);
    return octet(Codes.of(checksum.algorithm()))
        .octet(Codes.of(checksum.type()))
        .text(checksum.text());
  }

  /// The last field of a row: nothing at all for the usual [Acl#PRIVATE].
  public RowWriter acl(Acl acl) {
    return acl.equals(Acl.PRIVATE) ? this : text(acl.text());
  }

  private RowWriter hex(String text) {
    room(16);
    for (int i = 0; i < 32; i += 2) {
      bytes[count++] = (byte) (digit(text.charAt(i)) << 4 | digit(text.charAt(i + 1)));
    }
    return this;
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < 32; i++) {
      if (digit(text.charAt(i)) < 0) return false;
    }
    return true;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /// The number behind the dash, if nothing else stands there and it prints as it was, or -1.
  private static int partsOf(String text) {
    if (text.length() < 34 || text.length() > 39 || text.charAt(32) != '-') return -1;
    int parts = 0;
    for (int i = 33; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || (parts == 0 && digit == 0)) return -1;
      parts = parts * 10 + digit;
    }
    return parts;
  }

  public byte[] done() {
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }
}
