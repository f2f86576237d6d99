package io.tarn.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What a client asked for, as it arrived.
///
/// - `method`: the method, case kept: a token of RFC 9110, never empty
/// - `target`: the request target exactly as received: not decoded, not normalised, one char per
///   byte (Latin-1), possibly in absolute form; without spaces and control characters
/// - `version`: HTTP/1.0 or HTTP/1.1
/// - `headers`: the header fields in order of arrival, one char per byte (see {@link Headers#utf8})
/// - `remote`: the peer of the connection, which may be a proxy
/// - `local`: the address the connection came in on
/// - `tls`: the version of TLS the connection has, as in `1.3`; empty without TLS
/// - `client`: for whom the request was made
public record RequestHead(
    String method,
    String target,
    Version version,
    Headers headers,
    InetSocketAddress remote,
    InetSocketAddress local,
    String tls,
    Client client) {

  /// Who asks: the peer of the connection, unless that is a trusted proxy (`http.trusted-proxies`)
  /// and says for whom it does.
  ///
  /// - `secure`: whether the client's own connection is TLS
  public record Client(InetAddress address, boolean secure) {}

  /// The version of TLS the client's connection has, as in `1.3`; empty without TLS, and behind a
  /// proxy, which does not say.
  public String clientTls() {
    return client.address().equals(remote.getAddress()) ? tls : "";
  }

  public enum Version {
    HTTP_1_0,
    HTTP_1_1
  }
}
