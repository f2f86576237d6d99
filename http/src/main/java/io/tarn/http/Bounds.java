package io.tarn.http;

import io.tarn.http.HttpSettings.Limits;
import io.tarn.settings.DataSize;

/// The limits as the numbers that the hot path compares with.
record Bounds(
    int requestLine, int headers, int fields, int queue, int discard, int inFlight, int leastRate) {
  private static final int MOST = 1 << 30;

  static Bounds of(Limits limits) {
    return new Bounds(
        of(limits.requestLine(), 0),
        of(limits.headers(), 0),
        limits.fields(),
        of(limits.queue(), 0),
        of(limits.discard(), 0),
        of(limits.inFlight(), 0),
        of(limits.leastRate(), 0));
  }

  static int of(DataSize size, int least) {
    if (size.bytes() < least || size.bytes() > MOST) {
      throw new IllegalArgumentException(
          "an HTTP limit of " + size + " is not between " + least + " bytes and 1 GiB");
    }
    return (int) size.bytes();
  }
}
