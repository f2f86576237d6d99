package io.tarn.credentials;

import io.tarn.settings.Secret;
import java.time.Instant;

/// An access key with its secret.
///
/// - `sessionToken`: belongs to temporary keys and is empty for others
/// - `expires`: [Instant#MAX] for never
/// - `source`: where they came from, for people
public record Credentials(
    String accessKey, Secret secretKey, Secret sessionToken, Instant expires, String source) {
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_TOKEN = 16 << 10;

  public Credentials {
    // They become headers, and what complains of a header would quote it.
    if (!isWord(accessKey, LONGEST_KEY) || accessKey.isEmpty()) {
      throw new CredentialsFailure(source + ": what should be an access key is none");
    }
    if (secretKey.isEmpty() || !isWord(secretKey.reveal(), LONGEST_TOKEN)) {
      throw new CredentialsFailure(source + ": there is no secret that could be one");
    }
    if (!isWord(sessionToken.reveal(), LONGEST_TOKEN)) {
      throw new CredentialsFailure(source + ": what should be a session token is none");
    }
  }

  /// Keys that stay what they are.
  static Credentials lasting(String accessKey, String secretKey, String sessionToken, String from) {
    return new Credentials(
        accessKey, Secret.of(secretKey), Secret.of(sessionToken), Instant.MAX, from);
  }

  boolean areValid(Instant now) {
    return now.isBefore(expires);
  }

  private static boolean isWord(String text, int longest) {
    return text.length() <= longest && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
