package io.tarn.bench;

/// An access key, its secret and the region that requests are signed for.
record Credentials(String accessKey, String secretKey, String region) {
  Credentials {
    if (accessKey.isEmpty() || secretKey.isEmpty() || region.isEmpty()) {
      throw new IllegalArgumentException(
          "a signed endpoint needs an access key, a secret key and a region");
    }
  }

  @Override
  public String toString() {
    return accessKey + "@" + region;
  }
}
