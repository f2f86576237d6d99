package io.tarn.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A text that prints as stars. Only [#reveal] gives it away; comparison takes the same time
/// wherever the texts differ.
public final class Secret {
  /// The secret that is not set.
  public static final Secret NONE = new Secret("");

  static final String STARS = "******";

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  public static Secret of(String text) {
    return text.isEmpty() ? NONE : new Secret(text);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for every secret: a hash in a log would let a guess be confirmed.
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return text.isEmpty() ? "" : STARS;
  }
}
