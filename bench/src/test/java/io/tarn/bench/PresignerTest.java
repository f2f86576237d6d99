package io.tarn.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresignerTest {
  private static final Credentials EXAMPLE =
      new Credentials(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1");

  private final Presigner presigner =
      new Presigner(
          EXAMPLE,
          "examplebucket.s3.amazonaws.com",
          Instant.parse("2013-05-24T00:00:00Z"),
          Duration.ofDays(1));

  @Test
  void the_example_of_the_s3_reference_gets_the_signature_printed_there() {
    assertThat(presigner.sign("GET", "/test.txt", Map.of()))
        .isEqualTo(
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature="
                + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  @Test
  void a_signer_signs_the_same_request_the_same_way_again() {
    String first = presigner.sign("PUT", "/a", Map.of("partNumber", "1"));
    presigner.sign("GET", "/b", Map.of());
    assertThat(presigner.sign("PUT", "/a", Map.of("partNumber", "1"))).isEqualTo(first);
  }

  @Test
  void names_and_values_are_encoded_and_put_in_order() {
    String target =
        presigner.sign("GET", "/bucket/a key+ü", Map.of("prefix", "x/y z", "delimiter", "/"));
    assertThat(target).startsWith("/bucket/a%20key%2B%C3%BC?X-Amz-Algorithm=");
    assertThat(target).contains("&delimiter=%2F&prefix=x%2Fy%20z&X-Amz-Signature=");
  }
}
