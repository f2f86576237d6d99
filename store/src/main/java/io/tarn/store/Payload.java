package io.tarn.store;

/// Bytes on their way out: in memory, or slices one after another, which are memory (a stream) or
/// pieces of what is stored. Nobody gets a byte that was not verified.
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
  record Slices(long length, SliceSource source) implements Payload {}
}
