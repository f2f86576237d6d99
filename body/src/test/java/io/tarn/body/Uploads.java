package io.tarn.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.RequestSigner;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/// PUT requests in every payload mode, and the bytes of their bodies.
final class Uploads {
  static final String TRAILER = "x-amz-checksum-crc32c";
  static final byte[] BYTES = bytes(200_000);
  static final byte[] SMALL = "hello, tarn".getBytes(UTF_8);

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  static String checksum(ChecksumAlgorithm algorithm, byte[] bytes) {
    ChecksumAlgorithm.Running running = algorithm.start();
    running.update(ByteBuffer.wrap(bytes));
    return Base64.getEncoder().encodeToString(running.value());
  }

  static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A PUT of these bytes in this mode, signed.
  static Draft put(PayloadMode mode, byte[] bytes, String... more) {
    String word =
        mode == PayloadMode.SIGNED_HASH ? RequestSigner.contentSha256(bytes) : mode.wire();
    Draft draft = Draft.signed("PUT", "/bucket/key", word, more);
    String length = mode.isChunked() ? "x-amz-decoded-content-length" : "Content-Length";
    draft.add(length, Integer.toString(bytes.length));
    if (mode.hasTrailer()) draft.add("x-amz-trailer", TRAILER);
    return draft.sign();
  }

  static byte[] framed(PayloadMode mode, Draft draft, byte[] bytes) {
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

  static ChunkSigner signer(Draft draft) {
    return ChunkSigner.signed(draft.proof());
  }

  static IncomingBody open(Draft draft, ByteSource source) {
    return IncomingBody.open(draft.request(), draft.proof(), BodyRules.object(null), source);
  }

  static byte[] read(Draft draft, byte[] wire) {
    try (IncomingBody body = open(draft, Pieces.of(wire, 10_000))) {
      return body.readAll();
    }
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private Uploads() {}
}
