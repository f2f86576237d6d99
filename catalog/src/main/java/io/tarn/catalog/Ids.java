package io.tarn.catalog;

import io.tarn.settings.Secret;
import io.tarn.store.TenantId;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Makes ids and secrets out of strong randomness.
record Ids(SecureRandom random) {
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

  private String text(String alphabet, int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++)
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    return text.toString();
  }
}
