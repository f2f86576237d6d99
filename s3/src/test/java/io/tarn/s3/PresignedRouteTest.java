package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.Authentication;
import io.tarn.signature.HoistedHeaders;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.SigningRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which operation a URL is that somebody signed, with headers in its query.
class PresignedRouteTest {
  private static final String HOST = "localhost:9000";
  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final SecretKey SECRET = new SecretKey("a secret", 0);

  private static S3Request put(String target) {
    return S3Request.of("PUT", target, RequestHeaders.of("Host", HOST), List.of());
  }

  private static S3Request meant(S3Request request) {
    var authentication = new Authentication(_ -> SECRET, SigningRules.of("us-east-1"));
    return HoistedHeaders.of(request, authentication.of(request, NOW));
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-copy-source, /other/k, COPY_OBJECT",
    // Of an empty body: SDKs presign them, and they say nothing.
    "x-amz-checksum-crc32, AAAAAA==, PUT_OBJECT",
    "x-amz-sdk-checksum-algorithm, CRC32, PUT_OBJECT",
  })
  void is_what_its_signer_meant(String parameter, String value, Route route) {
    String url =
        new RequestSigner("AKID", SECRET, "us-east-1")
            .presignedUrl(
                "PUT", "http://" + HOST, "/bucket/k", NOW, Duration.ofMinutes(1), parameter, value);
    S3Request request = put(url.substring(("http://" + HOST).length()));
    assertThat(Requests.served(meant(request)).route()).isEqualTo(route);
  }

  @Test
  void is_refused_where_nobody_signed_the_header() {
    S3Request request = meant(put("/bucket/k?x-amz-acl=public-read"));
    assertThatThrownBy(() -> S3Router.parse(request)).hasMessageContaining("x-amz-acl");
  }
}
