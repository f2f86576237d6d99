package io.tarn.request;

import java.util.List;
import java.util.Locale;

/// A request, decoded once: what is authenticated, authorised and carried out is this one object.
///
/// - `method`: as sent; S3's methods are upper case
/// - `target`: as received, one char per byte
/// - `path`: the decoded path, always starting with `/`; with a bucket in the host name it does not
///   hold the bucket
/// - `bucket`: the bucket addressed by host or path, not yet checked; empty for the service
/// - `key`: the key addressed, not yet checked; empty for a bucket
public record S3Request(
    String method,
    String target,
    String path,
    Query query,
    RequestHeaders headers,
    String bucket,
    String key) {

  /// Decodes a request. `domains` are the host names, in lower case, below which the first label is
  /// a bucket (virtual-host style); any other host is addressed by path.
  ///
  /// @throws S3Failure when the target is not the spelling of a key in UTF-8, or names a host that
  /// the `Host` header does not
  public static S3Request of(
      String method, String target, RequestHeaders headers, List<String> domains) {
    String host = singleHost(headers);
    String relative = target;
    if (!target.startsWith("/")) {
      int authority = authorityStart(target);
      int end = authorityEnd(target, authority);
      if (!target.substring(authority, end).equalsIgnoreCase(host)) throw badUri();
      relative =
          end == target.length() || target.charAt(end) != '/'
              ? "/" + target.substring(end)
              : target.substring(end);
    }
    int mark = relative.indexOf('?');
    String rawPath = mark < 0 ? relative : relative.substring(0, mark);
    try {
      Query query = mark < 0 ? Query.NONE : Query.parse(relative.substring(mark + 1));
      String bucketInHost = domains.isEmpty() ? "" : bucketOf(host, domains);
      String path = Percent.decode(rawPath, false);
      if (!bucketInHost.isEmpty()) {
        return new S3Request(method, target, path, query, headers, bucketInHost, path.substring(1));
      }
      // The raw slash parts bucket and key: an escaped one belongs to the name it stands in.
      int slash = rawPath.indexOf('/', 1);
      String bucket =
          Percent.decode(slash < 0 ? rawPath.substring(1) : rawPath.substring(1, slash), false);
      String key = slash < 0 ? "" : Percent.decode(rawPath.substring(slash + 1), false);
      return new S3Request(method, target, path, query, headers, bucket, key);
    } catch (IllegalArgumentException e) {
      throw new S3Failure(
          S3Error.INVALID_URI, "Couldn't parse the specified URI: " + e.getMessage() + ".");
    }
  }

  private static String singleHost(RequestHeaders headers) {
    List<String> hosts = headers.all("host");
    if (hosts.size() > 1) {
      throw new S3Failure(S3Error.INVALID_REQUEST, "More than one Host header.");
    }
    return hosts.isEmpty() ? "" : hosts.getFirst();
  }

  /// Absolute form (RFC 9112 §3.2.2): proxies' requests.
  private static int authorityStart(String target) {
    if (target.regionMatches(true, 0, "http://", 0, 7)) return 7;
    if (target.regionMatches(true, 0, "https://", 0, 8)) return 8;
    throw badUri();
  }

  private static int authorityEnd(String target, int start) {
    int i = start;
    while (i < target.length() && target.charAt(i) != '/' && target.charAt(i) != '?') i++;
    return i;
  }

  private static String bucketOf(String hostAndPort, List<String> domains) {
    int colon = hostAndPort.lastIndexOf(':');
    boolean portFollows = colon >= 0 && hostAndPort.indexOf(']', colon) < 0;
    String host =
        (portFollows ? hostAndPort.substring(0, colon) : hostAndPort).toLowerCase(Locale.ROOT);
    for (String domain : domains) {
      int label = host.length() - domain.length() - 1;
      if (label > 0 && host.charAt(label) == '.' && host.endsWith(domain)) {
        return host.substring(0, label);
      }
    }
    return "";
  }

  private static S3Failure badUri() {
    return new S3Failure(S3Error.INVALID_URI);
  }

  /// The same request, with its parameters and headers read otherwise.
  public S3Request with(Query query, RequestHeaders headers) {
    return new S3Request(method, target, path, query, headers, bucket, key);
  }

  /// The path as it came, escapes and all.
  public String rawPath() {
    int start = target.startsWith("/") ? 0 : authorityEnd(target, authorityStart(target));
    int mark = target.indexOf('?', start);
    String raw = target.substring(start, mark < 0 ? target.length() : mark);
    return raw.isEmpty() ? "/" : raw;
  }

  /// Whether the path holds the key alone.
  public boolean isBucketInHost() {
    return !bucket.isEmpty() && path.length() == key.length() + 1;
  }

  /// The first value of a header, empty when it did not come.
  public String header(String name) {
    String value = headers.first(name);
    return value == null ? "" : value;
  }
}
