package io.tarn.signature;

/// What a signing key is good for: one day (`yyyyMMdd`), one region, one service.
public record Scope(String day, String region, String service) {
  static final String TERMINATOR = "aws4_request";

  @Override
  public String toString() {
    return day + '/' + region + '/' + service + '/' + TERMINATOR;
  }
}
