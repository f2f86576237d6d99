package io.tarn.s3;

import io.tarn.store.Conditions;
import io.tarn.store.Version;
import java.util.Map;

/// How an object is to be read.
///
/// - `range`: which bytes, or which part
/// - `checksums`: whether the answer carries the checksum (`x-amz-checksum-mode`)
/// - `overrides`: headers the answer carries in place of the stored ones, by lower-case name
public record ReadRequest(
    Version version,
    Conditions conditions,
    RangeRequest range,
    boolean checksums,
    Map<String, String> overrides) {
  public ReadRequest {
    overrides = Map.copyOf(overrides);
  }
}
