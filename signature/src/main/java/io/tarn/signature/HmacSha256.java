package io.tarn.signature;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// HMAC-SHA-256 (RFC 2104) under one key, with both padded key blocks hashed in advance: a MAC
/// costs two clones and the blocks of the message. Immutable and thread-safe, which a
/// `javax.crypto.Mac` is not.
final class HmacSha256 {
  private static final int BLOCK = 64;
  private static final MessageDigest FRESH = fresh();

  private final MessageDigest inner;
  private final MessageDigest outer;

  HmacSha256(byte[] key) {
    byte[] shortKey = key.length > BLOCK ? sha256(key) : key;
    this.inner = padded(shortKey, 0x36);
    this.outer = padded(shortKey, 0x5C);
  }

  byte[] mac(byte[] message) {
    MessageDigest in = copy(inner);
    in.update(message);
    MessageDigest out = copy(outer);
    return out.digest(in.digest());
  }

  static byte[] sha256(byte[] message) {
    return copy(FRESH).digest(message);
  }

  /// A SHA-256 to feed; without the provider look-up that `getInstance` makes each time.
  static MessageDigest start() {
    return copy(FRESH);
  }

  private static MessageDigest padded(byte[] key, int pad) {
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) block[i] = (byte) ((i < key.length ? key[i] : 0) ^ pad);
    MessageDigest digest = copy(FRESH);
    digest.update(block);
    return digest;
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e); // fresh() has tried
    }
  }

  private static MessageDigest fresh() {
    try {
      return (MessageDigest) MessageDigest.getInstance("SHA-256").clone();
    } catch (NoSuchAlgorithmException | CloneNotSupportedException e) {
      throw new IllegalStateException(e); // the JDK's own provider has and clones it
    }
  }
}
