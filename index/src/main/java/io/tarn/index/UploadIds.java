package io.tarn.index;

import io.tarn.store.UploadId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/// Ids of uploads: the token as in [VersionIds], so that they sort by the time they began, and
/// after it 26 random digits of base 32, which are 130 bits that nobody guesses. They are kept in
/// the [UploadRow]; an upload of an older release has none and goes by its token alone.
final class UploadIds {
  private static final int TOKEN = 13;
  private static final int SECRET = 26;
  private static final SecureRandom RANDOM = new SecureRandom();

  private UploadIds() {}

  static UploadId of(long token, String secret) {
    return new UploadId(VersionIds.text(token) + secret);
  }

  static String freshSecret() {
    var digits = new StringBuilder(SECRET);
    for (int i = 0; i < SECRET; i++) {
      digits.append(VersionIds.ALPHABET.charAt(RANDOM.nextInt(VersionIds.ALPHABET.length())));
    }
    return digits.toString();
  }

  /// The token, or 0 when the text is no id of ours.
  static long token(String id) {
    if (id.length() != TOKEN && id.length() != TOKEN + SECRET) return 0;
    return VersionIds.token(id.substring(0, TOKEN));
  }

  /// Whether the id has this secret. Takes as long for any that it has not.
  static boolean has(UploadId id, String secret) {
    byte[] given = id.text().substring(TOKEN).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, secret.getBytes(StandardCharsets.US_ASCII));
  }

  /// What an object remembers of the upload that made it, never 0: enough to know the id again, and
  /// not to tell it.
  static long mark(UploadId id) {
    if (id.text().length() == TOKEN) return token(id.text());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.text().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong() | 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
