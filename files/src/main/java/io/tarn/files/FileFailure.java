package io.tarn.files;

import org.jspecify.annotations.Nullable;

/// A request about a file that is refused. The text goes to whoever asked and says what to do.
@SuppressWarnings("serial") // never serialised
final class FileFailure extends RuntimeException {
  private final int status;
  private final String text;
  private final @Nullable FileMeta meta;

  private FileFailure(int status, String text, @Nullable FileMeta meta) {
    super(text, null, false, false);
    this.status = status;
    this.text = text;
    this.meta = meta;
  }

  FileFailure(int status, String text) {
    this(status, text, null);
  }

  static FileFailure invalid(String text) {
    return new FileFailure(400, text);
  }

  static FileFailure unknown() {
    return new FileFailure(404, "");
  }

  /// There was one.
  static FileFailure deleted(FileMeta meta) {
    return new FileFailure(404, "", meta);
  }

  /// `there`: what is in the way.
  static FileFailure conflict(String text, FileMeta there) {
    return new FileFailure(409, text, there);
  }

  static FileFailure busy(String text) {
    return new FileFailure(503, text);
  }

  int status() {
    return status;
  }

  /// Empty where the status says it all.
  String text() {
    return text;
  }

  /// The file that it is about, where that is known.
  @Nullable FileMeta meta() {
    return meta;
  }
}
