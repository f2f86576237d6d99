package io.tarn.http;

import java.time.Duration;

/// A listening HTTP/1.1 server: event loops parse and send, one virtual thread per request runs
/// the {@link Handler}.
@SuppressWarnings("DoNotCallSuggester")
public final class HttpServer implements AutoCloseable {
  private HttpServer() {}

  /// Binds and serves until closed, with plain-text answers to malformed requests.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be bound or the certificate not
  ///     be read
  public static HttpServer start(HttpSettings settings, Handler handler) {
    return start(settings, handler, BadRequest.PLAIN);
  }

  public static HttpServer start(HttpSettings settings, Handler handler, BadRequest badRequest) {
    throw new UnsupportedOperationException("not yet");
  }

  /// The bound TCP port.
  public int port() {
    throw new UnsupportedOperationException("not yet");
  }

  /// What has happened so far.
  public HttpCounts counts() {
    throw new UnsupportedOperationException("not yet");
  }

  /// Reads the certificate files again for connections to come. The old certificate stays in use
  /// when the new one cannot be read.
  ///
  /// @throws java.io.UncheckedIOException when the files cannot be read or do not fit
  public void reloadTls() {
    throw new UnsupportedOperationException("not yet");
  }

  /// Stops accepting, lets requests in flight finish with `Connection: close`, closes idle
  /// connections, and waits until none is left or the time is over. True when all finished. Close
  /// the server afterwards.
  public boolean drain(Duration patience) {
    throw new UnsupportedOperationException("not yet");
  }

  /// Closes the listener and every connection at once. A request in flight meets {@link
  /// ClientGone}.
  @Override
  public void close() {}
}
