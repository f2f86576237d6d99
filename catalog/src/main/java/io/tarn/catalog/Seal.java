package io.tarn.catalog;

import io.tarn.settings.Secret;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals secrets: each with AES-256-GCM under a random key of its own, and that key with
/// AES-256-GCM under the master key. Both are bound to the tenant and the access key, so a sealed
/// secret moved to another row does not open.
///
/// Format: version (1 byte), id of the master key (4), nonce (12) and sealed key (48), nonce (12)
/// and sealed secret (its length and 16).
///
/// - `keys`: the master keys at hand
/// - `random`: for keys and nonces
record Seal(MasterKeys keys, SecureRandom random) {
  private static final byte VERSION = 1;
  private static final int ID = 4;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int WRAPPED = MasterKey.BYTES + TAG;

  byte[] seal(Secret secret, TenantId tenant, String accessKey) {
    byte[] bound = bound(tenant, accessKey);
    byte[] key = new byte[MasterKey.BYTES];
    random.nextBytes(key);
    byte[] text = secret.reveal().getBytes(StandardCharsets.UTF_8);
    byte[] wrapped = encrypt(keys.current().key(), key, bound);
    byte[] sealed = encrypt(new SecretKeySpec(key, "AES"), text, bound);
    return ByteBuffer.allocate(1 + ID + wrapped.length + sealed.length)
        .put(VERSION)
        .put(HexFormat.of().parseHex(keys.current().id()))
        .put(wrapped)
        .put(sealed)
        .array();
  }

  /// Fails with [MasterKeyFailure] when the master key that sealed it is not at hand, and with
  /// [StoreFailure.Corrupt] when what is stored was changed.
  Secret open(byte[] envelope, TenantId tenant, String accessKey) {
    if (envelope.length < 1 + ID + NONCE + WRAPPED + NONCE + TAG || envelope[0] != VERSION) {
      throw new StoreFailure.Corrupt("the secret of " + accessKey + " is not sealed", null);
    }
    String id = id(envelope);
    MasterKey master = keys.find(id).orElseThrow(() -> wrongKey(id));
    try {
      byte[] bound = bound(tenant, accessKey);
      int wrapped = 1 + ID;
      int sealed = wrapped + NONCE + WRAPPED;
      byte[] key = decrypt(master.key(), envelope, wrapped, sealed, bound);
      byte[] text =
          decrypt(new SecretKeySpec(key, "AES"), envelope, sealed, envelope.length, bound);
      return Secret.of(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new StoreFailure.Corrupt("the sealed secret of " + accessKey + " was changed", e);
    }
  }

  /// Whether the current master key sealed it.
  boolean isCurrent(byte[] envelope) {
    return envelope.length > ID && id(envelope).equals(keys.current().id());
  }

  private MasterKeyFailure wrongKey(String id) {
    return new MasterKeyFailure(
        "secrets are sealed under master key %s, at hand is %s: give the master key that this data"
                .formatted(id, keys.ids())
            + " was made with (setting master-key or key-file)",
        null);
  }

  private static String id(byte[] envelope) {
    return HexFormat.of().formatHex(envelope, 1, 1 + ID);
  }

  private static byte[] bound(TenantId tenant, String accessKey) {
    return ("tarn secret 1\0" + tenant + "\0" + accessKey).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] encrypt(SecretKey key, byte[] text, byte[] bound) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, 0, bound);
      return ByteBuffer.allocate(NONCE + text.length + TAG)
          .put(nonce)
          .put(cipher.doFinal(text))
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private static byte[] decrypt(SecretKey key, byte[] envelope, int from, int to, byte[] bound)
      throws GeneralSecurityException {
    return cipher(Cipher.DECRYPT_MODE, key, envelope, from, bound)
        .doFinal(envelope, from + NONCE, to - from - NONCE);
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, int from, byte[] bound)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce, from, NONCE));
    cipher.updateAAD(bound);
    return cipher;
  }
}
