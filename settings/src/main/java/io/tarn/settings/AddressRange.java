package io.tarn.settings;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// A range of addresses in CIDR notation, v4 or v6. A v4 address mapped into v6 is the v4 address.
/// The bits of the host may be set and do not matter.
public record AddressRange(boolean v4, long high, long low, int prefix) {

  /// Empty when `text` is not `address` or `address/bits`; names are never looked up.
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    Optional<AddressRange> address =
        address(slash < 0 ? text : text.substring(0, slash)).map(AddressRange::of);
    if (slash < 0 || address.isEmpty()) return address;
    int bits = bits(text.substring(slash + 1));
    AddressRange whole = address.get();
    if (bits < 0 || bits > whole.prefix) return Optional.empty();
    return Optional.of(new AddressRange(whole.v4, whole.high, whole.low, bits));
  }

  /// Empty when `text` is not an address as it is usually written, four numbers in IPv4, and
  /// without a zone; names are never looked up.
  public static Optional<InetAddress> address(String text) {
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) return Optional.empty();
    boolean dotted = text.indexOf(':') < 0;
    if (dotted && text.chars().filter(c -> c == '.').count() != 3) return Optional.empty();
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The one address.
  public static AddressRange of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return new AddressRange(true, number(bytes, 0, 4) << 32, 0, 32);
    }
    return new AddressRange(false, number(bytes, 0, 8), number(bytes, 8, 8), 128);
  }

  private static long number(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) value = value << 8 | (bytes[i] & 0xff);
    return value;
  }

  private static int bits(String text) {
    if (text.isEmpty() || text.length() > 3) return -1;
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') return -1;
      value = value * 10 + c - '0';
    }
    return value;
  }

  public boolean contains(AddressRange address) {
    if (v4 != address.v4 || address.prefix < prefix) return false;
    if (prefix == 0) return true;
    if (prefix <= 64) return (high ^ address.high) >>> (64 - prefix) == 0;
    return high == address.high && (low ^ address.low) >>> (128 - prefix) == 0;
  }

  /// Narrower than a policy that is called public (S3 user guide, "The meaning of public").
  public boolean isNarrow() {
    return prefix >= (v4 ? 8 : 32);
  }

  /// In CIDR notation, which reads back as the range.
  @Override
  public String toString() {
    byte[] bytes = new byte[v4 ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((i < 8 ? high : low) >>> (56 - i % 8 * 8));
    }
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefix;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // only of another length
    }
  }
}
