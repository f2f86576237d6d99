package io.tarn.body;

import static io.tarn.body.Uploads.BYTES;
import static io.tarn.body.Uploads.SMALL;
import static io.tarn.body.Uploads.checksum;
import static io.tarn.body.Uploads.framed;
import static io.tarn.body.Uploads.hex;
import static io.tarn.body.Uploads.md5;
import static io.tarn.body.Uploads.open;
import static io.tarn.body.Uploads.put;
import static io.tarn.body.Uploads.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.BlockPool;
import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Ingest;
import io.tarn.request.S3Error;
import io.tarn.signature.PayloadMode;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Digests;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Invalid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingBodyTest {
  @ParameterizedTest
  @EnumSource
  void every_mode_gives_back_the_payload_and_its_digests(PayloadMode mode) {
    for (byte[] bytes : new byte[][] {{}, SMALL, BYTES}) {
      Draft draft = put(mode, bytes);
      try (IncomingBody body = open(draft, Pieces.of(framed(mode, draft, bytes), 10_000))) {
        assertThat(body.length()).isEqualTo(bytes.length);
        assertThat(body.readAll()).isEqualTo(bytes);
        assertThat(body.next()).isNull();
        Digests digests = body.digests();
        assertThat(Base64.getEncoder().encodeToString(hex(digests.etag().text())))
            .isEqualTo(md5(bytes));
        assertThat(digests.checksum())
            .isEqualTo(
                mode.hasTrailer()
                    ? whole(ChecksumAlgorithm.CRC32C, bytes)
                    : whole(ChecksumAlgorithm.CRC64NVME, bytes));
      }
    }
  }

  private static Checksum whole(ChecksumAlgorithm algorithm, byte[] bytes) {
    return Checksum.of(algorithm, Base64.getDecoder().decode(checksum(algorithm, bytes)));
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
      try (IncomingBody body = open(draft, source)) {
        assertThat(body.readAll()).as("seed %d, round %d", seed, round).isEqualTo(bytes);
      }
    }
  }

  /// What is kept is asked for before it is kept, and follows what came.
  @ParameterizedTest
  @EnumSource
  void a_document_takes_memory_for_what_came_not_for_what_is_announced(PayloadMode mode) {
    byte[] bytes = Arrays.copyOf(BYTES, 100_000);
    Draft draft = put(mode, bytes);
    byte[] wire = framed(mode, draft, bytes);
    var kept = new ArrayList<Integer>();
    for (int length : new int[] {0, 1, 1000, 20_000}) {
      kept.clear();
      ByteSource source = keeping(Pieces.of(Arrays.copyOf(wire, length), 700), kept);
      try (IncomingBody body = open(draft, source)) {
        assertThatThrownBy(body::readAll).isInstanceOf(Invalid.class);
      }
      assertThat(kept.stream().mapToInt(n -> n).sum())
          .as("%d bytes came", length)
          .isLessThanOrEqualTo(2 * length);
    }
  }

  private static ByteSource keeping(ByteSource from, List<Integer> kept) {
    return new ByteSource() {
      @Override
      public @Nullable ByteBuffer next() {
        return from.next();
      }

      @Override
      public void keep(int more) {
        kept.add(more);
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void a_body_that_ends_early_is_incomplete_wherever_it_ends(PayloadMode mode) {
    Draft draft = put(mode, SMALL);
    byte[] wire = framed(mode, draft, SMALL);
    // Where nothing is signed the last line may be missing.
    int shortest = mode == PayloadMode.STREAMING_UNSIGNED_TRAILER ? wire.length - 2 : wire.length;
    for (int length = 0; length < wire.length; length++) {
      if (length == shortest) continue;
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
    if (mode == PayloadMode.STREAMING_UNSIGNED_TRAILER) return; // where S3 takes and drops them
    Draft draft = put(mode, SMALL);
    byte[] wire = framed(mode, draft, SMALL);
    for (int size : new int[] {1, 7, wire.length, wire.length + 2}) {
      assertThatThrownBy(
              () -> {
                try (IncomingBody body =
                    open(draft, Pieces.of(Arrays.copyOf(wire, wire.length + 2), size))) {
                  body.readAll();
                }
              })
          .isInstanceOf(Invalid.class);
    }
  }

  @Test
  void after_a_failure_there_is_no_end() {
    Draft draft = put(PayloadMode.SIGNED_HASH, SMALL);
    byte[] wrong = SMALL.clone();
    wrong[0]++;
    try (IncomingBody body = open(draft, Pieces.whole(wrong))) {
      assertThat(body.next()).isNotNull();
      for (int i = 0; i < 3; i++) assertThatThrownBy(body::next).isInstanceOf(Invalid.class);
      assertThatThrownBy(body::digests).isInstanceOf(IllegalStateException.class);
    }
  }

  /// With no block, one that is used again and again, and two in turns.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8})
  void a_large_body_arrives_whole_and_hashed_however_many_blocks_are_free(int blocks) {
    byte[] bytes = Uploads.bytes(3 * BlockPool.BLOCK + 12_345);
    Draft draft =
        put(
            PayloadMode.UNSIGNED,
            bytes,
            "x-amz-checksum-sha256",
            checksum(ChecksumAlgorithm.SHA256, bytes));
    var pool = new BlockPool((long) blocks * BlockPool.BLOCK);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var rules = BodyRules.object(new Ingest(threads, pool));
      try (var body =
          IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.of(bytes, 80_000))) {
        assertThat(body.readAll()).isEqualTo(bytes);
        assertThat(Base64.getEncoder().encodeToString(hex(body.digests().etag().text())))
            .isEqualTo(md5(bytes));
      }
    }
    for (int i = 0; i < blocks; i++) assertThat(pool.poll()).as("block %d", i).isNotNull();
  }

  @Test
  void a_body_given_up_half_way_gives_its_blocks_back() {
    byte[] bytes = Uploads.bytes(3 * BlockPool.BLOCK);
    Draft draft = put(PayloadMode.UNSIGNED, bytes);
    var pool = new BlockPool(4L * BlockPool.BLOCK);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var rules = BodyRules.object(new Ingest(threads, pool));
      try (var body =
          IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.of(bytes, 80_000))) {
        assertThat(body.next()).isNotNull();
        assertThat(body.next()).isNotNull();
        assertThat(pool.pollAnother()).as("half is for others").isNull();
      }
    }
    for (int i = 0; i < 4; i++) assertThat(pool.poll()).as("block %d", i).isNotNull();
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
  void an_object_has_the_checksum_named_or_the_one_of_s3() {
    Draft silent = put(PayloadMode.UNSIGNED, SMALL);
    try (IncomingBody body = open(silent, Pieces.whole(SMALL))) {
      assertThat(body.isVouchedFor()).isFalse();
      body.readAll();
      assertThat(body.digests().checksum()).isEqualTo(whole(ChecksumAlgorithm.CRC64NVME, SMALL));
      assertThat(body.shown()).isEqualTo(Checksum.NONE);
    }
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      try (IncomingBody body = open(vouched(algorithm), Pieces.whole(SMALL))) {
        assertThat(body.isVouchedFor()).isTrue();
        body.readAll();
        assertThat(body.digests().checksum()).isEqualTo(whole(algorithm, SMALL));
        assertThat(body.shown()).isEqualTo(whole(algorithm, SMALL));
      }
    }
  }

  private static Draft vouched(ChecksumAlgorithm algorithm) {
    String name = "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
    return put(PayloadMode.SIGNED_HASH, SMALL, name, checksum(algorithm, SMALL));
  }

  /// The whole has no checksum of the client's then, so its parts need the one they all have.
  @ParameterizedTest
  @EnumSource
  void a_part_of_an_upload_without_algorithm_keeps_another_than_it_verifies(
      ChecksumAlgorithm algorithm) {
    var rules = BodyRules.part(null);
    Draft right = vouched(algorithm);
    try (var body = IncomingBody.open(right.request(), right.proof(), rules, Pieces.whole(SMALL))) {
      body.partOf(null, ChecksumType.FULL_OBJECT);
      body.readAll();
      assertThat(body.shown()).isEqualTo(whole(algorithm, SMALL));
      assertThat(body.digests().checksum()).isEqualTo(whole(ChecksumAlgorithm.CRC64NVME, SMALL));
    }
    byte[] other = "hello, torn".getBytes(UTF_8);
    String name = "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
    Draft wrong = put(PayloadMode.UNSIGNED, SMALL, name, checksum(algorithm, other));
    try (var body = IncomingBody.open(wrong.request(), wrong.proof(), rules, Pieces.whole(SMALL))) {
      assertThatThrownBy(body::readAll)
          .isInstanceOfSatisfying(
              Invalid.class, e -> assertThat(S3Error.of(e)).isEqualTo(S3Error.BAD_DIGEST));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_part_of_an_upload_with_an_algorithm_keeps_that_one_and_comes_with_no_other(
      ChecksumAlgorithm algorithm) {
    var rules = BodyRules.part(null);
    Draft silent = put(PayloadMode.UNSIGNED, SMALL);
    for (Draft draft : List.of(vouched(algorithm), silent)) {
      try (var body =
          IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.whole(SMALL))) {
        body.partOf(algorithm, ChecksumType.FULL_OBJECT);
        body.readAll();
        assertThat(body.digests().checksum()).isEqualTo(whole(algorithm, SMALL));
        assertThat(body.shown()).isEqualTo(whole(algorithm, SMALL));
      }
    }
    for (ChecksumAlgorithm other : ChecksumAlgorithm.values()) {
      Draft draft = vouched(other);
      try (var body =
          IncomingBody.open(draft.request(), draft.proof(), rules, Pieces.whole(SMALL))) {
        if (other != algorithm) {
          assertThatThrownBy(() -> body.partOf(algorithm, ChecksumType.FULL_OBJECT))
              .isInstanceOf(Invalid.class);
        }
      }
    }
    try (var body =
        IncomingBody.open(silent.request(), silent.proof(), rules, Pieces.whole(SMALL))) {
      assertThatThrownBy(() -> body.partOf(algorithm, ChecksumType.COMPOSITE))
          .as("a checksum of checksums is put together of what the client vouches for")
          .isInstanceOf(Invalid.class);
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
    var rules = BodyRules.documentAlone(1000);
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
    try (IncomingBody body = open(draft, () -> once.isEmpty() ? null : once.removeLast())) {
      ByteBuffer piece = body.next();
      Arrays.fill(wire, (byte) 'x');
      assertThat(piece).isNotNull();
      while (piece != null && piece.hasRemaining()) assertThat(piece.get()).isEqualTo((byte) 'x');
    }
  }
}
