package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  @Test
  void what_the_refusals_spoil_is_accepted_before() {
    assertThat(AuthenticationRefusalTest.byHeader().proof())
        .isInstanceOfSatisfying(
            Proof.Signed.class,
            proof -> {
              assertThat(proof.accessKeyId()).isEqualTo(Draft.ACCESS_KEY);
              assertThat(proof.form()).isEqualTo(Proof.Form.HEADER);
              assertThat(proof.signedAt()).isEqualTo(Draft.NOW);
            });
    assertThat(AuthenticationRefusalTest.byQuery().proof())
        .isInstanceOfSatisfying(
            Proof.Signed.class, proof -> assertThat(proof.form()).isEqualTo(Proof.Form.QUERY));
  }

  @Test
  void a_presigned_url_is_good_until_the_second_it_ends() {
    S3Request request = AuthenticationRefusalTest.byQuery().request();
    var authentication = Draft.authentication();
    assertThat(authentication.of(request, Draft.NOW.plusSeconds(599).plusNanos(999_999_999)))
        .isInstanceOf(Proof.Signed.class);
    assertThatThrownBy(() -> authentication.of(request, Draft.NOW.plusSeconds(600)))
        .hasMessage("Request has expired");
  }

  @Test
  void a_presigned_url_is_not_good_long_before_it_was_signed() {
    S3Request request = AuthenticationRefusalTest.byQuery().request();
    var authentication = Draft.authentication();
    assertThat(authentication.of(request, Draft.NOW.minusSeconds(900)))
        .isInstanceOf(Proof.Signed.class);
    assertThatThrownBy(() -> authentication.of(request, Draft.NOW.minusSeconds(901)))
        .hasMessage("Request is not valid yet");
  }

  @Test
  void the_clocks_may_differ_by_fifteen_minutes() {
    S3Request request = AuthenticationRefusalTest.byHeader().request();
    var authentication = Draft.authentication();
    for (int seconds : new int[] {-900, 900}) {
      assertThat(authentication.of(request, Draft.NOW.plusSeconds(seconds)))
          .isInstanceOf(Proof.Signed.class);
    }
    for (int seconds : new int[] {-901, 901}) {
      assertThatThrownBy(() -> authentication.of(request, Draft.NOW.plusSeconds(seconds)))
          .isInstanceOfSatisfying(
              S3Failure.class,
              failure ->
                  assertThat(failure.details())
                      .extracting(S3Failure.Detail::name)
                      .containsExactly("RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"));
    }
  }

  @Test
  void a_wrong_region_is_told_the_right_one() {
    Draft draft =
        AuthenticationRefusalTest.byHeader().replace("Authorization", "us-east-1", "eu-west-9");
    assertThatThrownBy(draft::proof)
        .isInstanceOfSatisfying(
            S3Failure.class,
            failure ->
                assertThat(failure.details())
                    .containsExactly(new S3Failure.Detail("Region", "us-east-1")));
  }

  @Test
  void other_regions_are_accepted_where_the_rules_say_so() {
    var elsewhere = new RequestSigner(Draft.ACCESS_KEY, Draft.SECRET, "eu-west-9");
    String url =
        elsewhere.presignedUrl(
            "GET", "http://" + Draft.HOST, "/b/k", Draft.NOW, Duration.ofMinutes(1));
    Draft draft = Draft.anonymous("GET", url.substring(7 + Draft.HOST.length()));
    for (SigningRules rules :
        Set.of(
            new SigningRules(
                Service.S3, "a", Set.of("eu-west-9"), false, Duration.ofMinutes(15), 8, false),
            new SigningRules(
                Service.S3, "eu-west-9", Set.of(), false, Duration.ofMinutes(15), 8, false),
            new SigningRules(Service.S3, "a", Set.of(), true, Duration.ofMinutes(15), 8, false))) {
      assertThat(new Authentication(_ -> Draft.SECRET, rules).of(draft.request(), Draft.NOW))
          .isInstanceOfSatisfying(
              Proof.Signed.class,
              proof -> assertThat(proof.scope().region()).isEqualTo("eu-west-9"));
    }
  }

  @Test
  void a_mismatch_shows_what_was_computed_but_not_the_right_signature() {
    Draft draft = AuthenticationRefusalTest.byHeader().set("Range", "bytes=1-9");
    assertThatThrownBy(draft::proof)
        .isInstanceOfSatisfying(
            S3Failure.class,
            failure -> {
              assertThat(failure.details())
                  .extracting(S3Failure.Detail::name)
                  .containsExactly(
                      "AWSAccessKeyId", "StringToSign", "SignatureProvided", "CanonicalRequest");
              String right = draft.sign().headers.getLast();
              String signature = right.substring(right.indexOf("Signature=") + 10);
              assertThat(failure.details().toString() + failure.text()).doesNotContain(signature);
            });
  }

  @Test
  void a_key_with_a_new_secret_refuses_what_the_old_one_signed() {
    var secrets = new SecretKey[] {Draft.SECRET};
    var authentication = new Authentication(_ -> secrets[0], SigningRules.of("us-east-1"));
    S3Request request = AuthenticationRefusalTest.byHeader().request();
    assertThat(authentication.of(request, Draft.NOW)).isInstanceOf(Proof.Signed.class);
    secrets[0] = new SecretKey("another", 8);
    assertThatThrownBy(() -> authentication.of(request, Draft.NOW)).isInstanceOf(S3Failure.class);
  }

  @Test
  void a_request_without_a_signature_is_anonymous() {
    assertThat(Draft.anonymous("GET", "/bucket/key?X-Amz-Meta-Nothing=1").proof())
        .isEqualTo(new Proof.Anonymous(PayloadClaim.UNSIGNED));
  }

  @Test
  void nobody_cannot_sign_chunks() {
    for (PayloadMode mode : PayloadMode.values()) {
      if (!mode.signsChunks()) continue;
      Draft draft = Draft.anonymous("PUT", "/b/k").add("x-amz-content-sha256", mode.wire());
      assertThatThrownBy(draft::proof)
          .isInstanceOfSatisfying(
              S3Failure.class,
              failure -> assertThat(failure.error()).isEqualTo(S3Error.INVALID_REQUEST));
    }
  }

  @Test
  void the_date_header_will_do() {
    Draft draft = Draft.anonymous("GET", "/").add("Date", "Tue, 03 Feb 2026 04:05:06 GMT");
    draft.add("x-amz-content-sha256", "UNSIGNED-PAYLOAD").add("x-amz-date", "20260203T040506Z");
    draft.sign();
    String signed = draft.headers.getLast();
    draft.remove("x-amz-date");
    String canonical =
        CanonicalRequest.of(
            draft.request(),
            new SignedHeaders("date;host;x-amz-content-sha256"),
            "UNSIGNED-PAYLOAD");
    String signature =
        SigV4.sign(
            SigV4.signingKey(Draft.SECRET.text(), new Scope("20260203", "us-east-1", "s3")),
            SigV4.stringToSign(
                "20260203T040506Z", "20260203/us-east-1/s3/aws4_request", canonical));
    draft.set(
        "Authorization",
        signed.substring(0, signed.indexOf("SignedHeaders="))
            + "SignedHeaders=date;host;x-amz-content-sha256, Signature="
            + signature);
    assertThat(draft.proof()).isInstanceOf(Proof.Signed.class);
  }

  @Test
  void time_of_signing_far_from_any_calendar_is_no_date() {
    for (String text :
        new String[] {"", "20260203T040506", "20261303T040506Z", "2026020３T040506Z"}) {
      assertThat(AmzDate.parse(text)).isNull();
    }
    assertThat(AmzDate.parse("20260203T040506Z")).isEqualTo(Draft.NOW);
    assertThat(AmzDate.format(Instant.parse("0999-01-02T03:04:05Z"))).isEqualTo("09990102T030405Z");
  }

  @Test
  void secrets_do_not_print() {
    assertThat(Draft.SECRET.toString()).doesNotContain("secret");
    assertThat(AuthenticationRefusalTest.byHeader().proof().toString())
        .doesNotContain(Draft.SECRET.text());
  }
}
