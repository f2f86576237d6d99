package io.tarn.signature;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.request.S3Failure;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One refusal for every way a signature can be wrong.
class AuthenticationRefusalTest {
  private static final String BAD_HEADER = "AuthorizationHeaderMalformed";
  private static final String BAD_QUERY = "AuthorizationQueryParametersError";

  static Draft byHeader() {
    return Draft.signed(
        "GET", "/bucket/a%20key?versionId=7", "UNSIGNED-PAYLOAD", "Range", "bytes=0-9");
  }

  static Draft byQuery() {
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

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj("a%03d;"::formatted).collect(joining());
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
            "a signed header listed twice",
            d -> auth(d, "=host;", "=host;host;"),
            BAD_HEADER,
            "once"),
        header(
            "signed headers out of order",
            d -> auth(d, "host;range;", "range;host;"),
            BAD_HEADER,
            "ascending"),
        header(
            "a signed header in capitals",
            d -> auth(d, "=host;", "=Host;"),
            BAD_HEADER,
            "lower case"),
        header(
            "a signed header without a name",
            d -> auth(d, "=host;", "=;host;"),
            BAD_HEADER,
            "empty"),
        header(
            "a signed header that did not come",
            d -> auth(d, "=host;", "=a;host;"),
            "SignatureDoesNotMatch",
            "did not come: a."),
        header(
            "more signed headers than there may be",
            d -> auth(d, "=host;", "=" + names(300) + "host;"),
            BAD_HEADER,
            "more than 256"),
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
        header(
            "for the admin API",
            d -> auth(d, "/s3/", "/tarn-admin/"),
            BAD_HEADER,
            "for the service \"s3\""),
        header("sts", d -> auth(d, "/s3/", "/sts/"), BAD_HEADER, "incorrect service"),
        header(
            "wrong region",
            d -> auth(d, "us-east-1", "mars-north-1"),
            BAD_HEADER,
            "expecting 'us-east-1'"),
        header(
            "a region longer than any",
            d -> auth(d, "us-east-1", "m".repeat(65)),
            BAD_HEADER,
            "longer than 64"),
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
            "InvalidRequest",
            "More than one"),
        header(
            "a header of S3 twice",
            d -> d.add("x-amz-acl", "private").add("X-Amz-Acl", "public-read").sign(),
            "InvalidRequest",
            "More than one"),
        header(
            "a signed header that was split on the way",
            d -> d.set("range", "bytes=0-1,5-6").sign().split("range"),
            "InvalidRequest",
            "More than one"),
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
            "a signed header listed twice",
            d -> d.replaceInTarget("SignedHeaders=host", "SignedHeaders=host%3Bhost"),
            BAD_QUERY,
            "once"),
        query(
            "a signed header that did not come",
            d -> d.replaceInTarget("SignedHeaders=host", "SignedHeaders=a%3Bhost"),
            "SignatureDoesNotMatch",
            "did not come"),
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
            "AuthorizationQueryParametersError",
            "non-negative"),
        query(
            "more than a week",
            d -> d.replaceInTarget("X-Amz-Expires=600", week),
            "AuthorizationQueryParametersError",
            "less than a week"),
        query(
            "more than a long",
            d -> d.replaceInTarget("=600", "=99999999999999999999999"),
            "AuthorizationQueryParametersError",
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
}
