package io.tarn.meta;

import java.util.zip.CRC32C;

/// A CRC-32C as RocksDB stores it: rotated and shifted, so that a checksum of data with checksums
/// in it is still a good one.
final class MaskedCrc {

  private static final int SHIFT = 0xa282ead8;

  private MaskedCrc() {}

  static int of(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + SHIFT;
  }
}
