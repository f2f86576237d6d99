package io.tarn.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server to be measured: its name in reports, where it listens (plain HTTP), how it is spoken
/// to, and the processes whose CPU time and memory are its cost (empty when unknown).
record Endpoint(String name, String host, int port, RequestSigning access, List<Long> pids) {
  Endpoint {
    pids = List.copyOf(pids);
  }

  /// Reads `name=http://host:port[,option…]`; the name may be left out. Options: `anonymous`,
  /// `root=DIR` (static files), `key=`, `secret=`, `region=`, and `pid=` any number of times.
  static Endpoint parse(String text, Credentials fallback) {
    String[] parts = text.split(",", -1);
    int scheme = parts[0].indexOf("http://");
    if (scheme < 0) {
      throw new IllegalArgumentException(
          "a target looks like name=http://127.0.0.1:9000,pid=123, not like " + text);
    }
    URI uri = URI.create(parts[0].substring(scheme));
    String name = scheme == 0 ? "server" : parts[0].substring(0, scheme - 1);
    var options = new Options(fallback);
    for (int i = 1; i < parts.length; i++) options.read(parts[i]);
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    return new Endpoint(name, uri.getHost(), port, options.access(), options.pids);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /// The value of the Host header.
  String authority() {
    return host + ":" + port;
  }

  boolean takesWrites() {
    return !(access instanceof RequestSigning.StaticFiles);
  }

  private static final class Options {
    private String key;
    private String secret;
    private String region;
    private boolean anonymous;
    private @Nullable Path root;
    private final List<Long> pids = new ArrayList<>();

    Options(Credentials fallback) {
      key = fallback.accessKey();
      secret = fallback.secretKey();
      region = fallback.region();
    }

    void read(String option) {
      int equals = option.indexOf('=');
      String value = option.substring(equals + 1);
      switch (equals < 0 ? option : option.substring(0, equals)) {
        case "anonymous" -> anonymous = true;
        case "root" -> root = Path.of(value);
        case "key" -> key = value;
        case "secret" -> secret = value;
        case "region" -> region = value;
        case "pid" -> pids.add(Long.parseLong(value));
        default -> throw new IllegalArgumentException("unknown target option: " + option);
      }
    }

    RequestSigning access() {
      Path files = root;
      if (files != null) return new RequestSigning.StaticFiles(files);
      return anonymous
          ? new RequestSigning.Anonymous()
          : new RequestSigning.Signed(new Credentials(key, secret, region));
    }
  }
}
