package io.tarn.settings;

import java.net.InetSocketAddress;

/// A host and a port as text. The empty host means every interface, port 0 any free port. Nothing
/// is resolved before [#toSocketAddress]. Text form: `:9000`, `0.0.0.0:9000`, `[::1]:9000`,
/// `name:9000`.
public record Address(String host, int port) {
  public Address {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("no address: a port lies in 0 to 65535");
    }
  }

  /// @throws IllegalArgumentException if the text has no port, a bad port, or an IPv6 address
  /// without brackets
  public static Address parse(String text) {
    String trimmed = text.strip();
    int colon = trimmed.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "without a port; write for example :9000 or 127.0.0.1:9000");
    }
    return new Address(host(trimmed.substring(0, colon)), port(trimmed.substring(colon + 1)));
  }

  private static String host(String text) {
    if (text.startsWith("[") && text.endsWith("]") && text.indexOf(':') > 0) {
      return text.substring(1, text.length() - 1);
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        throw new IllegalArgumentException(
            "no address: IPv6 needs brackets, for example [::1]:9000");
      }
      if (c == '[' || c == ']' || c == '/' || c <= ' ') {
        throw new IllegalArgumentException("no address: there is no such host name");
      }
    }
    return text;
  }

  private static int port(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no address: its port is not a number", e);
    }
  }

  /// The wildcard address for the empty host, else the resolved host (this may ask a name server).
  public InetSocketAddress toSocketAddress() {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
