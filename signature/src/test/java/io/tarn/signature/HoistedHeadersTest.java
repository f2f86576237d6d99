package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoistedHeadersTest {
  private static final PayloadClaim UNSIGNED = PayloadClaim.UNSIGNED;
  private static final Proof VERSION_2 = new Proof.PresignedV2("AKID", UNSIGNED);
  private static final Proof NOBODY = new Proof.Anonymous(UNSIGNED);

  private static Proof version4(Proof.Form form) {
    var scope = new Scope("20260101", "us-east-1", "s3");
    var key = new HmacSha256(new byte[32]);
    var seed = new ChunkSeed(key, "20260101T000000Z", scope.toString(), "0");
    return new Proof.Signed("AKID", scope, form, Instant.EPOCH, UNSIGNED, seed);
  }

  private static S3Request moved(String line, Proof proof, String... headers) {
    int space = line.indexOf(' ');
    String[] all = Arrays.copyOf(new String[] {"Host", "localhost:9000"}, headers.length + 2);
    System.arraycopy(headers, 0, all, 2, headers.length);
    S3Request request =
        S3Request.of(
            line.substring(0, space), line.substring(space + 1), RequestHeaders.of(all), List.of());
    return HoistedHeaders.of(request, proof);
  }

  @Test
  void what_was_presigned_into_the_query_counts_as_headers() {
    S3Request request =
        moved(
            "PUT /b/k?x-amz-meta-a=%C3%A9&X-Amz-Acl=public-read&X-Amz-Signature=1&x-id=PutObject",
            version4(Proof.Form.QUERY));
    assertThat(request.header("x-amz-meta-a")).isEqualTo("\u00C3\u00A9");
    assertThat(request.header("x-amz-acl")).isEqualTo("public-read");
    assertThat(request.query().has("x-amz-meta-a")).isFalse();
    assertThat(request.query().has("X-Amz-Signature")).isTrue();
    assertThat(request.query().text("x-id")).isEqualTo("PutObject");
    assertThat(request.header("host")).isEqualTo("localhost:9000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-amz-checksum-crc32=AAAAAA==", "x-amz-sdk-checksum-algorithm=CRC32"})
  void checksums_of_the_empty_body_that_sdks_presign_say_nothing(String parameter) {
    S3Request request = moved("PUT /bucket/k?" + parameter, version4(Proof.Form.QUERY));
    assertThat(request.headers().size()).isEqualTo(1);
    assertThat(request.query().size()).isZero();
  }

  @Test
  void version_2_has_the_type_and_the_sum_there_too() {
    S3Request request =
        moved("PUT /b/k?content-type=text/plain&content-md5=x&Expires=1", VERSION_2);
    assertThat(request.header("content-type")).isEqualTo("text/plain");
    assertThat(request.header("content-md5")).isEqualTo("x");
    assertThat(request.query().size()).isEqualTo(1);
  }

  @Test
  void a_query_that_nobody_signed_moves_nothing() {
    for (Proof proof : List.of(NOBODY, version4(Proof.Form.HEADER))) {
      S3Request request = moved("PUT /bucket/k?x-amz-acl=public-read", proof);
      assertThat(request.headers().has("x-amz-acl")).isFalse();
      assertThat(request.query().has("x-amz-acl")).isTrue();
    }
  }

  @Test
  void a_header_and_the_query_must_agree() {
    Proof proof = version4(Proof.Form.QUERY);
    S3Request same = moved("PUT /b/k?x-amz-acl=private", proof, "x-amz-acl", " private");
    assertThat(same.headers().all("x-amz-acl")).hasSize(1);
    assertThatThrownBy(() -> moved("PUT /b/k?x-amz-acl=private", proof, "X-Amz-Acl", "public-read"))
        .isInstanceOf(S3Failure.class)
        .hasMessageContaining("disagree");
  }

  @Test
  void no_line_is_broken_by_a_value() {
    Proof proof = version4(Proof.Form.QUERY);
    assertThatThrownBy(() -> moved("PUT /b/k?x-amz-meta-a=x%0D%0Ay", proof))
        .isInstanceOf(S3Failure.class);
  }
}
