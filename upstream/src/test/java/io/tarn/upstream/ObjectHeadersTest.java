package io.tarn.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the headers of an origin's answer say of an object, and what they leave open.
class ObjectHeadersTest {
  private static Checksum checksum(String etag, String checksum, String type) {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("etag", List.of(etag));
    headers.put("x-amz-checksum-crc32", List.of(checksum));
    if (!type.isEmpty()) headers.put("x-amz-checksum-type", List.of(type));
    return ObjectHeaders.checksum(HttpHeaders.of(headers, (_, _) -> true), Checksum.NONE);
  }

  private static Checksum crc32(ChecksumType type, String text) {
    return new Checksum(ChecksumAlgorithm.CRC32, type, text);
  }

  /// As moto answers a HEAD.
  @Test
  void a_checksum_of_an_object_in_parts_that_does_not_say_of_what_it_is_counts_for_nothing() {
    assertThat(checksum("\"b38219-2\"", "z2b/+w==", "")).isEqualTo(Checksum.NONE);
  }

  @Test
  void a_checksum_that_says_of_what_it_is_is_taken() {
    assertThat(checksum("\"b38219-2\"", "z2b/+w==", "FULL_OBJECT"))
        .isEqualTo(crc32(ChecksumType.FULL_OBJECT, "z2b/+w=="));
    assertThat(checksum("\"b38219-2\"", "z2b/+w==-2", ""))
        .isEqualTo(crc32(ChecksumType.COMPOSITE, "z2b/+w==-2"));
    assertThat(checksum("\"b38219\"", "z2b/+w==", ""))
        .isEqualTo(crc32(ChecksumType.FULL_OBJECT, "z2b/+w=="));
  }
}
