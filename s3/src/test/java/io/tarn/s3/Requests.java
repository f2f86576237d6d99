package io.tarn.s3;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import java.util.List;

/// Requests for tests.
final class Requests {
  private Requests() {}

  /// `line` is `METHOD target`; headers are names and values alternately.
  static S3Request of(String line, String... headers) {
    int space = line.indexOf(' ');
    String[] all = new String[headers.length + 2];
    all[0] = "Host";
    all[1] = "localhost:9000";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return S3Request.of(
        line.substring(0, space),
        line.substring(space + 1),
        RequestHeaders.of(all),
        List.of("s3.example.org"));
  }

  static S3Operation.Served served(String line, String... headers) {
    return served(of(line, headers));
  }

  static S3Operation.Served served(S3Request request) {
    return (S3Operation.Served) S3Router.parse(request);
  }

  static S3Operation parse(String line, String... headers) {
    return S3Router.parse(of(line, headers));
  }
}
