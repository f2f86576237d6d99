package io.tarn.store;

/// Is told what passes between here and an origin, as it passes: whoever pays the origin pays for
/// this. Thread-safe, and quick.
public interface OriginTraffic {
  /// Nobody wants to know.
  OriginTraffic UNTOLD =
      new OriginTraffic() {
        @Override
        public void asked(BucketName bucket, Request kind) {}

        @Override
        public void received(BucketName bucket, Request kind, long bytes) {}
      };

  /// Requests, as origins price them.
  enum Request {
    GET,
    HEAD,
    /// Objects, versions, uploads or parts.
    LIST,
    PUT,
    COPY,
    /// What begins and ends an upload.
    POST,
    DELETE
  }

  /// A request is being sent, one that is made again among them, for what clients see as `bucket`.
  void asked(BucketName bucket, Request kind);

  /// Bytes of the body of an answer came.
  void received(BucketName bucket, Request kind, long bytes);
}
