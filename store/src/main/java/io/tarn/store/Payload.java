package io.tarn.store;

/// Bytes on their way out, verified before they are handed over. Bytes in memory, or regions one
/// after another: pieces of files, which a listener may send without copying, or memory (a stream).
/// Whoever does not care treats them alike.
public sealed interface Payload {
  long length();

  /// `length` bytes of `array` from `offset`; never changed after they were handed over.
  record Bytes(byte[] array, int offset, int count) implements Payload {
    public Bytes(byte[] array) {
      this(array, 0, array.length);
    }

    @Override
    public long length() {
      return count;
    }
  }

  /// The receiver pulls `source` dry or closes it.
  record Regions(long length, RegionSource source) implements Payload {}
}
