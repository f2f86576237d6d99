package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.request.RequestHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The headers of the listener, as the S3 language reads them.
record HttpHeaders(Headers headers) implements RequestHeaders {
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

  @Override
  public @Nullable String first(String name) {
    return headers.first(name);
  }

  @Override
  public List<String> all(String name) {
    return headers.all(name);
  }
}
