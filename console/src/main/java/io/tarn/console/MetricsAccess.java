package io.tarn.console;

/// Who may read the metrics.
public enum MetricsAccess {
  PUBLIC,
  /// Who signs, with a key that is allowed `admin:Prometheus`.
  SIGNED,
  /// MinIO's word for [#SIGNED].
  JWT;

  boolean isPublic() {
    return switch (this) {
      case PUBLIC -> true;
      case SIGNED, JWT -> false;
    };
  }
}
