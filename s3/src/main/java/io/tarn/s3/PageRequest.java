package io.tarn.s3;

/// What every listing of keys is asked: which keys, rolled up how, how many, and whether names in
/// the answer are percent-encoded. `limit` is 0 to 1,000.
public record PageRequest(String prefix, String delimiter, int limit, boolean urlEncoded) {
  public static final int MOST = 1000;
}
