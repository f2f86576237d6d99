package io.tarn.body;

import static io.tarn.body.Uploads.BYTES;
import static io.tarn.body.Uploads.SMALL;
import static io.tarn.body.Uploads.checksum;
import static io.tarn.body.Uploads.md5;
import static io.tarn.body.Uploads.open;
import static io.tarn.body.Uploads.put;
import static io.tarn.body.Uploads.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.RequestSigner;
import io.tarn.store.ChecksumType;
import io.tarn.store.StoreFailure.Invalid;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
            "MissingContentLength"),
        headers("malformed MD5", put(plain, SMALL, "Content-MD5", "!"), "InvalidDigest"),
        headers("short MD5", put(plain, SMALL, "Content-MD5", "AAAA"), "InvalidDigest"),
        headers("empty MD5", put(plain, SMALL, "Content-MD5", ""), "InvalidDigest"),
        headers("malformed checksum", put(plain, SMALL, crc32, "!"), "InvalidRequest"),
        headers("short checksum", put(plain, SMALL, crc32, "AAAA"), "InvalidRequest"),
        headers("long checksum", put(plain, SMALL, crc32, "toolong="), "InvalidRequest"),
        headers("unpadded checksum", put(plain, SMALL, crc32, "AAAAAA"), "InvalidRequest"),
        headers("loose bits in a checksum", put(plain, SMALL, crc32, "AAAAAB=="), "InvalidRequest"),
        headers("spaced checksum", put(plain, SMALL, crc32, "AAA AAA=="), "InvalidRequest"),
        headers("empty checksum", put(plain, SMALL, crc32, ""), "InvalidRequest"),
        headers(
            "checksum of no kind",
            put(plain, SMALL, "x-amz-checksum-adler", "AAAAAA=="),
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

  private static final String CRC32 = "x-amz-checksum-crc32";
  private static final String SHA1 = "x-amz-checksum-sha1";
  private static final String SUM = "AAAAAA==";
  private static final String MULTIPLE =
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
  private static final String SINGLE = "Expecting a single x-amz-checksum- header";
  private static final String UNSUPPORTED =
      "The value specified in the x-amz-trailer header is not supported";
  private static final String SDK = "Value for x-amz-sdk-checksum-algorithm header is invalid.";
  private static final String UNFOUND =
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
          + " x-amz-trailer headers were found.";
  private static final String UNKNOWN =
      "The algorithm type you specified in x-amz-checksum- header is invalid.";

  /// Headers, and what is said of them; nothing where they are taken. How many checksums there are
  /// comes first, what they are next, what they say last.
  static Stream<Arguments> combinations() {
    return Stream.of(plain(), trailed()).flatMap(rows -> rows);
  }

  private static Stream<Arguments> plain() {
    String sdk = "x-amz-sdk-checksum-algorithm";
    String trailer = "x-amz-trailer";
    String malformed = S3Error.MALFORMED_TRAILER.message();
    return Stream.of(
        row("", CRC32, SUM),
        row("", CRC32, SUM, sdk, "CRC32"),
        row("", CRC32, SUM, sdk, "crc32"),
        row("", CRC32, SUM, "x-amz-checksum-type", "COMPOSITE"),
        row("", CRC32, SUM, "x-amz-checksum-algorithm", "crc32"),
        row(MULTIPLE, CRC32, SUM, SHA1, "x"),
        row(MULTIPLE, CRC32, SUM, "x-amz-checksum-foo", "x"),
        row("More than one X-Amz-Checksum-CRC32 header.", CRC32, "a", "X-Amz-Checksum-CRC32", "a"),
        row(MULTIPLE, CRC32, SUM, SHA1, "x", sdk, "SHA256"),
        row(MULTIPLE, CRC32, SUM, SHA1, "x", trailer, CRC32),
        row(MULTIPLE, CRC32, SUM, trailer, CRC32 + ", " + SHA1),
        row(MULTIPLE, CRC32, SUM, trailer, CRC32 + "," + CRC32, sdk, "SHA256"),
        row(SINGLE, CRC32, SUM, trailer, SHA1),
        row(SINGLE, CRC32, SUM, trailer, CRC32),
        row(malformed, trailer, CRC32),
        row(malformed, trailer, CRC32, sdk, "CRC32"),
        row(UNKNOWN, "x-amz-checksum-foo", "AAAA"),
        row(UNKNOWN, "x-amz-checksum-", "AAAA"),
        row(UNFOUND, sdk, "CRC32"),
        row(UNFOUND, sdk, "MD4"),
        row(SDK, CRC32, SUM, sdk, "SHA256"),
        row(SDK, CRC32, SUM, sdk, "MD4"),
        row(SDK, CRC32, "bad", sdk, "SHA256"),
        row("Value for x-amz-checksum-crc32 header is invalid.", CRC32, "bad"),
        row("Value for x-amz-checksum-sha1 header is invalid.", "X-Amz-Checksum-SHA1", SUM));
  }

  /// With the mode that has a trailer.
  private static Stream<Arguments> trailed() {
    String sdk = "x-amz-sdk-checksum-algorithm";
    String trailer = "x-amz-trailer";
    return Stream.of(
        trailedRow("", CRC32, SUM),
        trailedRow("", trailer, CRC32),
        trailedRow("", trailer, CRC32, sdk, "CRC32"),
        trailedRow("", trailer, "X-Amz-Checksum-CRC32"),
        trailedRow("", trailer, CRC32 + ","),
        trailedRow("", trailer, CRC32 + ",,"),
        trailedRow("", trailer, CRC32 + ", "),
        trailedRow(MULTIPLE, CRC32, SUM, trailer, SHA1),
        trailedRow(MULTIPLE, CRC32, SUM, trailer, CRC32),
        trailedRow(MULTIPLE, trailer, CRC32 + ", " + SHA1),
        trailedRow(UNSUPPORTED, trailer, "foo"),
        trailedRow(UNSUPPORTED, trailer, "content-md5"),
        trailedRow(UNSUPPORTED, trailer, "x-amz-content-sha256"),
        trailedRow(UNSUPPORTED, trailer, "x-amz-checksum-bad"),
        trailedRow(UNSUPPORTED, trailer, CRC32 + ", x-amz-foo"),
        trailedRow(UNSUPPORTED, trailer, ", " + CRC32 + ", ,"),
        trailedRow(UNSUPPORTED, trailer, ", " + CRC32),
        trailedRow(UNSUPPORTED, trailer, "," + CRC32),
        trailedRow(UNSUPPORTED, trailer, CRC32 + ", ,"),
        trailedRow(UNSUPPORTED, trailer, ","),
        trailedRow(UNFOUND, sdk, "CRC32"),
        trailedRow(SDK, trailer, CRC32, sdk, "SHA1"));
  }

  private static Arguments row(String said, String... headers) {
    return row(PayloadMode.UNSIGNED, said, headers);
  }

  private static Arguments trailedRow(String said, String... headers) {
    return row(PayloadMode.STREAMING_UNSIGNED_TRAILER, said, headers);
  }

  private static Arguments row(PayloadMode mode, String said, String... headers) {
    Draft draft = put(mode, SMALL).remove("x-amz-trailer");
    for (int i = 0; i < headers.length; i += 2) draft.add(headers[i], headers[i + 1]);
    return arguments(mode + " " + String.join(" ", headers), draft.sign(), said);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("combinations")
  void checksums_and_what_announces_them_must_fit(String what, Draft draft, String said) {
    if (said.isEmpty()) {
      try (IncomingBody body = open(draft, Pieces.whole(SMALL))) {
        body.partOf(ChecksumAlgorithm.CRC32, ChecksumType.COMPOSITE); // or it would not fit
      }
      return;
    }
    boolean malformed = said.equals(S3Error.MALFORMED_TRAILER.message());
    S3Error error = malformed ? S3Error.MALFORMED_TRAILER : S3Error.INVALID_REQUEST;
    assertThatThrownBy(() -> open(draft, Pieces.whole(SMALL)))
        .hasMessage(said)
        .isInstanceOfSatisfying(S3Failure.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  @Test
  void a_wrong_digest_is_told_beside_the_one_found() {
    Draft draft = put(PayloadMode.UNSIGNED, SMALL, "Content-MD5", md5(BYTES));
    String hexadecimal = HexFormat.of().formatHex(Base64.getDecoder().decode(md5(BYTES)));
    told(
        draft,
        BodyRules.object(null),
        Map.of("ExpectedDigest", hexadecimal, "CalculatedDigest", md5(SMALL)));
    var asItCame = Map.of("ExpectedDigest", md5(BYTES), "CalculatedDigest", md5(SMALL));
    told(draft, BodyRules.part(null), asItCame);
    told(draft, BodyRules.document(1000), asItCame);
    told(draft, BodyRules.documentAlone(1000), asItCame);
    told(
        put(PayloadMode.SIGNED_HASH, BYTES).set("Content-Length", "11").sign(),
        BodyRules.object(null),
        Map.of(
            "ClientComputedContentSHA256",
            RequestSigner.contentSha256(BYTES),
            "S3ComputedContentSHA256",
            RequestSigner.contentSha256(SMALL)));
    told(
        put(PayloadMode.UNSIGNED, SMALL, SHA1, checksum(ChecksumAlgorithm.SHA1, BYTES)),
        BodyRules.object(null),
        Map.of());
  }

  private static void told(Draft draft, BodyRules rules, Map<String, String> details) {
    try (var body = IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.whole(SMALL))) {
      assertThatThrownBy(body::readAll)
          .isInstanceOfSatisfying(Invalid.class, e -> assertThat(e.details()).isEqualTo(details));
    }
  }

  @Test
  void of_several_wrong_digests_the_signed_one_is_told_and_then_the_md5() {
    String wrong = checksum(ChecksumAlgorithm.CRC32, BYTES);
    String[] both = {"Content-MD5", md5(BYTES), CRC32, wrong};
    Draft all = put(PayloadMode.SIGNED_HASH, BYTES, both).set("Content-Length", "11").sign();
    assertThatThrownBy(() -> read(all, SMALL))
        .hasMessage(S3Error.CONTENT_SHA256_MISMATCH.message());
    Draft two = put(PayloadMode.SIGNED_HASH, SMALL, both);
    assertThatThrownBy(() -> read(two, SMALL))
        .hasMessage("The Content-MD5 you specified did not match what we received.");
    Draft one = put(PayloadMode.SIGNED_HASH, SMALL, CRC32, wrong);
    assertThatThrownBy(() -> read(one, SMALL))
        .hasMessage("The CRC32 you specified did not match the calculated checksum.");
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
