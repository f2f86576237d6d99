package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tarn.request.S3Failure;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a client sends for a signature is right or refused.
class HostileSignatureTest {
  private static @Nullable Proof orRefused(Draft tried) {
    try {
      return tried.proof();
    } catch (S3Failure e) {
      assertThat(e.getMessage()).isNotNull();
      return null;
    }
  }

  private static String text(byte[] input) {
    return new String(input, ISO_8859_1); // as the HTTP engine hands it on: one char per byte
  }

  private static Stream<byte[]> bytes(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(ISO_8859_1));
  }

  static Stream<byte[]> authorizations() {
    String right =
        Draft.signed("GET", "/bucket/key", "UNSIGNED-PAYLOAD").request().header("authorization");
    return bytes(right, right.replace("=", " = "), right.replace("us-east-1", "eu"), "AWS a:b", "");
  }

  @MethodSource("authorizations")
  @FuzzTest(maxDuration = "1m")
  void an_authorization_is_right_or_refused(byte[] input) {
    Draft draft = Draft.signed("GET", "/bucket/key", "UNSIGNED-PAYLOAD");
    String right = draft.request().header("authorization");
    Draft tried = draft.set("Authorization", text(input));
    Proof proof = orRefused(tried);
    if (proof == null) return;
    assertThat(proof).isInstanceOf(Proof.Signed.class);
    String signature = right.substring(right.length() - 64);
    assertThat(text(input)).as("nothing is accepted without its signature").contains(signature);
  }

  static Stream<byte[]> queries() {
    String right = Draft.presigned("GET", "/bucket/key").target;
    return bytes(
        right.substring(right.indexOf('?') + 1),
        right.substring(right.indexOf('?') + 1).replace("X-Amz-Expires=600", "X-Amz-Expires=-1"),
        "AWSAccessKeyId=a&Signature=b&Expires=1770000000",
        "X-Amz-Signature=");
  }

  @MethodSource("queries")
  @FuzzTest(maxDuration = "1m")
  void a_presigned_query_is_right_or_refused(byte[] input) {
    String right = Draft.presigned("GET", "/bucket/key").target;
    String signature = right.substring(right.indexOf("X-Amz-Signature=") + 16).split("&", 2)[0];
    Draft tried = Draft.anonymous("GET", "/bucket/key?" + text(input));
    Proof proof = orRefused(tried);
    if (proof instanceof Proof.Signed) assertThat(text(input)).contains(signature);
  }

  static Stream<byte[]> dates() {
    return bytes(
        "20260203T040506Z", "20260230T040506Z", "20260203T240506Z", "2026-02-03T04:05:06Z");
  }

  @MethodSource("dates")
  @FuzzTest(maxDuration = "1m")
  void a_date_is_none_or_means_the_same_when_written_again(byte[] input) {
    String text = text(input);
    Instant time = AmzDate.parse(text);
    if (time != null) assertThat(AmzDate.format(time)).isEqualTo(text);
  }
}
