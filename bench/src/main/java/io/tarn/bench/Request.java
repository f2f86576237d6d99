package io.tarn.bench;

/// One request: method, host, target (path and query as they go on the wire) and the size of its
/// body.
record Request(String method, String authority, String target, long bodyBytes) {
  /// The request line and headers, with the empty line that ends them.
  String head() {
    var out = new StringBuilder(target.length() + 96);
    out.append(method)
        .append(' ')
        .append(target)
        .append(" HTTP/1.1\r\nHost: ")
        .append(authority)
        .append("\r\n");
    if (bodyBytes > 0 || method.equals("PUT") || method.equals("POST")) {
      out.append("Content-Length: ").append(bodyBytes).append("\r\n");
    }
    return out.append("\r\n").toString();
  }
}
