package io.tarn.meta;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// How a row's value lies in the engine: the version (8 bytes, big endian), then the value.
final class EngineValues {

  static final int VERSION_BYTES = 8;

  private static final byte[] NO_VALUE = {};

  private EngineValues() {}

  static Entry decode(MetaKey key, byte[] stored, boolean withValue) {
    if (stored.length < VERSION_BYTES) {
      throw new MetaException.Corrupt("row " + key + " has only " + stored.length + " bytes", null);
    }
    long version = ByteBuffer.wrap(stored).getLong();
    byte[] value = withValue ? Arrays.copyOfRange(stored, VERSION_BYTES, stored.length) : NO_VALUE;
    return new Entry(key, value, version);
  }
}
