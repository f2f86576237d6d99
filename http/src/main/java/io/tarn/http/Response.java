package io.tarn.http;

/// An answer. The server adds `Date`, `Connection` and the framing (`Content-Length` from the
/// body's length, or chunked when it is unknown).
///
/// An explicit `Content-Length` header is kept for answers to HEAD, whose body is never sent (a
/// `Slices` source is closed unread), and for 304; elsewhere it must equal the body's length.
/// `Transfer-Encoding` and `Connection: keep-alive` are the server's to say; `Connection: close` in
/// the headers closes the connection after the response.
///
/// - `status`: a final status, 200 to 599; 204 and 304 go without a body
public record Response(int status, Headers headers, ResponseBody body) {
  public Response {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("not a final HTTP status: " + status);
    }
  }

  public static Response of(int status, Headers headers) {
    return new Response(status, headers, ResponseBody.EMPTY);
  }

  /// The same response, after which the connection is closed.
  public Response closing() {
    return closes()
        ? this
        : new Response(
            status, Headers.builder().addAll(headers).add("Connection", "close").build(), body);
  }

  boolean closes() {
    String connection = headers.first("Connection");
    return connection != null && FieldMeaning.lists(connection, "close");
  }
}
