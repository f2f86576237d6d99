package io.tarn.settings;

/// One thing wrong with the settings: the path it concerns (empty for the root), the source that
/// said it, and what is wrong with the way out. Holds no secret.
public record Problem(String path, String source, String advice) {
  @Override
  public String toString() {
    return (path.isEmpty() ? "" : path + ": ") + advice + " (" + source + ")";
  }
}
