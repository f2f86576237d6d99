package io.tarn.bytes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/// The additional checksums of S3 ("Checking object integrity in Amazon S3"). The CRCs can also
/// cover a whole multipart object, because the CRC of a concatenation follows from the CRCs of its
/// pieces.
public enum ChecksumAlgorithm {
  CRC32(4),
  CRC32C(4),
  CRC64NVME(8),
  SHA1(20),
  SHA256(32);

  /// What an object has when nobody asked for another, as in S3 since the end of 2024.
  public static final ChecksumAlgorithm DEFAULT = CRC64NVME;

  private final int bytes;
  private final String text = name().toLowerCase(Locale.ROOT);

  ChecksumAlgorithm(int bytes) {
    this.bytes = bytes;
  }

  /// As the names of headers end and messages have it: `crc32`.
  public String text() {
    return text;
  }

  /// Length of a value, in bytes.
  public int bytes() {
    return bytes;
  }

  public boolean isCrc() {
    return combining() != null;
  }

  /// A running value. Not thread-safe.
  public sealed interface Running {
    void update(ByteBuffer bytes);

    byte[] value();
  }

  public Running start() {
    return switch (this) {
      case CRC32 -> new RunningCrc(new CRC32(), 4);
      case CRC32C -> new RunningCrc(new CRC32C(), 4);
      case CRC64NVME -> new RunningCrc(new Crc64Nvme(), 8);
      case SHA1 -> new RunningDigest(digest("SHA-1"));
      case SHA256 -> new RunningDigest(digest("SHA-256"));
    };
  }

  private @Nullable CrcCombine combining() {
    return switch (this) {
      case CRC32 -> CrcCombine.CRC32;
      case CRC32C -> CrcCombine.CRC32C;
      case CRC64NVME -> CrcCombine.CRC64NVME;
      case SHA1, SHA256 -> null;
    };
  }

  /// The CRC of A followed by B, out of the CRC of each and the length of B.
  public byte[] combine(byte[] a, byte[] b, long lengthOfB) {
    CrcCombine crcs = combining();
    if (crcs == null) {
      throw new IllegalStateException(this + " of a concatenation does not follow from its pieces");
    }
    return toBytes(crcs.combine(toLong(a), toLong(b), lengthOfB), bytes);
  }

  static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has MD5, SHA-1 and SHA-256
    }
  }

  private static long toLong(byte[] value) {
    long result = 0;
    for (byte b : value) result = result << 8 | (b & 0xFF);
    return result;
  }

  private static byte[] toBytes(long value, int count) {
    byte[] result = new byte[count];
    for (int i = 0; i < count; i++) result[i] = (byte) (value >>> (8 * (count - 1 - i)));
    return result;
  }

  private record RunningCrc(Checksum crc, int bytes) implements Running {
    @Override
    public void update(ByteBuffer input) {
      crc.update(input);
    }

    @Override
    public byte[] value() {
      return toBytes(crc.getValue(), bytes);
    }
  }

  private record RunningDigest(MessageDigest digest) implements Running {
    @Override
    public void update(ByteBuffer input) {
      digest.update(input);
    }

    @Override
    public byte[] value() {
      return digest.digest();
    }
  }
}
