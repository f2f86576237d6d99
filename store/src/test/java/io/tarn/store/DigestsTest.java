package io.tarn.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Digester;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DigestsTest {
  private static Digests of(@Nullable ChecksumAlgorithm algorithm) {
    var digester = new Digester(algorithm);
    digester.update(ByteBuffer.wrap("123456789".getBytes(US_ASCII)));
    return Digests.of(digester.finish());
  }

  @Test
  void the_md5_becomes_the_etag_and_the_running_value_the_checksum_asked_for() {
    Digests digests = of(ChecksumAlgorithm.CRC32C);
    assertThat(digests.etag().text()).isEqualTo("25f9e794323b453885f5181f1b624d0b");
    assertThat(digests.checksum())
        .isEqualTo(new Checksum(ChecksumAlgorithm.CRC32C, ChecksumType.FULL_OBJECT, "4waSgw=="));
  }

  @Test
  void who_asks_for_no_checksum_gets_none() {
    assertThat(of(null).checksum()).isEqualTo(Checksum.NONE);
  }
}
