package io.tarn.http;

import io.tarn.http.RequestHead.Client;
import io.tarn.settings.AddressRange;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// For whom a request was made, where proxies that are trusted pass requests on. Each of them adds
/// whom it got the request from to the end of `X-Forwarded-For`; so the list is read from its end,
/// as long as who wrote the entry is trusted, and what a client put in front of it never counts.
/// `X-Forwarded-Proto` is the nearest proxy's, which has to set it and not to pass it on.
/// `Forwarded` (RFC 7239) is not read.
record Forwarding(List<AddressRange> trusted) {
  /// More proxies than stand in a row anywhere.
  private static final int MOST_HOPS = 32;

  /// - `secure`: whether the connection itself is TLS
  ///
  /// @throws Malformed when a trusted proxy says what cannot be understood
  Client client(InetAddress peer, boolean secure, Headers headers) throws Malformed {
    if (!isTrusted(peer)) return new Client(peer, secure);
    return new Client(farthest(peer, headers), secure(secure, headers));
  }

  private InetAddress farthest(InetAddress peer, Headers headers) throws Malformed {
    String all = String.join(",", headers.all("X-Forwarded-For"));
    InetAddress nearest = peer;
    int hops = 0;
    for (int end = all.length(); end > 0 && isTrusted(nearest); ) {
      int comma = all.lastIndexOf(',', end - 1);
      String entry = all.substring(comma + 1, end).strip();
      if (++hops > MOST_HOPS) throw unreadable("X-Forwarded-For");
      nearest = address(entry).orElseThrow(() -> unreadable("X-Forwarded-For"));
      end = comma;
    }
    return nearest;
  }

  /// Some proxies write a port, too.
  private static Optional<InetAddress> address(String entry) {
    if (entry.startsWith("[")) {
      int bracket = entry.indexOf(']');
      if (bracket < 0 || !isPort(entry.substring(bracket + 1))) return Optional.empty();
      return AddressRange.address(entry.substring(1, bracket));
    }
    int colon = entry.indexOf(':');
    boolean withPort = colon >= 0 && colon == entry.lastIndexOf(':');
    if (!withPort) return AddressRange.address(entry);
    if (!isPort(entry.substring(colon))) return Optional.empty();
    return AddressRange.address(entry.substring(0, colon));
  }

  private static boolean isPort(String text) {
    if (text.isEmpty()) return true;
    return text.length() > 1
        && text.length() <= 6
        && text.charAt(0) == ':'
        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean secure(boolean connection, Headers headers) throws Malformed {
    List<String> all = headers.all("X-Forwarded-Proto");
    if (all.isEmpty()) return connection;
    String last = all.getLast();
    String nearest = last.substring(last.lastIndexOf(',') + 1).strip();
    if (nearest.equalsIgnoreCase("https")) return true;
    if (nearest.equalsIgnoreCase("http")) return false;
    throw unreadable("X-Forwarded-Proto");
  }

  private boolean isTrusted(InetAddress address) {
    if (trusted.isEmpty()) return false;
    AddressRange one = AddressRange.of(address);
    for (AddressRange range : trusted) {
      if (range.contains(one)) return true;
    }
    return false;
  }

  private static Malformed unreadable(String header) {
    return new Malformed(400, "The proxy's " + header + " cannot be read.");
  }
}
