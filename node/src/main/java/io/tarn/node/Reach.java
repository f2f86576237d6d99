package io.tarn.node;

import io.tarn.settings.Address;
import java.net.InetAddress;

/// From where a listener can be reached.
enum Reach {
  THIS_MACHINE,
  NETWORK;

  /// A name that cannot be resolved counts as reachable.
  static Reach of(Address address) {
    InetAddress host = address.toSocketAddress().getAddress();
    return host != null && host.isLoopbackAddress() ? THIS_MACHINE : NETWORK;
  }
}
