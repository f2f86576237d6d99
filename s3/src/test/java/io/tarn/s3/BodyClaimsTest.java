package io.tarn.s3;

import static io.tarn.s3.Uploads.BYTES;
import static io.tarn.s3.Uploads.SMALL;
import static io.tarn.s3.Uploads.TRAILER;
import static io.tarn.s3.Uploads.checksum;
import static io.tarn.s3.Uploads.md5;
import static io.tarn.s3.Uploads.open;
import static io.tarn.s3.Uploads.put;
import static io.tarn.s3.Uploads.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.StoreFailure.Invalid;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BodyClaimsTest {
  private static Arguments headers(String what, Draft draft, String code) {
    return arguments(what, draft, code);
  }

  static Stream<Arguments> badClaims() {
    PayloadMode plain = PayloadMode.UNSIGNED;
    PayloadMode chunked = PayloadMode.STREAMING_UNSIGNED_TRAILER;
    String crc32 = "x-amz-checksum-crc32";
    return Stream.of(
        headers(
            "no length", put(plain, SMALL).remove("Content-Length").sign(), "MissingContentLength"),
        headers(
            "length in letters",
            put(plain, SMALL).set("Content-Length", "abc").sign(),
            "InvalidArgument"),
        headers(
            "negative length",
            put(plain, SMALL).set("Content-Length", "-1").sign(),
            "InvalidArgument"),
        headers(
            "two lengths", put(plain, SMALL).add("Content-Length", "11").sign(), "InvalidRequest"),
        headers(
            "more than 5 GiB",
            put(plain, SMALL).set("Content-Length", "5368709121").sign(),
            "EntityTooLarge"),
        headers(
            "no decoded length",
            put(chunked, SMALL).remove("x-amz-decoded-content-length").sign(),
            "MissingContentLength"),
        headers(
            "decoded length of no number",
            put(chunked, SMALL).set("x-amz-decoded-content-length", "1e3").sign(),
            "InvalidArgument"),
        headers("malformed MD5", put(plain, SMALL, "Content-MD5", "!"), "InvalidDigest"),
        headers("short MD5", put(plain, SMALL, "Content-MD5", "AAAA"), "InvalidDigest"),
        headers("empty MD5", put(plain, SMALL, "Content-MD5", ""), "InvalidDigest"),
        headers("malformed checksum", put(plain, SMALL, crc32, "!"), "BadDigest"),
        headers("short checksum", put(plain, SMALL, crc32, "AAAA"), "BadDigest"),
        headers(
            "two checksums",
            put(plain, SMALL, crc32, "AAAAAA==", "x-amz-checksum-crc32c", "AAAAAA=="),
            "InvalidRequest"),
        headers(
            "checksum twice",
            put(plain, SMALL, crc32, "AAAAAA==", crc32, "AAAAAA=="),
            "InvalidRequest"),
        headers(
            "checksum of no kind",
            put(plain, SMALL, "x-amz-checksum-adler", "AAAAAA=="),
            "NotImplemented"),
        headers(
            "algorithm of no kind",
            put(plain, SMALL, "x-amz-sdk-checksum-algorithm", "ADLER"),
            "InvalidRequest"),
        headers(
            "algorithm without value",
            put(plain, SMALL, "x-amz-sdk-checksum-algorithm", "CRC32"),
            "InvalidRequest"),
        headers(
            "algorithm of another value",
            put(plain, SMALL, crc32, "AAAAAA==", "x-amz-sdk-checksum-algorithm", "SHA1"),
            "InvalidRequest"),
        headers(
            "checksum in header and trailer",
            put(chunked, SMALL, crc32, "AAAAAA=="),
            "InvalidRequest"),
        headers(
            "trailer of no kind",
            put(chunked, SMALL).set("x-amz-trailer", "x-amz-meta-a").sign(),
            "InvalidRequest"),
        headers(
            "trailer in a mode without",
            put(plain, SMALL, "x-amz-trailer", TRAILER),
            "InvalidRequest"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badClaims")
  void is_refused_before_the_body(String what, Draft draft, String code) {
    ByteSource untouched =
        () -> {
          throw new AssertionError("the body was read");
        };
    assertThatThrownBy(() -> open(draft, untouched))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error().code()).as(e.text()).isEqualTo(code));
  }

  @ParameterizedTest
  @EnumSource
  void announced_checksums_are_verified(ChecksumAlgorithm algorithm) {
    String name = "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
    Draft right =
        put(
            PayloadMode.UNSIGNED,
            SMALL,
            name,
            checksum(algorithm, SMALL),
            "Content-MD5",
            md5(SMALL));
    assertThat(read(right, SMALL)).isEqualTo(SMALL);
    Draft wrong = put(PayloadMode.UNSIGNED, SMALL, name, checksum(algorithm, BYTES));
    assertThatThrownBy(() -> read(wrong, SMALL))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.BAD_DIGEST));
    Draft wrongMd5 = put(PayloadMode.UNSIGNED, SMALL, "Content-MD5", md5(BYTES));
    assertThatThrownBy(() -> read(wrongMd5, SMALL))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.BAD_DIGEST));
  }
}
