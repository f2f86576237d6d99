package io.tarn.body;

import static io.tarn.body.Uploads.SMALL;
import static io.tarn.body.Uploads.TRAILER;
import static io.tarn.body.Uploads.checksum;
import static io.tarn.body.Uploads.put;
import static io.tarn.body.Uploads.read;
import static io.tarn.body.Uploads.signer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.S3Error;
import io.tarn.signature.PayloadMode;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What S3 answers to streams that are not as the reference has them. `200` means the payload.
class FramingTest {
  private static final String OK = "200";
  private static final String INCOMPLETE = "IncompleteBody";
  private static final String MALFORMED_TRAILER = "MalformedTrailerError";
  private static final String MISMATCH = "SignatureDoesNotMatch";
  private static final String CRC = checksum(ChecksumAlgorithm.CRC32C, SMALL);
  private static final String FIELD = TRAILER + ":" + CRC + "\r\n";
  private static final String DATA = "b\r\nhello, tarn\r\n";
  private static final String NO_SIGNATURE = "0".repeat(64);

  private static Arguments wire(
      String what, PayloadMode mode, Function<Draft, byte[]> body, String outcome) {
    return arguments(mode + ": " + what, put(mode, SMALL), body, outcome);
  }

  private static Arguments unsigned(String what, String body, String outcome) {
    return wire(what, PayloadMode.STREAMING_UNSIGNED_TRAILER, _ -> bytes(body), outcome);
  }

  /// The same where no trailer was announced.
  private static Arguments unannounced(String what, String body, String outcome) {
    Draft draft = put(PayloadMode.STREAMING_UNSIGNED_TRAILER, SMALL).remove("x-amz-trailer").sign();
    Function<Draft, byte[]> wire = _ -> bytes(body);
    return arguments("nothing announced: " + what, draft, wire, outcome);
  }

  private static Arguments signed(
      String what, Function<ChunkSigner, ChunkSigner> body, String outcome) {
    return wire(what, PayloadMode.STREAMING_SIGNED, d -> body.apply(signer(d)).bytes(), outcome);
  }

  /// Behind the last chunk.
  private static Arguments trailed(
      String what, Function<ChunkSigner, ChunkSigner> body, String outcome) {
    return wire(
        what,
        PayloadMode.STREAMING_SIGNED_TRAILER,
        d -> body.apply(signer(d).chunks(SMALL, 99).last()).bytes(),
        outcome);
  }

  static Stream<Arguments> sizes() {
    String end = "0\r\n" + FIELD + "\r\n";
    return Stream.of(
        unsigned("as it should be", DATA + end, OK),
        unsigned("upper case", "B\r\nhello, tarn\r\n" + end, OK),
        unsigned("zeros in front", "0000b\r\nhello, tarn\r\n000\r\n" + FIELD + "\r\n", OK),
        unsigned("blanks around", " b \r\nhello, tarn\r\n 0\t\r\n" + FIELD + "\r\n", OK),
        unsigned("none", "\r\nhello", INCOMPLETE),
        unsigned("only blanks", "  \r\nhello", INCOMPLETE),
        unsigned("no chunks at all", "hello, tarn", INCOMPLETE),
        unsigned("nothing at all", "", INCOMPLETE),
        unsigned("not hexadecimal", "xyz\r\nhello", INCOMPLETE),
        unsigned("digits of another script", "\u00b2\r\nhello", INCOMPLETE),
        unsigned("not hexadecimal at the end", DATA + "J\r\n" + FIELD + "\r\n", INCOMPLETE),
        unsigned("negative", "-1\r\nhello", INCOMPLETE),
        unsigned("with a sign", "+b\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("with a prefix", "0xb\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("in two words", "0 b\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("of seventeen digits", "0000000000000000b\r\nhello", INCOMPLETE),
        unsigned("beyond a long", "ffffffffffffffff\r\nhello", INCOMPLETE),
        unsigned("beyond the length", "c\r\nhello, tarn!\r\n" + end, INCOMPLETE),
        unsigned("far beyond the length", "7fffffffffffff\r\nhello", INCOMPLETE),
        unsigned("altogether less than the length", "5\r\nhello\r\n" + end, INCOMPLETE),
        unsigned("twice", "b\r\nb\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("and nothing behind", "b\r\n", INCOMPLETE),
        unsigned("with a parameter", "b;name=value\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("signed", "b;chunk-signature=" + NO_SIGNATURE + "\r\n", INCOMPLETE),
        unsigned("bare line feeds", "b\nhello, tarn\n0\n" + FIELD + "\n", INCOMPLETE),
        unsigned("bare carriage returns", "b\rhello, tarn\r0\r", INCOMPLETE),
        unsigned("no line behind the bytes", "b\r\nhello, tarn0\r\n\r\n", INCOMPLETE),
        unsigned("a chunk longer than its size", "5\r\nhello, tarn\r\n" + end, INCOMPLETE),
        unsigned("an endless line", "0".repeat(10_000), INCOMPLETE),
        unsigned("no final chunk", DATA, INCOMPLETE),
        unsigned("a chunk behind the final one", "0\r\n" + DATA + "0\r\n\r\n", MALFORMED_TRAILER));
  }

  static Stream<Arguments> trailers() {
    String end = DATA + "0\r\n";
    return Stream.of(
        unsigned("with a blank", end + TRAILER + ": " + CRC + " \r\n\r\n", OK),
        unsigned("in upper case", end + "X-AMZ-CHECKSUM-CRC32C:" + CRC + "\r\n\r\n", OK),
        unsigned("without the last line", end + FIELD, OK),
        unsigned("the right one last", end + TRAILER + ":AAAAAA==\r\n" + FIELD + "\r\n", OK),
        unsigned("empty lines behind", end + FIELD + "\r\n\r\n\r\n", OK),
        unsigned("junk behind", end + FIELD + "\r\n\u00ff\u00de\u00ad\u00be", OK),
        unsigned("a field behind the end", end + FIELD + "\r\nbonus: trailer\r\n", OK),
        unsigned("chunks behind the end", end + FIELD + "\r\n" + DATA + "0\r\n\r\n", OK),
        unsigned("a wrong one last", end + FIELD + TRAILER + ":AAAAAA==\r\n\r\n", "BadDigest"),
        unsigned("none", end + "\r\n", MALFORMED_TRAILER),
        unsigned("none, and no last line", end, INCOMPLETE),
        unsigned("behind an empty line", end + "\r\n" + FIELD, MALFORMED_TRAILER),
        unsigned("another", end + "x-amz-checksum-crc32:AAAAAA==\r\n\r\n", MALFORMED_TRAILER),
        unsigned("one more", end + FIELD + "x-amz-meta-a:b\r\n\r\n", MALFORMED_TRAILER),
        unsigned("without name", end + ":" + CRC + "\r\n\r\n", MALFORMED_TRAILER),
        unsigned("without colon", end + TRAILER + "\r\n\r\n", MALFORMED_TRAILER),
        unsigned("signed", end + FIELD + "x-amz-trailer-signature:00\r\n\r\n", MALFORMED_TRAILER),
        unsigned("too long", end + TRAILER + ":" + "A".repeat(999) + "\r\n\r\n", INCOMPLETE),
        unsigned("without line end", end + TRAILER + ":" + CRC, INCOMPLETE),
        unsigned("with a bare line feed", end + TRAILER + ":" + CRC + "\n", INCOMPLETE),
        unsigned("with a bare carriage return", end + TRAILER + ":" + CRC + "\r", INCOMPLETE),
        unsigned("a wrong checksum", end + TRAILER + ":AAAAAA==\r\n\r\n", "BadDigest"),
        unsigned("no checksum", end + TRAILER + ":!!!\r\n\r\n", "InvalidRequest"),
        unsigned("a short checksum", end + TRAILER + ":AAAA\r\n\r\n", "InvalidRequest"),
        unsigned("an empty checksum", end + TRAILER + ":\r\n\r\n", "InvalidRequest"),
        unannounced("nothing sent", end + "\r\n", OK),
        unannounced("nothing sent, not even the last line", end, OK),
        unannounced("half the last line", end + "\r", INCOMPLETE),
        unannounced("junk behind", end + "\r\njunk", OK),
        unannounced("a field sent", end + FIELD + "\r\n", MALFORMED_TRAILER),
        unannounced(
            "too few bytes, and junk", "4\r\nhell\r\n0\r\n\r\n7\r\no, tarn\r\n", INCOMPLETE));
  }

  static Stream<Arguments> signatures() {
    return Stream.of(
        signed("none", s -> s.raw("b\r\nhello, tarn\r\n0\r\n\r\n"), INCOMPLETE),
        signed("an empty one", s -> s.raw("b;chunk-signature=\r\nhello, tarn\r\n"), INCOMPLETE),
        signed("no name", s -> s.raw("b;" + s.sign(SMALL) + "\r\nhello, tarn\r\n"), INCOMPLETE),
        signed("another name", s -> s.raw("b;name=" + NO_SIGNATURE + "\r\n"), INCOMPLETE),
        signed(
            "a colon for the semicolon",
            s -> s.raw("b:chunk-signature=" + s.sign(SMALL) + "\r\nhello, tarn\r\n"),
            INCOMPLETE),
        signed(
            "a parameter behind",
            s -> s.raw("b;chunk-signature=" + s.sign(SMALL) + ";a=b\r\nhello, tarn\r\n"),
            INCOMPLETE),
        signed(
            "a line that runs on",
            s -> s.raw("b;chunk-signature=" + s.sign(SMALL) + "cchello, tarn\r\n"),
            INCOMPLETE),
        signed(
            "a parameter in front",
            s -> s.raw("b;a=b;chunk-signature=" + s.sign(SMALL) + "\r\nhello, tarn\r\n"),
            MISMATCH),
        signed(
            "a wrong one",
            s -> s.raw("b;chunk-signature=" + NO_SIGNATURE + "\r\nhello, tarn\r\n"),
            MISMATCH),
        signed("a short one", s -> s.raw("b;chunk-signature=invalid\r\nhello, tarn\r\n"), MISMATCH),
        signed(
            "in upper case",
            s ->
                s.raw(
                    "b;chunk-signature="
                        + s.sign(SMALL).toUpperCase(Locale.ROOT)
                        + "\r\nhello, tarn\r\n"),
            MISMATCH),
        signed(
            "blanks before the parameter",
            s ->
                s.raw("b ; chunk-signature=" + s.sign(SMALL) + "\r\nhello, tarn\r\n")
                    .raw("0 ; chunk-signature=" + s.sign(new byte[0]) + "\r\n\r\n"),
            OK),
        signed(
            "blanks around the value",
            s ->
                s.raw("b;chunk-signature = " + s.sign(SMALL) + " \r\nhello, tarn\r\n")
                    .raw("0;chunk-signature = " + s.sign(new byte[0]) + " \r\n\r\n"),
            OK),
        signed("no final chunk", s -> s.chunks(SMALL, 99), INCOMPLETE),
        signed("a final chunk unsigned", s -> s.chunks(SMALL, 99).raw("0\r\n\r\n"), INCOMPLETE),
        signed(
            "a final chunk signed as another",
            s -> s.chunks(SMALL, 99).raw("0;chunk-signature=" + s.sign(SMALL) + "\r\n\r\n"),
            MISMATCH),
        signed("no last line", s -> s.chunks(SMALL, 99).last(), INCOMPLETE),
        signed("half a last line", s -> s.chunks(SMALL, 99).last().raw("\rs"), INCOMPLETE),
        signed("another last line", s -> s.chunks(SMALL, 99).last().raw("bbbb"), INCOMPLETE),
        signed("junk behind", s -> s.chunks(SMALL, 99).last().raw("\r\njunk"), INCOMPLETE),
        signed(
            "a trailer nobody announced",
            s -> s.chunks(SMALL, 99).last().raw(FIELD + "\r\n"),
            INCOMPLETE),
        signed("a negative size", s -> s.raw("-b;chunk-signature=" + s.sign(SMALL)), INCOMPLETE));
  }

  static Stream<Arguments> signedTrailers() {
    String unsigned = "x-amz-trailer-signature:" + NO_SIGNATURE + "\r\n\r\n";
    return Stream.of(
        trailed("as it should be", s -> s.trailer(TRAILER, CRC).raw("\r\n"), OK),
        trailed(
            "with a blank",
            s ->
                s.raw(TRAILER + ": " + CRC + "\r\nx-amz-trailer-signature: ")
                    .raw(s.signTrailer(TRAILER, CRC) + "\r\n\r\n"),
            OK),
        trailed("no signature", s -> s.raw(FIELD + "\r\n"), INCOMPLETE),
        trailed("no signature and no end", s -> s.raw(FIELD), INCOMPLETE),
        trailed("nothing", s -> s.raw("\r\n"), MALFORMED_TRAILER),
        trailed("only a signature", s -> s.raw(unsigned), MALFORMED_TRAILER),
        trailed("another field", s -> s.trailer("x-amz-invalid", "a"), MALFORMED_TRAILER),
        trailed("two fields", s -> s.raw(FIELD).trailer(TRAILER, CRC), INCOMPLETE),
        trailed("a wrong signature", s -> s.raw(FIELD + unsigned), MISMATCH),
        trailed(
            "an empty signature", s -> s.raw(FIELD + "x-amz-trailer-signature:\r\n"), INCOMPLETE),
        trailed(
            "a signature that runs on",
            s -> s.raw(FIELD + "x-amz-trailer-signature:" + NO_SIGNATURE + "0\r\n\r\n"),
            INCOMPLETE),
        trailed(
            "a wrong signature and no end",
            s -> s.raw(FIELD + "x-amz-trailer-signature:" + NO_SIGNATURE + "\r\n"),
            MISMATCH),
        trailed("no last line", s -> s.trailer(TRAILER, CRC), INCOMPLETE),
        trailed("another last line", s -> s.trailer(TRAILER, CRC).raw("pp"), INCOMPLETE),
        trailed("a field behind", s -> s.trailer(TRAILER, CRC).raw("a:b\r\n\r\n"), INCOMPLETE),
        trailed(
            "a wrong checksum, rightly signed",
            s -> s.trailer(TRAILER, "AAAAAA==").raw("\r\n"),
            "BadDigest"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"sizes", "trailers", "signatures", "signedTrailers"})
  void is_answered_as_s3_does(
      String what, Draft draft, Function<Draft, byte[]> body, String outcome) {
    assertThat(outcome(draft, body.apply(draft), SMALL)).isEqualTo(outcome);
  }

  private static String outcome(Draft draft, byte[] wire, byte[] payload) {
    try {
      assertThat(read(draft, wire)).isEqualTo(payload);
      return OK;
    } catch (StoreFailure e) {
      return S3Error.of(e).code();
    }
  }

  static Stream<Arguments> chunkSizes() {
    return Stream.of(
        arguments("8192 8192 100", ""),
        arguments("100", ""),
        arguments("10000 9500 20", ""),
        arguments("8200 8201 10000 10", ""),
        arguments("15360 8192 16384", ""),
        arguments("100 8192 100", "2 100"),
        arguments("8192 10 100", "3 10"),
        arguments("10 10 10", "2 10"),
        arguments("10000 8191 8192 8192", "3 8191"),
        arguments("8192 10 10 8192 20 20000", "3 10"),
        arguments("1 8192", "2 1"));
  }

  /// S3 names the chunk at which it noticed, and the size of the one before.
  @ParameterizedTest
  @MethodSource("chunkSizes")
  void only_the_last_chunk_may_be_small(String sizes, String bad) {
    int[] lengths = Arrays.stream(sizes.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    byte[] payload = Uploads.bytes(Arrays.stream(lengths).sum());
    for (PayloadMode mode : PayloadMode.values()) {
      if (!mode.isChunked()) continue;
      Draft draft = put(mode, payload);
      ChunkSigner wire = mode.signsChunks() ? signer(draft) : ChunkSigner.unsigned();
      int at = 0;
      for (int length : lengths) wire.chunk(payload, at, at += length);
      wire.last();
      if (mode.hasTrailer()) wire.trailer(TRAILER, checksum(ChecksumAlgorithm.CRC32C, payload));
      byte[] bytes = wire.end();
      if (bad.isEmpty()) {
        assertThat(outcome(draft, bytes, payload)).as(mode.name()).isEqualTo(OK);
        continue;
      }
      Invalid refused = catchThrowableOfType(Invalid.class, () -> read(draft, bytes));
      assertThat(S3Error.of(refused)).isEqualTo(S3Error.INVALID_CHUNK_SIZE);
      String[] chunkAndSize = bad.split(" ", -1);
      assertThat(refused.details())
          .isEqualTo(Map.of("Chunk", chunkAndSize[0], "BadChunkSize", chunkAndSize[1]));
    }
  }

  static Stream<Arguments> lengths() {
    return Stream.of(
        arguments("less, ended early, and the rest behind", "4\r\nhell\r\n0\r\n\r\n", "4"),
        arguments("more", "16\r\nhello, tarnhello, tarn\r\n0\r\n\r\n", "22"),
        arguments("nothing", "0\r\n\r\n", "0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lengths")
  void another_length_than_announced_is_told(String what, String body, String provided) {
    Draft draft = put(PayloadMode.STREAMING_UNSIGNED_TRAILER, SMALL).remove("x-amz-trailer").sign();
    assertThatThrownBy(() -> read(draft, bytes(body)))
        .hasMessage(S3Error.INCOMPLETE_BODY.message())
        .isInstanceOfSatisfying(
            Invalid.class,
            e ->
                assertThat(e.details())
                    .isEqualTo(
                        Map.of("NumberBytesExpected", "11", "NumberBytesProvided", provided)));
  }

  @Test
  void a_broken_frame_is_told_in_the_words_of_s3_and_why() {
    Draft draft = put(PayloadMode.STREAMING_UNSIGNED_TRAILER, SMALL);
    assertThatThrownBy(() -> read(draft, bytes("xyz\r\nhello")))
        .hasMessage("The request body terminated unexpectedly")
        .isInstanceOfSatisfying(
            Invalid.class,
            e ->
                assertThat(e.details())
                    .isEqualTo(Map.of("Reason", "A chunk size is not hexadecimal.")));
  }

  @Test
  void a_wrong_chunk_signature_is_told_with_what_was_to_be_signed() {
    Draft draft = put(PayloadMode.STREAMING_SIGNED, SMALL);
    byte[] wire = bytes("b;chunk-signature=" + NO_SIGNATURE + "\r\nhello, tarn\r\n");
    assertThatThrownBy(() -> read(draft, wire))
        .hasMessage(S3Error.SIGNATURE_DOES_NOT_MATCH.message())
        .isInstanceOfSatisfying(
            Invalid.class,
            e ->
                assertThat(e.details())
                    .containsEntry("SignatureProvided", NO_SIGNATURE)
                    .extractingByKey("StringToSign")
                    .asString()
                    .startsWith("AWS4-HMAC-SHA256-PAYLOAD\n"));
  }

  /// A mode with a signed trailer and no field in it signs a line feed.
  @Test
  void a_signed_trailer_may_be_empty_where_nothing_was_announced() {
    Draft draft = put(PayloadMode.STREAMING_SIGNED_TRAILER, SMALL).remove("x-amz-trailer").sign();
    ChunkSigner wire = signer(draft).chunks(SMALL, 99).last();
    byte[] right = wire.raw("x-amz-trailer-signature:" + wire.signNoTrailer() + "\r\n").end();
    assertThat(outcome(draft, right, SMALL)).isEqualTo(OK);
    byte[] unended = Arrays.copyOf(right, right.length - 2);
    assertThat(outcome(draft, unended, SMALL)).isEqualTo(INCOMPLETE);
    String text = new String(right, ISO_8859_1);
    String unsigned = text.substring(0, text.indexOf("x-amz-trailer-signature")) + "\r\n";
    assertThat(outcome(draft, bytes(unsigned), SMALL)).isEqualTo(INCOMPLETE);
    String field = text.replace("x-amz-trailer-signature", FIELD + "x-amz-trailer-signature");
    assertThat(outcome(draft, bytes(field), SMALL)).isEqualTo(MALFORMED_TRAILER);
  }

  @Test
  void chunks_of_another_upload_or_repeated_or_left_out_are_refused() {
    byte[] payload = Uploads.bytes(2 * 8192 + 3);
    Draft draft = put(PayloadMode.STREAMING_SIGNED, payload);
    String right = new String(signer(draft).chunks(payload, 8192).last().end(), ISO_8859_1);
    int second = right.indexOf("\r\n2000;chunk", 4) + 2;
    int third = right.indexOf("\r\n3;chunk", second) + 2;
    String first = right.substring(0, second);
    String middle = right.substring(second, third);
    String rest = right.substring(third);
    Draft other = put(PayloadMode.STREAMING_SIGNED, payload, "x-amz-meta-other", "yes");
    String foreign = new String(signer(other).chunks(payload, 8192).last().end(), ISO_8859_1);
    assertThat(read(draft, bytes(first + middle + rest))).isEqualTo(payload);
    for (String spliced :
        new String[] {
          middle + first + rest,
          first + first + rest,
          first + rest,
          foreign,
          first + foreign.substring(second)
        }) {
      assertThatThrownBy(() -> read(draft, spliced.getBytes(ISO_8859_1)))
          .isInstanceOf(Invalid.class);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
