package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.StoreFailure;
import org.junit.jupiter.api.Test;

class S3ErrorTest {
  @Test
  void a_full_disk_is_insufficient_storage_also_when_the_outcome_is_unknown() {
    assertThat(S3Error.of(new StoreFailure.OutOfSpace("full", null)))
        .isEqualTo(S3Error.INSUFFICIENT_STORAGE);
    assertThat(S3Error.of(new StoreFailure.Indeterminate("full", null, true)))
        .isEqualTo(S3Error.INSUFFICIENT_STORAGE);
    assertThat(S3Error.of(new StoreFailure.Indeterminate("unknown", null)))
        .isEqualTo(S3Error.INTERNAL_ERROR);
  }
}
