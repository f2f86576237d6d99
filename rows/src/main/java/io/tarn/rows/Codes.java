package io.tarn.rows;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.StoreFailure;

/// The numbers that rows keep for constants. They never change, whatever order the constants are
/// declared in.
public final class Codes {
  private Codes() {}

  /// 1 and up; 0 is for none.
  public static int of(ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> 1;
      case CRC32C -> 2;
      case CRC64NVME -> 3;
      case SHA1 -> 4;
      case SHA256 -> 5;
    };
  }

  public static ChecksumAlgorithm algorithm(int code) {
    return switch (code) {
      case 1 -> ChecksumAlgorithm.CRC32;
      case 2 -> ChecksumAlgorithm.CRC32C;
      case 3 -> ChecksumAlgorithm.CRC64NVME;
      case 4 -> ChecksumAlgorithm.SHA1;
      case 5 -> ChecksumAlgorithm.SHA256;
      default -> throw unknown(code);
    };
  }

  public static int of(ChecksumType type) {
    return switch (type) {
      case FULL_OBJECT -> 0;
      case COMPOSITE -> 1;
    };
  }

  public static ChecksumType type(int code) {
    return switch (code) {
      case 0 -> ChecksumType.FULL_OBJECT;
      case 1 -> ChecksumType.COMPOSITE;
      default -> throw unknown(code);
    };
  }

  /// Of a code that no constant has.
  public static StoreFailure unknown(int code) {
    return new StoreFailure.Corrupt("a row holds the unknown code " + code, null);
  }
}
