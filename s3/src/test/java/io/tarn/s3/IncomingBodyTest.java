package io.tarn.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.store.Checksum;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.Digests;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class IncomingBodyTest {
  private static final String TRAILER = "x-amz-checksum-crc32c";
  private static final byte[] BYTES = bytes(200_000);
  private static final byte[] SMALL = "hello, tarn".getBytes(UTF_8);

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  private static String checksum(ChecksumAlgorithm algorithm, byte[] bytes) {
    var running = algorithm.start();
    running.update(ByteBuffer.wrap(bytes));
    return Base64.getEncoder().encodeToString(running.value());
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A PUT of these bytes in this mode, signed.
  private static Draft put(PayloadMode mode, byte[] bytes, String... more) {
    String word =
        mode == PayloadMode.SIGNED_HASH ? RequestSigner.contentSha256(bytes) : mode.wire();
    Draft draft = Draft.signed("PUT", "/bucket/key", word, more);
    String length = mode.isChunked() ? "x-amz-decoded-content-length" : "Content-Length";
    draft.add(length, Integer.toString(bytes.length));
    if (mode.hasTrailer()) draft.add("x-amz-trailer", TRAILER);
    return draft.sign();
  }

  private static byte[] framed(PayloadMode mode, Draft draft, byte[] bytes) {
    String crc = checksum(ChecksumAlgorithm.CRC32C, bytes);
    return switch (mode) {
      case UNSIGNED, SIGNED_HASH -> bytes;
      case STREAMING_SIGNED -> signer(draft).chunks(bytes, 65536).last().end();
      case STREAMING_SIGNED_TRAILER ->
          signer(draft).chunks(bytes, 65536).last().trailer(TRAILER, crc).end();
      case STREAMING_UNSIGNED_TRAILER ->
          ChunkSigner.unsigned().chunks(bytes, 50_000).last().trailer(TRAILER, crc).end();
    };
  }

  private static ChunkSigner signer(Draft draft) {
    return ChunkSigner.signed(draft.proof());
  }

  private static IncomingBody open(Draft draft, ByteSource source) {
    return IncomingBody.open(draft.request(), draft.proof(), BodyRules.payload(null, null), source);
  }

  private static byte[] read(Draft draft, byte[] wire) {
    try (var body = open(draft, Pieces.of(wire, 10_000))) {
      return body.readAll();
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_mode_gives_back_the_payload_and_its_digests(PayloadMode mode) {
    for (byte[] bytes : new byte[][] {{}, SMALL, BYTES}) {
      Draft draft = put(mode, bytes);
      try (var body = open(draft, Pieces.of(framed(mode, draft, bytes), 10_000))) {
        assertThat(body.length()).isEqualTo(bytes.length);
        assertThat(body.readAll()).isEqualTo(bytes);
        assertThat(body.next()).isNull();
        Digests digests = body.digests();
        assertThat(Base64.getEncoder().encodeToString(hex(digests.etag().text())))
            .isEqualTo(md5(bytes));
        assertThat(digests.checksum())
            .isEqualTo(
                mode.hasTrailer()
                    ? Checksum.of(
                        ChecksumAlgorithm.CRC32C,
                        Base64.getDecoder().decode(checksum(ChecksumAlgorithm.CRC32C, bytes)))
                    : Checksum.NONE);
      }
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  @ParameterizedTest
  @EnumSource
  void however_the_bytes_are_split_the_payload_is_the_same(PayloadMode mode) {
    long seed = Long.getLong("test.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      byte[] bytes = Arrays.copyOf(BYTES, random.nextInt(70_000));
      Draft draft = put(mode, bytes);
      byte[] wire = framed(mode, draft, bytes);
      ByteSource source = round == 0 ? Pieces.of(wire, 1) : Pieces.random(wire, random);
      try (var body = open(draft, source)) {
        assertThat(body.readAll()).as("seed %d, round %d", seed, round).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_body_that_ends_early_is_incomplete_wherever_it_ends(PayloadMode mode) {
    Draft draft = put(mode, SMALL);
    byte[] wire = framed(mode, draft, SMALL);
    for (int length = 0; length < wire.length; length++) {
      byte[] part = Arrays.copyOf(wire, length);
      assertThatThrownBy(() -> read(draft, part))
          .as("%d of %d bytes", length, wire.length)
          .isInstanceOfSatisfying(
              Invalid.class, e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.INCOMPLETE_BODY));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_changed_byte_is_found_in_every_mode_that_vouches_for_it(PayloadMode mode) {
    if (mode == PayloadMode.UNSIGNED) return; // vouches for nothing
    Draft draft = put(mode, SMALL);
    byte[] wire = framed(mode, draft, SMALL);
    var accepted = new ArrayList<Integer>();
    for (int i = 0; i < wire.length; i++) {
      byte[] spoiled = wire.clone();
      spoiled[i] ^= 1;
      try {
        read(draft, spoiled);
        accepted.add(i);
      } catch (StoreFailure e) {
        // as it should be
      }
    }
    assertThat(accepted).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void bytes_after_the_end_are_refused(PayloadMode mode) {
    Draft draft = put(mode, SMALL);
    byte[] wire = framed(mode, draft, SMALL);
    for (int size : new int[] {1, 7, wire.length, wire.length + 2})
      assertThatThrownBy(
              () -> {
                try (var body =
                    open(draft, Pieces.of(Arrays.copyOf(wire, wire.length + 2), size))) {
                  body.readAll();
                }
              })
          .isInstanceOf(Invalid.class);
  }

  @Test
  void after_a_failure_there_is_no_end() {
    Draft draft = put(PayloadMode.SIGNED_HASH, SMALL);
    byte[] wrong = SMALL.clone();
    wrong[0]++;
    try (var body = open(draft, Pieces.whole(wrong))) {
      assertThat(body.next()).isNotNull();
      for (int i = 0; i < 3; i++) assertThatThrownBy(body::next).isInstanceOf(Invalid.class);
      assertThatThrownBy(body::digests).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void hashing_beside_the_writer_gives_the_same_digests() {
    try (var pool = Executors.newFixedThreadPool(2)) {
      Draft draft =
          put(
              PayloadMode.UNSIGNED,
              BYTES,
              "x-amz-checksum-sha256",
              checksum(ChecksumAlgorithm.SHA256, BYTES));
      var rules = BodyRules.payload(null, pool);
      try (var body =
          IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.of(BYTES, 80_000))) {
        assertThat(body.readAll()).isEqualTo(BYTES);
        assertThat(Base64.getEncoder().encodeToString(hex(body.digests().etag().text())))
            .isEqualTo(md5(BYTES));
      }
    }
  }

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
        headers("malformed checksum", put(plain, SMALL, crc32, "!"), "InvalidRequest"),
        headers("short checksum", put(plain, SMALL, crc32, "AAAA"), "InvalidRequest"),
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

  @Test
  void a_payload_that_is_not_the_signed_one_is_refused() {
    Draft draft = put(PayloadMode.SIGNED_HASH, SMALL);
    byte[] other = "hello, torn".getBytes(UTF_8);
    assertThatThrownBy(() -> read(draft, other))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.CONTENT_SHA256_MISMATCH));
    Draft withSha256 =
        put(
            PayloadMode.SIGNED_HASH,
            SMALL,
            "x-amz-checksum-sha256",
            checksum(ChecksumAlgorithm.SHA256, other));
    assertThatThrownBy(() -> read(withSha256, other))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.CONTENT_SHA256_MISMATCH));
  }

  @Test
  void the_fallback_is_computed_when_nothing_is_asked() {
    Draft draft = put(PayloadMode.UNSIGNED, SMALL);
    var rules = BodyRules.payload(ChecksumAlgorithm.CRC64NVME, null);
    try (var body = IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.whole(SMALL))) {
      assertThat(body.algorithm()).isEqualTo(ChecksumAlgorithm.CRC64NVME);
      assertThat(body.isVouchedFor()).isFalse();
      body.readAll();
      assertThat(body.digests().checksum().text())
          .isEqualTo(checksum(ChecksumAlgorithm.CRC64NVME, SMALL));
    }
  }

  @Test
  void a_document_may_come_without_a_length_but_not_without_a_bound() {
    Draft draft =
        Draft.signed("POST", "/bucket?delete", "UNSIGNED-PAYLOAD", "Transfer-Encoding", "chunked");
    var rules = BodyRules.document(SMALL.length);
    try (var body = IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.of(SMALL, 3))) {
      assertThat(body.length()).isEqualTo(-1);
      assertThat(body.readAll()).isEqualTo(SMALL);
    }
    try (var body = IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.of(BYTES, 3))) {
      assertThatThrownBy(body::readAll)
          .isInstanceOfSatisfying(
              Invalid.class, e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.ENTITY_TOO_LARGE));
    }
  }

  @Test
  void checksums_of_something_else_are_ignored_where_the_rules_say_so() {
    Draft draft = put(PayloadMode.UNSIGNED, SMALL, "x-amz-checksum-crc32", "AAAAAA==");
    var rules = BodyRules.document(1000).ignoringChecksums();
    try (var body = IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.whole(SMALL))) {
      assertThat(body.readAll()).isEqualTo(SMALL);
    }
  }

  @Test
  void payload_bytes_are_handed_out_in_place() {
    Draft draft = put(PayloadMode.STREAMING_SIGNED, BYTES);
    byte[] wire = framed(PayloadMode.STREAMING_SIGNED, draft, BYTES);
    ByteBuffer whole = ByteBuffer.wrap(wire);
    var once = new ArrayList<>(List.of(whole));
    try (var body = open(draft, () -> once.isEmpty() ? null : once.removeLast())) {
      ByteBuffer piece = body.next();
      Arrays.fill(wire, (byte) 'x');
      assertThat(piece).isNotNull();
      while (piece != null && piece.hasRemaining()) assertThat(piece.get()).isEqualTo((byte) 'x');
    }
  }
}
