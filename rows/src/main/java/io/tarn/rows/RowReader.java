package io.tarn.rows;

import io.tarn.store.Acl;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Checksum;
import io.tarn.store.ETag;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Reads what [RowWriter] wrote. Anything else is [StoreFailure.Corrupt].
public final class RowReader {
  private final byte[] bytes;
  private int at;

  private RowReader(byte[] bytes, int format) {
    this.bytes = bytes;
    if (format(bytes) != format) {
      throw new StoreFailure.Corrupt("a row is not of format " + format, null);
    }
    at = 1;
  }

  /// The format byte of a row.
  public static int format(byte[] row) {
    if (row.length == 0) throw new StoreFailure.Corrupt("an empty row", null);
    return row[0];
  }

  /// What `read` makes of a row; what no value can be made of is damage, too.
  public static <T> T read(byte[] row, int format, Function<RowReader, T> read) {
    try {
      return read.apply(new RowReader(row, format));
    } catch (IllegalArgumentException e) {
      throw new StoreFailure.Corrupt("a row of format " + format + " holds nonsense", e);
    }
  }

  private StoreFailure.Corrupt damaged() {
    return new StoreFailure.Corrupt(
        "a row of %d bytes ends or breaks at %d".formatted(bytes.length, at), null);
  }

  public boolean atEnd() {
    return at == bytes.length;
  }

  public int octet() {
    if (at >= bytes.length) throw damaged();
    return bytes[at++] & 0xFF;
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int octet = octet();
      value |= (long) (octet & 0x7F) << shift;
      if (octet < 0x80) return value;
    }
    throw damaged();
  }

  /// A number of things of at least one byte each, all of which must still follow.
  public int count() {
    long value = number();
    if (value < 0 || value > bytes.length - at) throw damaged();
    return (int) value;
  }

  private long fixed() {
    if (bytes.length - at < 8) throw damaged();
    long value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | octet();
    return value;
  }

  public VolumeId volume() {
    return new VolumeId(fixed());
  }

  public BlobAt blob() {
    return new BlobAt(BlobId.of(fixed(), fixed()), volume());
  }

  /// A blob that may have several holders.
  public BlobAt heldBlob() {
    BlobAt first = blob();
    long count = number();
    if (count < 0 || count >= BlobAt.MOST_HOLDERS) throw damaged();
    var others = new ArrayList<VolumeId>((int) count);
    for (int i = 0; i < count; i++) others.add(volume());
    return new BlobAt(first.id(), first.volume(), others);
  }

  /// A blob as rows named it before they named its volume.
  public BlobAt blobOnSomeVolume() {
    var id = new BlobId(new String(raw(26), StandardCharsets.ISO_8859_1));
    return new BlobAt(id, VolumeId.UNKNOWN);
  }

  public byte[] raw(int length) {
    if (length > bytes.length - at) throw damaged();
    byte[] result = new byte[length];
    System.arraycopy(bytes, at, result, 0, length);
    at += length;
    return result;
  }

  public String text() {
    int length = count();
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  public Map<String, String> texts() {
    int size = count();
    if (size == 0) return Map.of();
    Map<String, String> map = LinkedHashMap.newLinkedHashMap(size);
    for (int i = 0; i < size; i++) {
      String name = text();
      map.put(name, text());
    }
    return map;
  }

  public ETag etag() {
    return switch (octet()) {
      case 0 -> new ETag(text());
      case 1 -> new ETag(hex());
      case 2 -> {
        String hex = hex();
        yield new ETag(hex + '-' + number());
      }
      default -> throw damaged();
    };
  }

  /// The last field of a row, if it is there.
  public Acl acl() {
    return atEnd() ? Acl.PRIVATE : Acl.parse(text());
  }

  private String hex() {
    if (bytes.length - at < 16) throw damaged();
    at += 16;
    return HexFormat.of().formatHex(bytes, at - 16, at);
  }

  public Checksum checksum() {
    int code = octet();
    if (code == 0) return Checksum.NONE;
    var checksum = new Checksum(Codes.algorithm(code), Codes.type(octet()), text());
    if (!checksum.isPresent()) throw damaged();
    return checksum;
  }
}
