package io.tarn.http;

import io.tarn.http.RequestHead.Version;

/// A response fitted to its request: what goes on the wire of it.
///
/// - `contentLength`: the header to send, or -1 for none
/// - `bodyless`: whether the body must not be sent (HEAD, 204, 304)
/// - `chunked`: whether the body goes in chunks
/// - `endsWithConnection`: whether only the end of the connection can end the body
record Answer(
    Response response,
    long contentLength,
    boolean bodyless,
    boolean chunked,
    boolean endsWithConnection) {

  /// @throws IllegalArgumentException when the response contradicts itself
  static Answer to(ParsedHead request, Response response) {
    long length = response.body().length();
    String explicit = response.headers().first("Content-Length");
    if (response.status() == 204) return new Answer(response, -1, true, false, false);
    if (request.method().equals("HEAD") || response.status() == 304) {
      long announced =
          explicit != null ? Long.parseLong(explicit) : response.status() == 304 ? -1 : length;
      return new Answer(response, announced, true, false, false);
    }
    if (explicit != null && Long.parseLong(explicit) != length) {
      throw new IllegalArgumentException(
          "Content-Length " + explicit + " for a body of " + length + " bytes");
    }
    boolean chunked = length < 0 && request.version() == Version.HTTP_1_1;
    return new Answer(response, length, false, chunked, length < 0 && !chunked);
  }
}
