package io.tarn.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files of text that somebody else writes, read whole, up to a length.
final class SmallFiles {
  private SmallFiles() {}

  /// @throws CredentialsFailure when it cannot be read, or is longer than `longest` bytes
  static String read(Path file, int longest, String source) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(longest + 1);
      if (bytes.length <= longest) return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CredentialsFailure.because("%s: cannot read %s".formatted(source, file), e);
    }
    throw new CredentialsFailure("%s: %s is too long to be one".formatted(source, file));
  }

  /// What a file has that holds one token and nothing else.
  static String token(Path file, String source) {
    String token = read(file, 64 << 10, source).strip();
    if (token.isEmpty() || !token.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      throw new CredentialsFailure("%s: %s has no token".formatted(source, file));
    }
    return token;
  }
}
