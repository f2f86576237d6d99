package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.request.Percent;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PresignedV2Test {
  private static final long END = AwsExamplesTest.NOW.getEpochSecond() + 600;

  static Authentication authentication() {
    return authentication(true);
  }

  private static Authentication authentication(boolean presignedV2) {
    return new Authentication(
        id -> id.equals(AwsExamplesTest.ACCESS_KEY) ? AwsExamplesTest.SECRET : null,
        new SigningRules(
            Service.S3, "us-east-1", Set.of(), false, Duration.ofMinutes(15), 8, presignedV2));
  }

  /// A presigned `target` (with a query), sent with these headers.
  static Draft presigned(String method, String target, String... headers) {
    Draft draft = Draft.anonymous(method, target);
    for (int i = 0; i < headers.length; i += 2) draft.add(headers[i], headers[i + 1]);
    String text = SigV2.stringsToSign(draft.request(), Long.toString(END)).getLast();
    String signature = Percent.encode(SigV2.sign(AwsExamplesTest.SECRET, text), false);
    draft.target +=
        "&AWSAccessKeyId=%s&Signature=%s&Expires=%d"
            .formatted(AwsExamplesTest.ACCESS_KEY, signature, END);
    return draft;
  }

  private static Draft get() {
    return presigned("GET", "/bucket/a%20key?versionId=7", "x-amz-meta-a", "b");
  }

  private static Proof proof(Draft draft) {
    return authentication().of(draft.request(), AwsExamplesTest.NOW);
  }

  private static Arguments spoiled(
      String what, UnaryOperator<Draft> change, String code, String message) {
    return arguments(what, change.apply(get()), code, message);
  }

  static Stream<Arguments> refusals() {
    String wrong = "SignatureDoesNotMatch";
    String denied = "AccessDenied";
    String v4 = "X-Amz-Algorithm=AWS4-HMAC-SHA256";
    return Stream.of(
        spoiled("another method", d -> method(d, "PUT"), wrong, ""),
        spoiled("head for get", d -> method(d, "HEAD"), wrong, ""),
        spoiled("another key", d -> d.replaceInTarget("a%20key", "b%20key"), wrong, ""),
        spoiled("another bucket", d -> d.replaceInTarget("/bucket/", "/other/"), wrong, ""),
        spoiled("another spelling", d -> d.replaceInTarget("a%20key", "%61%20key"), wrong, ""),
        spoiled("another version", d -> d.replaceInTarget("Id=7", "Id=8"), wrong, ""),
        spoiled("no version", d -> d.replaceInTarget("versionId=7&", ""), wrong, ""),
        spoiled("two versions", d -> d.replaceInTarget("?", "?versionId=6&"), wrong, ""),
        spoiled("a sub-resource", d -> d.replaceInTarget("?", "?tagging&"), wrong, ""),
        spoiled("an escaped one", d -> d.replaceInTarget("?", "?%61cl&"), wrong, ""),
        spoiled("attributes", d -> d.replaceInTarget("?", "?attributes&"), wrong, ""),
        spoiled("a part", d -> d.replaceInTarget("?", "?partNumber=1&"), wrong, ""),
        spoiled(
            "an override",
            d -> d.replaceInTarget("?", "?response-content-type=text/html&"),
            wrong,
            ""),
        spoiled("another amz header", d -> d.add("x-amz-acl", "public-read"), wrong, ""),
        spoiled("in capitals", d -> d.add("X-AMZ-Copy-Source", "b/k"), wrong, ""),
        spoiled("an amz header less", d -> d.remove("x-amz-meta-a"), wrong, ""),
        spoiled("a changed amz header", d -> d.set("x-amz-meta-a", "c"), wrong, ""),
        spoiled("an amz header twice", d -> d.add("x-amz-meta-a", "b"), wrong, ""),
        spoiled("a content type", d -> d.add("Content-Type", "text/html"), wrong, ""),
        spoiled("a content MD5", d -> d.add("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), wrong, ""),
        spoiled(
            "two content types",
            d -> d.add("Content-Type", "").add("Content-Type", "a"),
            "InvalidRequest",
            "More than one"),
        spoiled(
            "longer", d -> d.replaceInTarget("Expires=" + END, "Expires=" + (END + 1)), wrong, ""),
        spoiled("with zeros", d -> d.replaceInTarget("Expires=", "Expires=0"), wrong, ""),
        spoiled(
            "over", d -> d.replaceInTarget("Expires=" + END, "Expires=1"), denied, "has expired"),
        spoiled("no expiry", d -> d.replaceInTarget("Expires=", "Exp="), denied, "requires"),
        spoiled(
            "an empty expiry",
            d -> d.replaceInTarget("Expires=" + END, "Expires="),
            denied,
            "requires"),
        spoiled(
            "two expiries",
            d -> d.replaceInTarget("?", "?Expires=" + END + "&"),
            denied,
            "More than one"),
        spoiled(
            "in letters", d -> d.replaceInTarget("Expires=", "Expires=a"), denied, "Invalid date"),
        spoiled(
            "negative", d -> d.replaceInTarget("Expires=", "Expires=-"), denied, "Invalid date"),
        spoiled(
            "after the end of time",
            d -> d.replaceInTarget("Expires=", "Expires=99999999999999999999"),
            denied,
            "Invalid date"),
        spoiled("no signature", d -> d.dropParameter("Signature"), denied, "requires"),
        spoiled(
            "two signatures", d -> d.replaceInTarget("?", "?Signature=a&"), denied, "More than"),
        spoiled("longer signature", d -> d.replaceInTarget("Signature=", "Signature=A"), wrong, ""),
        spoiled("no key", d -> d.replaceInTarget("AWSAccessKeyId", "Id"), denied, "requires"),
        spoiled(
            "an unknown key",
            d -> d.replaceInTarget(AwsExamplesTest.ACCESS_KEY, "AKIDNOBODY"),
            "InvalidAccessKeyId",
            ""),
        spoiled(
            "version 4 too",
            d -> d.replaceInTarget("?", "?" + v4 + "&"),
            "InvalidArgument",
            "Only one"),
        spoiled(
            "a header too",
            d -> d.add("Authorization", "AWS " + AwsExamplesTest.ACCESS_KEY + ":x"),
            "InvalidArgument",
            "Only one"),
        spoiled(
            "an empty header too", d -> d.add("Authorization", ""), "InvalidArgument", "Only one"),
        arguments(
            "a session token",
            presigned("GET", "/b/k?x", "x-amz-security-token", "t"),
            "InvalidToken",
            ""),
        arguments(
            "signed chunks",
            presigned(
                "PUT", "/b/k?x", "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            "InvalidRequest",
            "signed chunks"));
  }

  private static Draft method(Draft draft, String method) {
    draft.method = method;
    return draft;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void is_refused(String what, Draft draft, String code, String message) {
    assertThatThrownBy(() -> proof(draft))
        .isInstanceOfSatisfying(
            S3Failure.class, failure -> assertThat(failure.error().code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void what_the_refusals_spoil_is_accepted_before() {
    assertThat(proof(get()))
        .isEqualTo(new Proof.PresignedV2(AwsExamplesTest.ACCESS_KEY, PayloadClaim.UNSIGNED));
  }

  @Test
  void it_is_good_until_the_second_it_ends() {
    S3Request request = get().request();
    Instant end = Instant.ofEpochSecond(END);
    assertThat(authentication().of(request, end.minusNanos(1)))
        .isInstanceOf(Proof.PresignedV2.class);
    assertThatThrownBy(() -> authentication().of(request, end)).hasMessage("Request has expired");
  }

  @Test
  void a_signed_claim_about_the_body_is_kept() {
    for (String word : List.of(SigV4.EMPTY_SHA256, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")) {
      assertThat(proof(presigned("PUT", "/b/k?x", "x-amz-content-sha256", word)).payload())
          .isEqualTo(PayloadClaim.parse(word));
    }
  }

  @Test
  void nothing_of_version_2_is_accepted_where_the_rules_do_not_say_so() {
    assertThatThrownBy(() -> authentication(false).of(get().request(), AwsExamplesTest.NOW))
        .isInstanceOf(S3Failure.class)
        .hasMessageContaining("Please use AWS4-HMAC-SHA256");
  }

  @Test
  void a_header_of_version_2_is_refused_in_any_case() {
    Draft draft = Draft.anonymous("GET", "/b/k").add("Date", "Fri, 24 May 2013 00:00:00 GMT");
    String text = SigV2.stringsToSign(draft.request(), "Fri, 24 May 2013 00:00:00 GMT").getFirst();
    String signature = SigV2.sign(AwsExamplesTest.SECRET, text);
    draft.add("Authorization", "AWS " + AwsExamplesTest.ACCESS_KEY + ":" + signature);
    assertThatThrownBy(() -> proof(draft))
        .isInstanceOf(S3Failure.class)
        .hasMessageContaining("Please use AWS4-HMAC-SHA256");
  }

  @Test
  void a_mismatch_does_not_show_the_right_signature() {
    Draft draft = method(get(), "HEAD");
    String text = SigV2.stringsToSign(draft.request(), Long.toString(END)).getLast();
    String right = SigV2.sign(AwsExamplesTest.SECRET, text);
    assertThatThrownBy(() -> proof(draft))
        .isInstanceOfSatisfying(
            S3Failure.class,
            failure -> {
              assertThat(failure.details())
                  .extracting(S3Failure.Detail::name)
                  .containsExactly("AWSAccessKeyId", "StringToSign", "SignatureProvided");
              assertThat(failure.details().toString() + failure.text()).doesNotContain(right);
            });
  }
}
