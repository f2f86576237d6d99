package io.tarn.catalog;

import io.tarn.settings.Secret;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

/// Makes ids and secrets out of strong randomness.
record Ids(SecureRandom random) {
  private static final String USER = "AIDA";
  private static final int USER_DIGITS = 17;
  private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  /// 256 bits, as canonical ids of AWS look.
  TenantId tenant() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new TenantId(HexFormat.of().formatHex(bytes));
  }

  /// Twelve digits, the first not zero.
  String number() {
    return Long.toString(random.nextLong(100_000_000_000L, 1_000_000_000_000L));
  }

  /// 20 characters, 80 bits of them random.
  String accessKey() {
    return "TARN" + text(CAPITALS, 16);
  }

  /// 40 characters, 238 bits.
  Secret secret() {
    return Secret.of(text(LETTERS, 40));
  }

  /// That of a user, 21 characters as ids of AWS look, 85 bits of them random.
  String user() {
    return USER + text(CAPITALS, USER_DIGITS);
  }

  /// That of a user who was made before users had ids: another for whoever had the name before.
  static String userOf(TenantId tenant, String name, Instant created) {
    String whole = String.join("\n", tenant.text(), name, created.toString());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
      var digits = new StringBuilder(USER);
      for (int i = 0; i < USER_DIGITS; i++) digits.append(CAPITALS.charAt(hash[i] & 31));
      return digits.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private String text(String alphabet, int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
