package io.tarn.index;

import io.tarn.store.Capability;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.Versioning;
import java.util.Optional;

/// The numbers that rows keep for constants. They never change, whatever order the constants are
/// declared in.
final class Codes {
  private Codes() {}

  /// 1 and up; 0 is for none.
  static int of(ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> 1;
      case CRC32C -> 2;
      case CRC64NVME -> 3;
      case SHA1 -> 4;
      case SHA256 -> 5;
    };
  }

  static ChecksumAlgorithm algorithm(int code) {
    return switch (code) {
      case 1 -> ChecksumAlgorithm.CRC32;
      case 2 -> ChecksumAlgorithm.CRC32C;
      case 3 -> ChecksumAlgorithm.CRC64NVME;
      case 4 -> ChecksumAlgorithm.SHA1;
      case 5 -> ChecksumAlgorithm.SHA256;
      default -> throw unknown(code);
    };
  }

  static int of(ChecksumType type) {
    return switch (type) {
      case FULL_OBJECT -> 0;
      case COMPOSITE -> 1;
    };
  }

  static ChecksumType type(int code) {
    return switch (code) {
      case 0 -> ChecksumType.FULL_OBJECT;
      case 1 -> ChecksumType.COMPOSITE;
      default -> throw unknown(code);
    };
  }

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
      default -> throw unknown(code);
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
    };
  }

  static Optional<DocumentKind> documentKind(int code) {
    for (DocumentKind kind : DocumentKind.values()) if (of(kind) == code) return Optional.of(kind);
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
    };
  }

  static Capability capability(int code) {
    for (Capability capability : Capability.values()) if (of(capability) == code) return capability;
    throw unknown(code);
  }

  static StoreFailure unknown(int code) {
    return new StoreFailure.Corrupt("a row holds the unknown code " + code, null);
  }
}
