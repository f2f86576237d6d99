package io.tarn.store;

import java.util.List;

/// A version that was opened: head and bytes belong together even if the key is overwritten or
/// deleted meanwhile. The caller closes it, after the last byte of its payloads was sent.
public interface OpenObject extends AutoCloseable {
  ObjectHead head();

  /// The parts it was uploaded in, in their order; empty unless it came from a multipart upload.
  /// There can be ten thousand, so they are read each time they are asked for: do not hold them
  /// while a client is waited for.
  List<Part> parts();

  /// The bytes of `range`, which must lie within the object. The payload lives no longer than this
  /// open object.
  Payload payload(ByteRange range);

  /// All the bytes, also when there are none.
  Payload payload();

  @Override
  void close();
}
