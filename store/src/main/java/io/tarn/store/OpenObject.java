package io.tarn.store;

import java.util.List;

/// A version that was opened: head and bytes belong together even if the key is overwritten or
/// deleted meanwhile. The caller closes it, after the last byte of its payloads was sent.
public interface OpenObject extends AutoCloseable {
  ObjectHead head();

  /// Which bytes these are.
  ContentRange slice();

  /// The parts it was uploaded in, in their order; empty unless it came from a multipart upload.
  /// Only where [Fact#PARTS] was asked for. There can be ten thousand, so they are read each time
  /// they are asked for: do not hold them while a client is waited for.
  List<Part> parts();

  /// The bytes of the slice; asked for once. Lives no longer than this open object.
  Payload payload();

  /// Where it came from.
  default Provenance provenance() {
    return Provenance.UNSAID;
  }

  @Override
  void close();
}
