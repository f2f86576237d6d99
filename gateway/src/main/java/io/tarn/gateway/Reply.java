package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.http.ResponseBody;
import io.tarn.store.Bucket;
import java.nio.ByteBuffer;

/// An answer in the making: the gateway adds what every reply carries. Whoever sends it closes it.
record Reply(int status, Headers.Builder headers, ResponseBody body, Runnable afterwards)
    implements AutoCloseable {
  static final String REGION = "x-amz-bucket-region";

  static Reply of(int status, Headers.Builder headers, ResponseBody body) {
    return new Reply(status, headers, body, () -> {});
  }

  static Reply empty(int status) {
    return of(status, Headers.builder(), ResponseBody.EMPTY);
  }

  static Reply empty(int status, Headers.Builder headers) {
    return of(status, headers, ResponseBody.EMPTY);
  }

  static Reply xml(ByteBuffer document) {
    return xml(200, Headers.builder(), document);
  }

  static Reply xml(int status, Headers.Builder headers, ByteBuffer document) {
    headers.add("Content-Type", "application/xml");
    return of(status, headers, new ResponseBody.Bytes(document));
  }

  /// The same answer, saying where the bucket is that it is about: clients that were told another
  /// region go there.
  Reply in(Bucket bucket) {
    headers.add(REGION, bucket.region());
    return this;
  }

  @Override
  public void close() {
    afterwards.run();
  }
}
