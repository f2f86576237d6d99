package io.tarn.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/// Which clients are taken for one: an IPv4 address, or the 64 bits of an IPv6 address behind which
/// a subscriber has as many addresses as it likes.
final class Network {
  private static final HexFormat HEX = HexFormat.of();

  private Network() {}

  static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) return address.getHostAddress();
    return HEX.formatHex(Arrays.copyOf(address.getAddress(), 8)) + "/64";
  }
}
