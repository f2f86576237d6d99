package io.tarn.http;

/// One request and its one response. Belongs to the virtual thread that the {@link Handler} runs
/// on.
public interface Exchange {
  RequestHead head();

  /// The network of the client, under whose name its share of things is counted: its address, or in
  /// IPv6 the 64 bits of it that one subscriber has.
  String network();

  /// Bytes of the head's target and fields.
  int headBytes();

  /// The request's body; empty at once when the request has none.
  RequestBody body();

  /// Sends the one response and blocks until its last byte was handed to the socket. A `Bytes` body
  /// of at most 64 KiB is copied instead and the call returns at once.
  ///
  /// The source of a `Slices` body is closed in every case, when its memory and files are no longer
  /// used. If its *first* `next()` throws, nothing was sent: the exception passes through and the
  /// handler may respond again. Any later failure, and a source that yields more or fewer bytes
  /// than it announced, closes the connection.
  ///
  /// @throws TooMuch when the memory for responses is used up, by this client or by all; nothing
  /// was sent, and a short answer is still possible @throws ClientGone when the client
  /// disconnected, or took no bytes within the stall timeout @throws IllegalStateException when a
  /// response was already begun, or the source lied
  void respond(Response response);

  /// True once the first byte of a final response was handed over; there is no second answer then.
  boolean responded();

  /// Bytes of response body handed to the socket so far (the head does not count).
  long bytesSent();

  /// Since the arrival of the complete request head.
  long nanosSinceArrival();

  /// From the arrival of the complete request head until the first response byte was handed over,
  /// or -1 before that.
  long nanosToFirstByte();
}
