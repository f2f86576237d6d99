package io.tarn.body;

import io.tarn.body.Framing.Chunked;
import io.tarn.bytes.BlockPool;
import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.ChecksumAlgorithm.Running;
import io.tarn.bytes.Digester;
import io.tarn.bytes.Ingest;
import io.tarn.request.ChecksumHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Request;
import io.tarn.signature.ChunkChain;
import io.tarn.signature.PayloadClaim;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.Proof;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a request on its way into a store: unframed, hashed while it flows, and at its end
/// only if everything held that the request claimed about it. The one way to a body, whatever its
/// mode. What `next` hands out are blocks gathered from the source's pieces, or for bodies too
/// small for that slices of the pieces themselves.
///
/// Close it before the source's last buffer is released: a hash may still be reading it.
public final class IncomingBody implements Incoming, AutoCloseable {
  private final Framing framing;
  private final PayloadClaim payload;
  private final BodyClaims claims;
  private final ByteSource source;
  private BodyRules rules;
  private boolean ofUpload;
  private @Nullable Sums sums;
  private long taken;
  private @Nullable Digests digests;
  private Checksum vouched = Checksum.NONE;
  private @Nullable RuntimeException failure;

  private IncomingBody(
      ByteSource source,
      Framing framing,
      PayloadClaim payload,
      BodyClaims claims,
      BodyRules rules) {
    this.source = source;
    this.framing = framing;
    this.payload = payload;
    this.claims = claims;
    this.rules = rules;
  }

  /// What is computed while the body flows. Settled when the first byte is asked for: the upload
  /// that it is a part of has a say.
  private final class Sums {
    final Digester digester;
    final @Nullable Gathering gathering;
    final @Nullable ChecksumAlgorithm kept;
    // What else is asked for; null where it is not, or where another of these is the same.
    final @Nullable Running named;
    final @Nullable Running content;

    Sums() {
      Ingest ingest = rules.ingest();
      ChecksumAlgorithm algorithm = claims.algorithm();
      this.kept = algorithm != null && rules.keepsNamed() ? algorithm : rules.fallback();
      this.named = algorithm == null || algorithm == kept ? null : algorithm.start();
      boolean shared = kept == ChecksumAlgorithm.SHA256 || algorithm == ChecksumAlgorithm.SHA256;
      this.content =
          payload.mode() == PayloadMode.SIGNED_HASH && !shared
              ? ChecksumAlgorithm.SHA256.start()
              : null;
      this.digester = new Digester(kept, ingest == null ? null : ingest.hashing());
      boolean large = claims.length() < 0 || claims.length() > Digester.WORTH_HANDING_OVER;
      this.gathering =
          ingest != null && large ? Gathering.of(framing, digester, ingest.blocks()) : null;
    }
  }

  private Sums sums() {
    Sums known = sums;
    if (known == null) sums = known = new Sums();
    return known;
  }

  /// Reads no byte of the body.
  ///
  /// @throws S3Failure when the headers claim what cannot be about any body
  public static IncomingBody open(
      S3Request request, Proof proof, BodyRules rules, ByteSource source) {
    PayloadClaim payload = proof.payload();
    PayloadMode mode = payload.mode();
    BodyClaims claims = BodyClaims.of(request.headers(), mode, rules);
    Framing framing =
        switch (mode) {
          case UNSIGNED, SIGNED_HASH -> new Framing.Plain(source);
          case STREAMING_UNSIGNED_TRAILER -> new Chunked(source, null, mode, claims);
          case STREAMING_SIGNED, STREAMING_SIGNED_TRAILER ->
              new Chunked(source, chain(proof), mode, claims);
        };
    return new IncomingBody(source, framing, payload, claims, rules);
  }

  private static ChunkChain chain(Proof proof) {
    return switch (proof) {
      case Proof.Signed signed -> new ChunkChain(signed.chunks());
      // Authentication refuses them.
      case Proof.Anonymous _ -> throw new IllegalStateException("signed chunks of nobody");
      case Proof.PresignedV2 _ -> throw new IllegalStateException("signed chunks without a seed");
    };
  }

  /// A checksum of checksums is put together of what the client vouches for, one of all the bytes
  /// also of what is computed here.
  @Override
  public void partOf(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    if (sums != null) throw new IllegalStateException("said after the first byte");
    if (algorithm == null) return;
    ChecksumAlgorithm named = claims.algorithm();
    boolean fits = named == algorithm || (named == null && type == ChecksumType.FULL_OBJECT);
    if (!fits) {
      throw new Invalid(
          Reason.REQUEST,
          "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s"
              .formatted(algorithm.text(), named == null ? "null" : named.text()));
    }
    rules = rules.keeping(algorithm);
    ofUpload = true;
  }

  /// Whether the request announced an MD5 or a checksum of this body, as some operations demand.
  public boolean isVouchedFor() {
    return claims.md5().length > 0 || claims.checksum().length > 0 || !claims.trailer().isEmpty();
  }

  @Override
  public long length() {
    return claims.length();
  }

  @Override
  public @Nullable ChecksumAlgorithm checksum() {
    return sums().kept;
  }

  @Override
  public List<String> senders() {
    return source.senders();
  }

  @Override
  public @Nullable ByteBuffer next() {
    if (failure != null) throw failure;
    if (digests != null) return null;
    try {
      Sums sums = sums();
      ByteBuffer piece = sums.gathering == null ? piece(sums) : sums.gathering.next();
      if (piece == null) {
        digests = verify(sums);
      } else {
        take(piece, sums);
      }
      return piece;
    } catch (RuntimeException e) {
      failure = e; // whoever asks again must not meet an end
      throw e;
    }
  }

  private @Nullable ByteBuffer piece(Sums sums) {
    sums.digester.settle(); // the source is about to reuse the bytes being hashed
    return framing.next();
  }

  @Override
  public Digests digests() {
    if (digests == null) throw new IllegalStateException("asked before the end");
    return digests;
  }

  /// The checksum that its sender is told of: the one its upload keeps where that was begun with an
  /// algorithm, else the one that the request named, which held; [Checksum#NONE] when it named
  /// none.
  public Checksum shown() {
    if (digests == null) throw new IllegalStateException("asked before the end");
    return ofUpload ? digests.checksum() : vouched;
  }

  /// The whole body, verified; for documents, whose rules bound them. What it takes grows with what
  /// comes: a length that is announced is a claim.
  public byte[] readAll() {
    byte[] bytes = {};
    int count = 0;
    for (ByteBuffer piece = next(); piece != null; piece = next()) {
      int more = piece.remaining();
      if (count + more > bytes.length) bytes = grown(bytes, count + more);
      piece.duplicate().get(bytes, count, more);
      count += more;
    }
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  private byte[] grown(byte[] bytes, int least) {
    int size = Math.max(least, bytes.length * 2);
    if (claims.length() >= least) size = (int) Math.min(size, claims.length());
    source.keep(size - bytes.length);
    return Arrays.copyOf(bytes, size);
  }

  @Override
  public void close() {
    if (sums == null) return;
    if (sums.gathering != null) {
      sums.gathering.close();
    } else {
      sums.digester.settle();
    }
  }

  private void take(ByteBuffer piece, Sums sums) {
    taken += piece.remaining();
    if (claims.length() >= 0 && taken > claims.length()) throw wrongLength(claims.length(), taken);
    if (taken > rules.maxBytes()) {
      throw new Invalid(Reason.TOO_LARGE, S3Error.ENTITY_TOO_LARGE.message());
    }
    if (sums.named != null) sums.named.update(piece.duplicate());
    if (sums.content != null) sums.content.update(piece.duplicate());
    sums.digester.begin(piece);
  }

  /// The hash that was signed is looked at before the MD5, and that before the checksum, as S3
  /// does.
  private Digests verify(Sums sums) {
    if (claims.length() >= 0 && taken != claims.length()) throw wrongLength(claims.length(), taken);
    Digester.Finished finished = sums.digester.finish();
    byte[] ofNamed = sums.named == null ? finished.checksum() : sums.named.value();
    if (payload.mode() == PayloadMode.SIGNED_HASH) {
      verifyContent(
          sums.content != null
              ? sums.content.value()
              : sums.kept == ChecksumAlgorithm.SHA256 ? finished.checksum() : ofNamed);
    }
    verifyMd5(finished.md5());
    verifyChecksum(ofNamed);
    if (claims.algorithm() != null) vouched = Checksum.of(claims.algorithm(), ofNamed);
    return Digests.of(finished);
  }

  private void verifyContent(byte[] computed) {
    if (payload.isOf(computed)) return;
    throw new Invalid(Reason.CONTENT_SHA256, S3Error.CONTENT_SHA256_MISMATCH.message())
        .with("ClientComputedContentSHA256", payload.word())
        .with("S3ComputedContentSHA256", HexFormat.of().formatHex(computed));
  }

  private void verifyMd5(byte[] computed) {
    if (claims.md5().length == 0 || MessageDigest.isEqual(claims.md5(), computed)) return;
    // S3 prints what it expected of an object in hexadecimal, and of all else as it came.
    boolean object = rules.kind() == BodyRules.Kind.OBJECT;
    String expected =
        object
            ? HexFormat.of().formatHex(claims.md5())
            : Base64.getEncoder().encodeToString(claims.md5());
    throw new Invalid(
            Reason.DIGEST, "The Content-MD5 you specified did not match what we received.")
        .with("ExpectedDigest", expected)
        .with("CalculatedDigest", Base64.getEncoder().encodeToString(computed));
  }

  private void verifyChecksum(byte[] computed) {
    ChecksumAlgorithm algorithm = claims.algorithm();
    if (algorithm == null) return;
    byte @Nullable [] expected = claims.checksum();
    if (!claims.trailer().isEmpty()) {
      expected = ChecksumHeaders.decode(framing.trailer(), algorithm.bytes());
    }
    if (expected == null) {
      throw new Invalid(
          Reason.REQUEST, "Value for " + claims.trailer() + " trailing header is invalid.");
    }
    if (!MessageDigest.isEqual(expected, computed)) {
      throw new Invalid(
          Reason.CHECKSUM,
          "The " + algorithm + " you specified did not match the calculated checksum.");
    }
  }

  static Invalid wrongLength(long expected, long provided) {
    return new Invalid(Reason.INCOMPLETE_BODY, S3Error.INCOMPLETE_BODY.message())
        .with("NumberBytesExpected", expected)
        .with("NumberBytesProvided", provided);
  }

  /// The pieces of a payload gathered into blocks: one is filled while those before are hashed and
  /// written. Where memory is short it makes do with fewer, and with one nothing overlaps.
  ///
  /// The digester must be given each block before the next is asked for; it says when a block that
  /// it reads is free again.
  static final class Gathering implements AutoCloseable {
    /// One to fill, one to hash, and one that waits, so that the hash need not.
    private static final int MOST_BLOCKS = 3;

    private final Framing framing;
    private final Digester digester;
    private final BlockPool pool;
    private final ArrayDeque<ByteBuffer> handedOut = new ArrayDeque<>(MOST_BLOCKS);
    private @Nullable ByteBuffer spare;
    private @Nullable ByteBuffer piece;
    private boolean ended;

    private Gathering(Framing framing, Digester digester, BlockPool pool, ByteBuffer first) {
      this.framing = framing;
      this.digester = digester;
      this.pool = pool;
      this.spare = first;
    }

    /// Null when no block is free: the payload goes on piece by piece then.
    static @Nullable Gathering of(Framing framing, Digester digester, BlockPool pool) {
      ByteBuffer first = pool.poll();
      return first == null ? null : new Gathering(framing, digester, pool, first);
    }

    /// The next block, full unless it is the last; null at the end.
    @Nullable ByteBuffer next() {
      ByteBuffer block = empty();
      while (!ended && block.hasRemaining()) {
        ByteBuffer from = piece;
        if (from == null || !from.hasRemaining()) {
          piece = framing.next();
          ended = piece == null;
          continue;
        }
        int count = Math.min(from.remaining(), block.remaining());
        block.put(block.position(), from, from.position(), count);
        block.position(block.position() + count);
        from.position(from.position() + count);
      }
      return block.position() == 0 ? null : block.flip().asReadOnlyBuffer();
    }

    /// A block that nobody reads: a new one, or the one handed out longest ago once the hash is
    /// done with it.
    private ByteBuffer empty() {
      ByteBuffer mine = spare;
      spare = null;
      if (mine == null && handedOut.size() < MOST_BLOCKS) mine = pool.pollAnother();
      if (mine == null) {
        mine = handedOut.removeFirst();
        handedOut.addLast(mine); // before the wait, which may fail: close gives it back
        digester.settle(handedOut.size() - 1);
      } else {
        handedOut.addLast(mine);
      }
      return mine.clear();
    }

    /// Waits for the hash, and gives the blocks back even if it failed.
    @Override
    public void close() {
      ended = true;
      try {
        digester.settle();
      } finally {
        if (spare != null) pool.give(spare);
        spare = null;
        while (!handedOut.isEmpty()) pool.give(handedOut.removeFirst());
      }
    }
  }
}
