package io.tarn.s3;

import static io.tarn.s3.Uploads.SMALL;
import static io.tarn.s3.Uploads.TRAILER;
import static io.tarn.s3.Uploads.checksum;
import static io.tarn.s3.Uploads.put;
import static io.tarn.s3.Uploads.read;
import static io.tarn.s3.Uploads.signer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkFramingTest {
  private static Arguments wire(
      String what, PayloadMode mode, Function<Draft, byte[]> body, String code) {
    return arguments(mode + ": " + what, mode, body, code);
  }

  private static Arguments unsigned(String what, String body, String code) {
    return wire(what, PayloadMode.STREAMING_UNSIGNED_TRAILER, _ -> SigV4.bytes(body), code);
  }

  private static Arguments signed(
      String what, Function<ChunkSigner, ChunkSigner> body, String code) {
    return wire(what, PayloadMode.STREAMING_SIGNED, d -> body.apply(signer(d)).bytes(), code);
  }

  private static Arguments trailed(
      String what, Function<ChunkSigner, ChunkSigner> body, String code) {
    return wire(
        what,
        PayloadMode.STREAMING_SIGNED_TRAILER,
        d -> body.apply(signer(d).chunks(SMALL, 99).last()).bytes(),
        code);
  }

  static Stream<Arguments> badFraming() {
    String crc = checksum(ChecksumAlgorithm.CRC32C, SMALL);
    String field = TRAILER + ":" + crc + "\r\n";
    String data = "b\r\nhello, tarn\r\n";
    String noEnd = "SignatureDoesNotMatch";
    String framing = "InvalidRequest";
    String trailer = "MalformedTrailerError";
    return Stream.of(
        unsigned("no size", "\r\nhello", framing),
        unsigned("size not hexadecimal", "xyz\r\nhello", framing),
        unsigned("negative size", "-1\r\nhello", framing),
        unsigned("size with a prefix", "0xb\r\nhello, tarn\r\n0\r\n" + field + "\r\n", framing),
        unsigned("size of seventeen digits", "0000000000000000b\r\nhello", framing),
        unsigned("size beyond a long", "ffffffffffffffff\r\nhello", framing),
        unsigned(
            "size beyond the length",
            "c\r\nhello, tarn!\r\n0\r\n" + field + "\r\n",
            "IncompleteBody"),
        unsigned("huge size", "7fffffffffffff\r\nhello", "IncompleteBody"),
        unsigned("less than the length", "5\r\nhello\r\n0\r\n" + field + "\r\n", "IncompleteBody"),
        unsigned("an extension", "b;name=value\r\nhello, tarn\r\n0\r\n" + field + "\r\n", framing),
        unsigned(
            "a signature nobody asked for",
            "b;chunk-signature=" + "0".repeat(64) + "\r\n",
            framing),
        unsigned("bare line feeds", "b\nhello, tarn\n0\n" + field + "\n", framing),
        unsigned("a bare carriage return", "b\rhello, tarn\r\n0\r\n" + field + "\r\n", framing),
        unsigned("a space before the size", " b\r\nhello, tarn\r\n0\r\n" + field + "\r\n", framing),
        unsigned(
            "a chunk longer than its size", "5\r\nhello, tarn\r\n0\r\n" + field + "\r\n", framing),
        unsigned("an endless line", "0".repeat(10_000), framing),
        unsigned("no trailer", data + "0\r\n\r\n", trailer),
        unsigned("another trailer", data + "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", trailer),
        unsigned("an undeclared field", data + "0\r\n" + field + "x-amz-meta-a:b\r\n\r\n", trailer),
        unsigned("the trailer twice", data + "0\r\n" + field + field + "\r\n", trailer),
        unsigned("a trailer without name", data + "0\r\n:" + crc + "\r\n\r\n", trailer),
        unsigned("a trailer without colon", data + "0\r\n" + TRAILER + "\r\n\r\n", trailer),
        unsigned(
            "a signature of the trailer nobody asked for",
            data + "0\r\n" + field + "x-amz-trailer-signature:00\r\n\r\n",
            trailer),
        unsigned(
            "a trailer too long",
            data + "0\r\n" + TRAILER + ":" + "A".repeat(9999) + "\r\n\r\n",
            framing),
        unsigned("a wrong checksum", data + "0\r\n" + TRAILER + ":AAAAAA==\r\n\r\n", "BadDigest"),
        unsigned(
            "a malformed checksum", data + "0\r\n" + TRAILER + ":!!!\r\n\r\n", "InvalidRequest"),
        unsigned("a short checksum", data + "0\r\n" + TRAILER + ":AAAA\r\n\r\n", "InvalidRequest"),
        unsigned("an empty checksum", data + "0\r\n" + TRAILER + ":\r\n\r\n", "InvalidRequest"),
        unsigned("no final chunk", data, "IncompleteBody"),
        unsigned("a chunk after the final one", data + "0\r\n" + field + "\r\n0\r\n\r\n", framing),
        signed("not signed", s -> s.raw("b\r\nhello, tarn\r\n0\r\n\r\n"), framing),
        signed("an empty signature", s -> s.raw("b;chunk-signature=\r\nhello, tarn\r\n"), framing),
        signed("another extension", s -> s.raw("b;name=" + "0".repeat(75) + "\r\n"), framing),
        signed(
            "something after the signature",
            s -> s.raw("b;chunk-signature=" + "0".repeat(64) + ";a\r\n"),
            framing),
        signed(
            "a wrong signature",
            s -> s.raw("b;chunk-signature=" + "0".repeat(64) + "\r\nhello, tarn\r\n"),
            noEnd),
        signed(
            "chunks in another order",
            s ->
                s.chunk(SMALL, 5, 11)
                    .chunk(SMALL, 0, 5)
                    .raw("0;chunk-signature=" + s.sign(SMALL) + "\r\n\r\n"),
            noEnd),
        signed("no final chunk", s -> s.chunks(SMALL, 5), "IncompleteBody"),
        signed(
            "a final chunk that is not signed", s -> s.chunks(SMALL, 5).raw("0\r\n\r\n"), framing),
        signed(
            "a trailer nobody announced",
            s -> s.chunks(SMALL, 5).last().raw(field + "\r\n"),
            framing),
        trailed("no trailer signature", s -> s.raw(field + "\r\n"), trailer),
        trailed(
            "no trailer",
            s -> s.raw("x-amz-trailer-signature:" + "0".repeat(64) + "\r\n\r\n"),
            trailer),
        trailed(
            "a wrong trailer signature",
            s -> s.raw(field + "x-amz-trailer-signature:" + "0".repeat(64) + "\r\n\r\n"),
            noEnd),
        trailed(
            "a field after the signature",
            s -> s.trailer(TRAILER, crc).raw("a:b\r\n\r\n"),
            trailer),
        trailed(
            "two trailer signatures",
            s -> s.trailer(TRAILER, crc).raw("x-amz-trailer-signature:00\r\n\r\n"),
            trailer),
        trailed(
            "a wrong checksum, rightly signed",
            s -> s.trailer(TRAILER, "AAAAAA==").raw("\r\n"),
            "BadDigest"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFraming")
  void is_refused(String what, PayloadMode mode, Function<Draft, byte[]> body, String code) {
    Draft draft = put(mode, SMALL);
    byte[] wire = body.apply(draft);
    assertThatThrownBy(() -> read(draft, wire))
        .isInstanceOfSatisfying(
            StoreFailure.class,
            e -> assertThat(S3Error.of(e).code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void chunks_of_another_upload_or_repeated_or_left_out_are_refused() {
    Draft draft = put(PayloadMode.STREAMING_SIGNED, SMALL);
    String right = new String(signer(draft).chunks(SMALL, 4).last().end(), ISO_8859_1);
    int second = right.indexOf("\r\n4;chunk", 4) + 2;
    int third = right.indexOf("\r\n3;chunk", second) + 2;
    String first = right.substring(0, second);
    String middle = right.substring(second, third);
    String rest = right.substring(third);
    Draft other = put(PayloadMode.STREAMING_SIGNED, SMALL, "x-amz-meta-other", "yes");
    String foreign = new String(signer(other).chunks(SMALL, 4).last().end(), ISO_8859_1);
    assertThat(read(draft, SigV4.bytes(first + middle + rest))).isEqualTo(SMALL);
    for (String spliced :
        new String[] {
          middle + first + rest,
          first + first + rest,
          first + rest,
          foreign,
          first + foreign.substring(second)
        }) assertThatThrownBy(() -> read(draft, SigV4.bytes(spliced))).isInstanceOf(Invalid.class);
  }
}
