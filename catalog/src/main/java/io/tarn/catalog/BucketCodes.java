package io.tarn.catalog;

import io.tarn.rows.Codes;
import io.tarn.store.Capability;
import io.tarn.store.DocumentKind;
import io.tarn.store.Versioning;
import java.util.Optional;

/// The numbers that rows of buckets keep for constants. They never change, whatever order the
/// constants are declared in.
final class BucketCodes {
  private BucketCodes() {}

  static int of(Versioning versioning) {
    return switch (versioning) {
      case OFF -> 0;
      case ENABLED -> 1;
      case SUSPENDED -> 2;
    };
  }

  static Versioning versioning(int code) {
    return switch (code) {
      case 0 -> Versioning.OFF;
      case 1 -> Versioning.ENABLED;
      case 2 -> Versioning.SUSPENDED;
      default -> throw Codes.unknown(code);
    };
  }

  static int of(DocumentKind kind) {
    return switch (kind) {
      case POLICY -> 1;
      case TAGGING -> 2;
      case CORS -> 3;
      case LIFECYCLE -> 4;
      case ENCRYPTION -> 5;
      case NOTIFICATION -> 6;
      case OBJECT_LOCK -> 7;
      case ACL -> 8;
      case OWNERSHIP -> 9;
      case PUBLIC_ACCESS_BLOCK -> 10;
      case WEBSITE -> 11;
      case LOGGING -> 12;
      case CACHE_PINS -> 13;
      case LINK -> 14;
    };
  }

  static Optional<DocumentKind> documentKind(int code) {
    for (DocumentKind kind : DocumentKind.values()) {
      if (of(kind) == code) return Optional.of(kind);
    }
    return Optional.empty();
  }

  static int of(Capability capability) {
    return switch (capability) {
      case VERSIONS -> 1;
      case ACLS -> 2;
      case TAGS -> 3;
      case CONDITIONAL_WRITES -> 4;
      case CONDITIONAL_DELETES -> 5;
      case MULTIPART_UPLOADS -> 6;
      case SERVER_SIDE_COPY -> 7;
      case PERMITS_BY_TAGS -> 8;
      case CONDITIONAL_COPIES -> 9;
    };
  }

  static Capability capability(int code) {
    for (Capability capability : Capability.values()) {
      if (of(capability) == code) return capability;
    }
    throw Codes.unknown(code);
  }
}
