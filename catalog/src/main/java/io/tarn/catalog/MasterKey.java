package io.tarn.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// A key of 256 bits that seals the keys of secrets. Its id, eight hexadecimal digits, tells keys
/// apart without giving anything away.
final class MasterKey {
  static final int BYTES = 32;

  private final byte[] bytes;
  private final String id;

  private MasterKey(byte[] bytes) {
    this.bytes = bytes;
    this.id = idOf(bytes);
  }

  static MasterKey random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new MasterKey(bytes);
  }

  /// Base64 or hexadecimal of 32 bytes.
  static MasterKey parse(String text) {
    try {
      byte[] bytes =
          text.length() == 2 * BYTES
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text);
      if (bytes.length == BYTES) return new MasterKey(bytes);
    } catch (IllegalArgumentException e) {
      throw malformed(); // without the cause, which quotes the key
    }
    throw malformed();
  }

  private static MasterKeyFailure malformed() {
    return new MasterKeyFailure(
        "a master key must be 32 bytes in base64 (as `openssl rand -base64 32` prints) or"
            + " hexadecimal",
        null);
  }

  String id() {
    return id;
  }

  SecretKey key() {
    return new SecretKeySpec(bytes, "AES");
  }

  String text() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String idOf(byte[] key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("tarn master key id".getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(key), 4));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "master key " + id;
  }
}
