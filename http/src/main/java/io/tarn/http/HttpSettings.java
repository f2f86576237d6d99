package io.tarn.http;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a listener behaves.
///
/// @param address the address to listen on, such as 0.0.0.0 @param port the TCP port, 0 for a free
/// one @param eventLoops threads that parse and send, 0 for one per core @param maxConnections open
/// connections beyond which new ones are refused @param certificate PEM file with the certificate
/// chain, null for plain HTTP @param privateKey PEM file with the unencrypted PKCS#8 private key of
/// the certificate
public record HttpSettings(
    String address,
    int port,
    int eventLoops,
    int maxConnections,
    Limits limits,
    Timeouts timeouts,
    @Nullable Path certificate,
    @Nullable Path privateKey) {

  public static final HttpSettings DEFAULTS =
      new HttpSettings("0.0.0.0", 9000, 0, 10_000, Limits.DEFAULTS, Timeouts.DEFAULTS, null, null);

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
    if ((certificate == null) != (privateKey == null)) {
      throw new IllegalArgumentException("a TLS certificate and its private key go together");
    }
  }

  public HttpSettings listeningOn(String newAddress, int newPort) {
    return new HttpSettings(
        newAddress, newPort, eventLoops, maxConnections, limits, timeouts, certificate, privateKey);
  }

  public HttpSettings withTls(Path newCertificate, Path newPrivateKey) {
    return new HttpSettings(
        address, port, eventLoops, maxConnections, limits, timeouts, newCertificate, newPrivateKey);
  }

  public HttpSettings with(Limits newLimits) {
    return new HttpSettings(
        address, port, eventLoops, maxConnections, newLimits, timeouts, certificate, privateKey);
  }

  public HttpSettings with(Timeouts newTimeouts) {
    return new HttpSettings(
        address, port, eventLoops, maxConnections, limits, newTimeouts, certificate, privateKey);
  }

  public HttpSettings withMaxConnections(int most) {
    return new HttpSettings(
        address, port, eventLoops, most, limits, timeouts, certificate, privateKey);
  }

  /// Sizes in bytes.
  ///
  /// @param requestLine longest request line; beyond it 414 @param headers header fields of a
  /// request altogether, or its trailers; beyond it 431 @param queue request body bytes of one
  /// request waiting in memory @param discard request body bytes left unread by the handler that
  /// are received and discarded to keep the connection @param inFlight response bytes of one
  /// request handed out by a region source and not yet sent
  public record Limits(int requestLine, int headers, int queue, int discard, int inFlight) {
    public static final Limits DEFAULTS =
        new Limits(16 << 10, 32 << 10, 1 << 20, 256 << 10, 4 << 20);

    public Limits {
      if (requestLine < 64 || headers < 64 || queue < 1024 || discard < 0 || inFlight < 1024) {
        throw new IllegalArgumentException("an HTTP limit is too small");
      }
    }
  }

  /// @param header from the first byte of a request (or the opening of the connection) to the end
  /// of its head @param idle a kept-alive connection without a request @param bodyStall no byte of
  /// a request body arrives although the handler has room for it @param responseStall the client
  /// takes no byte of the response @param linger how long a client may go on sending after a
  /// response that closes the connection @param certificateCheck how often the certificate files
  /// are looked at for a change
  public record Timeouts(
      Duration header,
      Duration idle,
      Duration bodyStall,
      Duration responseStall,
      Duration linger,
      Duration certificateCheck) {
    public static final Timeouts DEFAULTS =
        new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60));
  }
}
