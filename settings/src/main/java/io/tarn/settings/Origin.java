package io.tarn.settings;

/// Where a value came from. `detail` is a flag, a variable, or a file with its line; it never holds
/// the value.
public record Origin(Kind kind, String detail) {
  /// The value written on the setting itself.
  public static final Origin FALLBACK = new Origin(Kind.FALLBACK, "default");

  /// In order of precedence, strongest first.
  public enum Kind {
    FLAG,
    ENVIRONMENT,
    FILE,
    FALLBACK
  }

  static Origin flag(String name) {
    return new Origin(Kind.FLAG, "flag --" + name);
  }

  static Origin variable(String name) {
    return new Origin(Kind.ENVIRONMENT, "environment " + name);
  }

  static Origin file(String place) {
    return new Origin(Kind.FILE, "file " + place);
  }

  @Override
  public String toString() {
    return detail;
  }
}
