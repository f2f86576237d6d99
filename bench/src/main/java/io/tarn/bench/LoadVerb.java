package io.tarn.bench;

/// What a work does over and over.
enum LoadVerb {
  GET,
  PUT,
  /// Four GETs, then a PUT.
  MIXED,
  HEAD,
  /// Each key once.
  DELETE,
  /// Sequential ListObjectsV2 pages of 1,000 over the whole bucket.
  LIST,
  /// The first page with `delimiter=/`.
  LIST_DELIMITER;

  boolean writes() {
    return switch (this) {
      case PUT, MIXED, DELETE -> true;
      case GET, HEAD, LIST, LIST_DELIMITER -> false;
    };
  }

  boolean lists() {
    return switch (this) {
      case LIST, LIST_DELIMITER -> true;
      case GET, PUT, MIXED, HEAD, DELETE -> false;
    };
  }
}
