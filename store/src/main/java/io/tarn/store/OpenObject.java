package io.tarn.store;

/// A version that was opened: head and bytes belong together even if the key is overwritten or
/// deleted meanwhile. The caller closes it, after the last byte of its payloads was sent.
public interface OpenObject extends AutoCloseable {
  ObjectHead head();

  /// The bytes of `range`, which must lie within the object. The payload lives no longer than this
  /// open object.
  Payload payload(ByteRange range);

  /// All the bytes, also when there are none.
  Payload payload();

  @Override
  void close();
}
