package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuthenticationTest {
  private static final String BAD_HEADER = "AuthorizationHeaderMalformed";
  private static final String BAD_QUERY = "AuthorizationQueryParametersError";

  private static Draft byHeader() {
    return Draft.signed(
        "GET", "/bucket/a%20key?versionId=7", "UNSIGNED-PAYLOAD", "Range", "bytes=0-9");
  }

  private static Draft byQuery() {
    return Draft.presigned("GET", "/bucket/a key", "versionId", "7");
  }

  private static Arguments header(
      String what, UnaryOperator<Draft> change, String code, String message) {
    return arguments("header: " + what, change.apply(byHeader()), code, message);
  }

  private static Arguments query(
      String what, UnaryOperator<Draft> change, String code, String message) {
    return arguments("query: " + what, change.apply(byQuery()), code, message);
  }

  private static Draft auth(Draft draft, String from, String to) {
    return draft.replace("Authorization", from, to);
  }

  static Stream<Arguments> refusals() {
    return Stream.concat(inTheHeader(), inTheQuery());
  }

  private static Stream<Arguments> inTheHeader() {
    String today = "20260203";
    return Stream.of(
        header("empty", d -> d.set("Authorization", ""), "AccessDenied", ""),
        header(
            "other type",
            d -> d.set("Authorization", "Bearer x"),
            "InvalidArgument",
            "Unsupported Authorization Type"),
        header(
            "version 2",
            d -> d.set("Authorization", "AWS AKID:c2ln"),
            "InvalidRequest",
            "AWS4-HMAC-SHA256"),
        header(
            "version 4A",
            d -> auth(d, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
            "NotImplemented",
            ""),
        header(
            "algorithm in small letters",
            d -> auth(d, "AWS4-HMAC-SHA256", "aws4-hmac-sha256"),
            "InvalidArgument",
            "Unsupported"),
        header(
            "algorithm alone",
            d -> d.set("Authorization", "AWS4-HMAC-SHA256"),
            BAD_HEADER,
            "three components"),
        header(
            "garbage",
            d -> d.set("Authorization", "AWS4-HMAC-SHA256 nonsense"),
            BAD_HEADER,
            "three components"),
        header("no credential", d -> auth(d, "Credential=", "X="), BAD_HEADER, "three components"),
        header("no signature", d -> auth(d, "Signature=", "Sig="), BAD_HEADER, "three components"),
        header(
            "no signed headers",
            d -> auth(d, "SignedHeaders=", "Signed="),
            BAD_HEADER,
            "three components"),
        header(
            "empty signed headers",
            d -> auth(d, "host;range;x-amz-content-sha256;x-amz-date", ""),
            BAD_HEADER,
            "empty"),
        header(
            "a component twice",
            d -> auth(d, ", Signature=", ", Signature=0, Signature="),
            BAD_HEADER,
            "twice"),
        header(
            "a further component",
            d -> auth(d, ", Signature=", ", Extra=0, Signature="),
            BAD_HEADER,
            "three components"),
        header(
            "no slashes", d -> auth(d, "/us-east-1/s3/aws4_request", ""), BAD_HEADER, "mal-formed"),
        header("no access key", d -> auth(d, Draft.ACCESS_KEY, ""), BAD_HEADER, "mal-formed"),
        header(
            "wrong terminator",
            d -> auth(d, "aws4_request", "aws4_demand"),
            BAD_HEADER,
            "incorrect terminal"),
        header("wrong service", d -> auth(d, "/s3/", "/ec2/"), BAD_HEADER, "incorrect service"),
        header("sts", d -> auth(d, "/s3/", "/sts/"), BAD_HEADER, "incorrect service"),
        header(
            "wrong region",
            d -> auth(d, "us-east-1", "mars-north-1"),
            BAD_HEADER,
            "expecting 'us-east-1'"),
        header("day of seven digits", d -> auth(d, today, "2026020"), BAD_HEADER, "date format"),
        header("day in letters", d -> auth(d, today, "2026febr"), BAD_HEADER, "date format"),
        header("another day", d -> auth(d, today, "20260204"), BAD_HEADER, "not the same"),
        header(
            "unknown key", d -> auth(d, Draft.ACCESS_KEY, "AKIDNOBODY"), "InvalidAccessKeyId", ""),
        header(
            "short signature",
            d -> auth(d, "Signature=", "Signature=0"),
            "SignatureDoesNotMatch",
            "host heard"),
        header("no date", d -> d.remove("x-amz-date"), "AccessDenied", "valid Date"),
        header(
            "malformed date",
            d -> d.set("x-amz-date", "2026-02-03T04:05:06Z"),
            "AccessDenied",
            "valid Date"),
        header(
            "impossible date",
            d -> d.set("x-amz-date", "20260230T040506Z"),
            "AccessDenied",
            "valid Date"),
        header(
            "two dates",
            d -> d.add("x-amz-date", "20260203T040506Z"),
            "AccessDenied",
            "valid Date"),
        header(
            "date in the past",
            d -> d.set("x-amz-date", "20260203T035005Z").sign(),
            "RequestTimeTooSkewed",
            ""),
        header(
            "date in the future",
            d -> d.set("x-amz-date", "20260203T042007Z").sign(),
            "RequestTimeTooSkewed",
            ""),
        header(
            "no content hash",
            d -> d.remove("x-amz-content-sha256"),
            "InvalidRequest",
            "Missing required header"),
        header(
            "content hash of no kind",
            d -> d.set("x-amz-content-sha256", "abc"),
            "InvalidArgument",
            "must be UNSIGNED"),
        header(
            "unknown streaming",
            d -> d.set("x-amz-content-sha256", "STREAMING-SOMETHING"),
            "InvalidArgument",
            "must be"),
        header(
            "chunks of version 4A",
            d -> d.set("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"),
            "NotImplemented",
            ""),
        header(
            "two content hashes",
            d -> d.add("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            "InvalidRequest",
            "More than one"),
        header(
            "two authorizations",
            d -> d.add("Authorization", "AWS4-HMAC-SHA256 x"),
            "InvalidRequest",
            "More than one"),
        header(
            "unsigned amz header",
            d -> d.add("x-amz-acl", "public-read"),
            "AccessDenied",
            "not signed"),
        header(
            "unsigned amz header in capitals",
            d -> d.add("X-AMZ-META-A", "b"),
            "AccessDenied",
            "not signed"),
        header("host not signed", d -> auth(d, "host;", ""), "AccessDenied", "not signed"),
        header("date not signed", d -> auth(d, ";x-amz-date", ""), "AccessDenied", "not signed"),
        header("another method", d -> method(d, "DELETE"), "SignatureDoesNotMatch", ""),
        header(
            "another key",
            d -> d.replaceInTarget("a%20key", "b%20key"),
            "SignatureDoesNotMatch",
            ""),
        header(
            "another parameter",
            d -> d.replaceInTarget("=7", "=7&uploads"),
            "SignatureDoesNotMatch",
            ""),
        header(
            "another host",
            d -> d.set("Host", "evil.example"),
            "SignatureDoesNotMatch",
            "evil.example"),
        header(
            "a signed header again",
            d -> d.add("range", "bytes=0-99"),
            "SignatureDoesNotMatch",
            ""),
        header(
            "another payload mode",
            d -> d.set("x-amz-content-sha256", SigV4.EMPTY_SHA256),
            "SignatureDoesNotMatch",
            ""),
        header(
            "a session token", d -> d.add("x-amz-security-token", "t").sign(), "InvalidToken", ""),
        header(
            "a presigned query too",
            d -> d.replaceInTarget("?", "?X-Amz-Algorithm=AWS4-HMAC-SHA256&"),
            "InvalidArgument",
            "Only one auth mechanism"),
        header(
            "a signature parameter too",
            d -> d.replaceInTarget("?", "?X-Amz-Signature=0&"),
            "InvalidArgument",
            "Only one auth mechanism"),
        header(
            "a version 2 query too",
            d -> d.replaceInTarget("?", "?AWSAccessKeyId=A&Signature=c&"),
            "InvalidArgument",
            "Only one auth mechanism"));
  }

  private static Stream<Arguments> inTheQuery() {
    String week = "X-Amz-Expires=604801";
    return Stream.of(
        query(
            "a foreign Authorization",
            d -> d.add("Authorization", "AWS4-HMAC-SHA256 Credential=x"),
            "InvalidArgument",
            "Only one auth mechanism"),
        query(
            "an empty Authorization",
            d -> d.add("Authorization", ""),
            "InvalidArgument",
            "Only one auth mechanism"),
        query(
            "version 2 too",
            d -> d.replaceInTarget("?", "?Signature=c&"),
            "InvalidArgument",
            "Only one auth mechanism"),
        query(
            "no algorithm",
            d -> d.dropParameter("X-Amz-Algorithm"),
            BAD_QUERY,
            "requires the X-Amz-Algorithm"),
        query("no credential", d -> d.dropParameter("X-Amz-Credential"), BAD_QUERY, "requires"),
        query("no date", d -> d.dropParameter("X-Amz-Date"), BAD_QUERY, "requires"),
        query("no expiry", d -> d.dropParameter("X-Amz-Expires"), BAD_QUERY, "requires"),
        query(
            "no signed headers",
            d -> d.dropParameter("X-Amz-SignedHeaders"),
            BAD_QUERY,
            "requires"),
        query("no signature", d -> d.dropParameter("X-Amz-Signature"), BAD_QUERY, "requires"),
        query(
            "wrong algorithm",
            d -> d.replaceInTarget("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
            BAD_QUERY,
            "only supports"),
        query(
            "version 4A",
            d -> d.replaceInTarget("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
            "NotImplemented",
            ""),
        query(
            "malformed credential",
            d -> d.replaceInTarget("%2Fs3%2F", "%2F"),
            BAD_QUERY,
            "mal-formed"),
        query(
            "short credential",
            d -> d.replaceInTarget("%2F20260203%2Fus-east-1%2Fs3", ""),
            BAD_QUERY,
            "mal-formed"),
        query(
            "wrong region",
            d -> d.replaceInTarget("us-east-1", "mars"),
            BAD_QUERY,
            "expecting 'us-east-1'"),
        query(
            "wrong service",
            d -> d.replaceInTarget("%2Fs3%2F", "%2Fiam%2F"),
            BAD_QUERY,
            "incorrect service"),
        query(
            "wrong terminator",
            d -> d.replaceInTarget("aws4_request", "aws3_request"),
            BAD_QUERY,
            "incorrect terminal"),
        query(
            "another day",
            d -> d.replaceInTarget("%2F20260203", "%2F20260202"),
            BAD_QUERY,
            "not the same"),
        query(
            "malformed date",
            d -> d.replaceInTarget("20260203T040506Z", "20260203"),
            BAD_QUERY,
            "ISO8601"),
        query(
            "expiry in letters",
            d -> d.replaceInTarget("Expires=600", "Expires=soon"),
            BAD_QUERY,
            "a number"),
        query(
            "expiry as fraction",
            d -> d.replaceInTarget("Expires=600", "Expires=6.5"),
            BAD_QUERY,
            "a number"),
        query(
            "expiry of a minus alone",
            d -> d.replaceInTarget("Expires=600", "Expires=-"),
            BAD_QUERY,
            "a number"),
        query(
            "negative expiry",
            d -> d.replaceInTarget("Expires=600", "Expires=-1"),
            BAD_QUERY,
            "non-negative"),
        query(
            "more than a week",
            d -> d.replaceInTarget("X-Amz-Expires=600", week),
            BAD_QUERY,
            "less than a week"),
        query(
            "more than a long",
            d -> d.replaceInTarget("=600", "=99999999999999999999999"),
            BAD_QUERY,
            "less than a week"),
        query(
            "expiry of zero",
            d -> d.replaceInTarget("Expires=600", "Expires=0"),
            "AccessDenied",
            "has expired"),
        query(
            "longer than signed",
            d -> d.replaceInTarget("Expires=600", "Expires=601"),
            "SignatureDoesNotMatch",
            ""),
        query(
            "a parameter twice",
            d -> d.replaceInTarget("X-Amz-Expires=600", "X-Amz-Expires=600&X-Amz-Expires=700"),
            BAD_QUERY,
            "More than one"),
        query(
            "two signatures",
            d -> d.replaceInTarget("?", "?X-Amz-Signature=00&"),
            BAD_QUERY,
            "More than one"),
        query(
            "unknown key",
            d -> d.replaceInTarget(Draft.ACCESS_KEY, "AKIDNOBODY"),
            "InvalidAccessKeyId",
            ""),
        query(
            "an unsigned amz header",
            d -> d.add("x-amz-acl", "public-read"),
            "AccessDenied",
            "not signed"),
        query(
            "an unsigned parameter",
            d -> d.replaceInTarget("?", "?acl&"),
            "SignatureDoesNotMatch",
            ""),
        query("another method", d -> method(d, "PUT"), "SignatureDoesNotMatch", ""),
        query("another host", d -> d.set("Host", "evil.example"), "SignatureDoesNotMatch", ""),
        query("a session token", d -> token(), "InvalidToken", ""));
  }

  private static Draft method(Draft draft, String method) {
    draft.method = method;
    return draft;
  }

  private static Draft token() {
    return Draft.presigned("GET", "/bucket/a key", "X-Amz-Security-Token", "t");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void is_refused(String what, Draft draft, String code, String message) {
    assertThatThrownBy(draft::proof)
        .isInstanceOfSatisfying(
            S3Failure.class, failure -> assertThat(failure.error().code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void what_the_refusals_spoil_is_accepted_before() {
    assertThat(byHeader().proof())
        .isInstanceOfSatisfying(
            Proof.Signed.class,
            proof -> {
              assertThat(proof.accessKeyId()).isEqualTo(Draft.ACCESS_KEY);
              assertThat(proof.form()).isEqualTo(Proof.Form.HEADER);
              assertThat(proof.signedAt()).isEqualTo(Draft.NOW);
            });
    assertThat(byQuery().proof())
        .isInstanceOfSatisfying(
            Proof.Signed.class, proof -> assertThat(proof.form()).isEqualTo(Proof.Form.QUERY));
  }

  @Test
  void a_presigned_url_is_good_until_the_second_it_ends() {
    S3Request request = byQuery().request();
    var authentication = Draft.authentication();
    assertThat(authentication.of(request, Draft.NOW.plusSeconds(599).plusNanos(999_999_999)))
        .isInstanceOf(Proof.Signed.class);
    assertThatThrownBy(() -> authentication.of(request, Draft.NOW.plusSeconds(600)))
        .hasMessage("Request has expired");
  }

  @Test
  void a_presigned_url_is_not_good_long_before_it_was_signed() {
    S3Request request = byQuery().request();
    var authentication = Draft.authentication();
    assertThat(authentication.of(request, Draft.NOW.minusSeconds(900)))
        .isInstanceOf(Proof.Signed.class);
    assertThatThrownBy(() -> authentication.of(request, Draft.NOW.minusSeconds(901)))
        .hasMessage("Request is not valid yet");
  }

  @Test
  void the_clocks_may_differ_by_fifteen_minutes() {
    S3Request request = byHeader().request();
    var authentication = Draft.authentication();
    for (int seconds : new int[] {-900, 900})
      assertThat(authentication.of(request, Draft.NOW.plusSeconds(seconds)))
          .isInstanceOf(Proof.Signed.class);
    for (int seconds : new int[] {-901, 901})
      assertThatThrownBy(() -> authentication.of(request, Draft.NOW.plusSeconds(seconds)))
          .isInstanceOfSatisfying(
              S3Failure.class,
              failure ->
                  assertThat(failure.details())
                      .extracting(S3Failure.Detail::name)
                      .containsExactly("RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"));
  }

  @Test
  void a_wrong_region_is_told_the_right_one() {
    Draft draft = byHeader().replace("Authorization", "us-east-1", "eu-west-9");
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
            new SigningRules("a", Set.of("eu-west-9"), false, Duration.ofMinutes(15), 8),
            new SigningRules("eu-west-9", Set.of(), false, Duration.ofMinutes(15), 8),
            new SigningRules("a", Set.of(), true, Duration.ofMinutes(15), 8)))
      assertThat(new Authentication(_ -> Draft.SECRET, rules).of(draft.request(), Draft.NOW))
          .isInstanceOfSatisfying(
              Proof.Signed.class,
              proof -> assertThat(proof.scope().region()).isEqualTo("eu-west-9"));
  }

  @Test
  void a_mismatch_shows_what_was_computed_but_not_the_right_signature() {
    Draft draft = byHeader().set("Range", "bytes=1-9");
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
    S3Request request = byHeader().request();
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
        CanonicalRequest.of(draft.request(), "date;host;x-amz-content-sha256", "UNSIGNED-PAYLOAD");
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
    for (String text : new String[] {"", "20260203T040506", "20261303T040506Z", "2026020３T040506Z"})
      assertThat(AmzDate.parse(text)).isNull();
    assertThat(AmzDate.parse("20260203T040506Z")).isEqualTo(Draft.NOW);
    assertThat(AmzDate.format(Instant.parse("0999-01-02T03:04:05Z"))).isEqualTo("09990102T030405Z");
  }

  @Test
  void secrets_do_not_print() {
    assertThat(Draft.SECRET.toString()).doesNotContain("secret");
    assertThat(byHeader().proof().toString()).doesNotContain(Draft.SECRET.text());
  }
}
