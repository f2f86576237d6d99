package io.tarn.console;

import io.tarn.http.Headers;
import io.tarn.request.RequestHeaders;

/// The header fields of a received request as the S3 language reads them.
record ConsoleHeaders(Headers headers) implements RequestHeaders {
  @Override
  public int size() {
    return headers.size();
  }

  @Override
  public String name(int index) {
    return headers.name(index);
  }

  @Override
  public String value(int index) {
    return headers.value(index);
  }
}
