package io.tarn.index;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Acl;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.ETag;
import io.tarn.store.Extent;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Part;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.VolumeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Rows outlive the program that wrote them: their bytes are pinned here. A change of one of these
/// needs a new format number and a reader of the old.
class RowsFormatTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final TenantId OWNER = new TenantId("anna");
  private static final BlobId NAME = new BlobId("01HF7YAT00000000000000000A");
  private static final BlobAt BLOB = new BlobAt(NAME, new VolumeId(0x1122334455667788L));
  private static final BlobAt SOMEWHERE = new BlobAt(NAME, VolumeId.UNKNOWN);
  private static final ETag MD5 = new ETag("5d41402abc4b2a76b9719d911017c592");
  private static final ETag OF_PARTS = new ETag("5d41402abc4b2a76b9719d911017c592-12");
  private static final Checksum CRC =
      new Checksum(ChecksumAlgorithm.CRC32C, ChecksumType.FULL_OBJECT, "AAAAAA==");
  private static final Part PART = new Part(3, 70_000, MD5, TIME, CRC);
  private static final Section SECTION = new Section(PART, List.of(new Extent(BLOB, 0, 70_000)));
  private static final Metadata METADATA =
      new Metadata(Map.of("content-type", "a/b"), Map.of("x", "ü"));

  private static ObjectRow object(ETag etag, Checksum checksum, Location location) {
    var about = new ObjectRow.About(99, false, true, false);
    var front = new ObjectRow.Front(about, OWNER, 70_000, etag, TIME, checksum);
    return new ObjectRow(front, METADATA, new Tags(Map.of("k", "v")), Acl.PRIVATE, 7, location);
  }

  private static final ObjectRow INLINE = object(MD5, Checksum.NONE, new Location.Inline());
  private static final ObjectRow LISTED =
      object(OF_PARTS, CRC, new Location.Listed(List.of(SECTION)));
  private static final ObjectRow MARKER =
      ObjectRow.marker(new ObjectRow.About(99, true, false, true), OWNER, TIME);
  private static final UploadRow UPLOAD =
      new UploadRow(
          true,
          "0123456789abcdefghijklmnop",
          new UploadRow.Terms(
              OWNER, new TenantId("bert"), ChecksumAlgorithm.SHA1, ChecksumType.COMPOSITE),
          TIME,
          METADATA,
          Tags.NONE,
          Acl.PRIVATE);

  private static void pinned(byte[] row, String hex) {
    assertThat(HexFormat.of().formatHex(row)).isEqualTo(hex.replace(" ", ""));
  }

  @Test
  void the_bytes_of_rows_stay_what_they_are() {
    String time = "fb d0 95 ff bc 31";
    String front = "63" + time + "04 616e6e61";
    String said = "01 0c 636f6e74656e742d74797065 03 612f62 01 01 78 02 c3bc 01 01 6b 01 76 07";
    String md5 = "5d41402abc4b2a76b9719d911017c592";
    String blob = "018bcfe568000000000000000000000a 1122334455667788";
    String section =
        "03 f0a204 01" + md5 + time + "02 00 08 41414141 41413d3d 01" + blob + "00 f0a204";
    pinned(INLINE.toRow(), "01 02" + front + "f0a204 01" + md5 + "00" + said + "01");
    pinned(
        LISTED.toRow(),
        "01 02"
            + front
            + "f0a204 02"
            + md5
            + "0c 02 00 08 4141414141413d3d"
            + said
            + "04 01"
            + section);
    pinned(MARKER.toRow(), "01 05" + front);
    pinned(SECTION.toRow(), "0b" + section);
    pinned(new LatestRow(300, true, 5).toRow(), "04 01 ac02 05");
    String upload =
        time
            + "04 616e6e61 04 62657274 04 01 010c636f6e74656e742d74797065 03612f62 01 0178 02c3bc"
            + " 00";
    String secret = HexFormat.of().formatHex(UPLOAD.secret().getBytes(US_ASCII));
    pinned(UPLOAD.toRow(), "12 01 1a" + secret + upload);
    UploadRow first = UploadRow.ofRow(HexFormat.of().parseHex("0501" + upload.replace(" ", "")));
    assertThat(first.secret()).isEmpty();
    assertThat(first.upload(new Key("k"), 77).id().text()).isEqualTo(VersionIds.text(77));
    pinned(first.toRow(), "05 01" + upload);
    String shared = "0e 52454144 20 65766572796f6e65 0a";
    Acl open = new Acl(List.of(new Acl.Grant(new Acl.Everyone(), Acl.Permission.READ)));
    pinned(
        INLINE.withAcl(open).toRow(),
        "01 02" + front + "f0a204 01" + md5 + "00" + said + "01" + shared);
    assertThat(ObjectRow.ofRow(INLINE.withAcl(open).toRow())).isEqualTo(INLINE.withAcl(open));
    pinned(new Garbage.Stray(BLOB).toRow(), "0d" + blob);
    var kept = new BitSet();
    kept.set(1);
    kept.set(9);
    pinned(new Garbage.Remains(300, kept).toRow(), "07 ac02 02 0202");
    pinned(new Garbage.Uploads(300).toRow(), "10 ac02");
    pinned(new Manifests.Page(List.of(), List.of(SECTION)).toRow(), "13 00 01" + section);
    pinned(
        new Manifests.Page(List.of(5L, 300L), List.of(SECTION)).toRow(),
        "13 02 05 ac 02 01" + section);
    assertThat(Manifests.pageOfRow(row("0c 01" + section)))
        .as("of a time when nothing said where rows begin")
        .isEqualTo(new Manifests.Page(List.of(), List.of(SECTION)));
  }

  @Test
  void rows_from_before_extents_named_their_volume_are_read() {
    String time = "fb d0 95 ff bc 31";
    String md5 = "5d41402abc4b2a76b9719d911017c592";
    String blob = HexFormat.of().formatHex(NAME.text().getBytes(StandardCharsets.US_ASCII));
    String section =
        "03 f0a204 01" + md5 + time + "02 00 08 41414141 41413d3d 01" + blob + "00 f0a204";
    var old = new Section(PART, List.of(new Extent(SOMEWHERE, 0, 70_000)));
    assertThat(Section.ofRow(row("02" + section))).isEqualTo(old);
    assertThat(Manifests.ofRow(row("09 02" + section + section))).containsExactly(old, old);
    assertThat(Garbage.Stray.ofRow(row("06 1a" + blob)).blob()).isEqualTo(SOMEWHERE);
    String said = "01 0c 636f6e74656e742d74797065 03 612f62 01 01 78 02 c3bc 01 01 6b 01 76 07";
    byte[] object =
        row(
            "01 02 63"
                + time
                + "04 616e6e61 f0a204 02"
                + md5
                + "0c 02 00 08 4141414141413d3d"
                + said
                + "02 01"
                + section);
    ObjectRow expected = object(OF_PARTS, CRC, new Location.Listed(List.of(old)));
    assertThat(ObjectRow.ofRow(object)).isEqualTo(expected);
    assertThat(ObjectRow.ofRow(expected.toRow())).as("and written anew").isEqualTo(expected);
    for (byte[] garbage : List.of(object, row("02" + section), row("06 1a" + blob))) {
      assertThat(GarbageRows.label(garbage).blobs()).isTrue();
    }
  }

  @Test
  void rows_whose_blobs_have_several_holders_name_them_all() {
    var first = new VolumeId(0x1122334455667788L);
    var held = new BlobAt(NAME, first, List.of(new VolumeId(2), new VolumeId(3)));
    String blob =
        "018bcfe568000000000000000000000a 1122334455667788 02 0000000000000002 0000000000000003";
    var section = new Section(null, List.of(new Extent(BLOB, 0, 7), new Extent(held, 0, 300)));
    String one = "018bcfe568000000000000000000000a 1122334455667788 00 00 07";
    String sections = "00 02" + one + blob + "00 ac02";
    pinned(section.toRow(), "17" + sections);
    assertThat(Section.ofRow(section.toRow())).isEqualTo(section);
    var page = new Manifests.Page(List.of(5L), List.of(section));
    pinned(page.toRow(), "18 01 05 01" + sections);
    assertThat(Manifests.pageOfRow(page.toRow())).isEqualTo(page);
    assertThat(Manifests.startsOfRow(page.toRow())).containsExactly(5L);
    pinned(new Garbage.Stray(held).toRow(), "19" + blob);
    assertThat(Garbage.Stray.ofRow(row("19" + blob)).blob()).isEqualTo(held);
    pinned(Pending.toRow(held, 300), "1a ac02" + blob);
    assertThat(Pending.ofRow(NAME, row("1a ac02" + blob))).isEqualTo(held);
    ObjectRow object = object(MD5, Checksum.NONE, new Location.Listed(List.of(section)));
    byte[] bytes = object.toRow();
    assertThat(bytes[0]).isEqualTo((byte) 22);
    assertThat(ObjectRow.ofRow(bytes)).isEqualTo(object);
    assertThat(ObjectRow.front(bytes)).isEqualTo(object.front());
    for (byte[] garbage : List.of(bytes, section.toRow(), row("19" + blob))) {
      assertThat(GarbageRows.label(garbage).blobs()).isTrue();
      assertThat(GarbageRows.blobs(garbage)).contains(held);
    }
  }

  @Test
  void pending_rows_of_any_time_say_where_the_blob_may_be() {
    pinned(Pending.toRow(BLOB, 300), "0e ac02 1122334455667788");
    assertThat(Pending.ofRow(NAME, row("0e ac02 1122334455667788"))).isEqualTo(BLOB);
    assertThat(Pending.ofRow(NAME, row("08 ac02"))).isEqualTo(SOMEWHERE);
  }

  @Test
  void holders_that_a_blob_cannot_have_are_damage() {
    String first = "19 018bcfe568000000000000000000000a 1122334455667788";
    for (String others :
        List.of(
            "01 1122334455667788", // twice
            "01 0000000000000000", // nowhere
            "20" + " 0000000000000002".repeat(32), // too many
            "02 0000000000000002")) { // cut
      byte[] damaged = row(first + others);
      assertThatThrownBy(() -> Garbage.Stray.ofRow(damaged))
          .as(others)
          .isInstanceOf(StoreFailure.Corrupt.class);
    }
    byte[] another = row("1a ac02 018bcfe568000000000000000000000b 1122334455667788 00");
    assertThatThrownBy(() -> Pending.ofRow(NAME, another)).isInstanceOf(StoreFailure.Corrupt.class);
  }

  private static byte[] row(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void rows_are_read_as_they_were_written() {
    for (ObjectRow row :
        List.of(
            INLINE,
            LISTED,
            MARKER,
            object(new ETag("no md5"), CRC, new Location.Nowhere()),
            object(
                new ETag("5D41402abc4b2a76b9719d911017c592-012"), CRC, new Location.Manifest(3)))) {
      assertThat(ObjectRow.ofRow(row.toRow())).isEqualTo(row);
      assertThat(ObjectRow.front(row.toRow())).isEqualTo(row.front());
    }
    assertThat(Section.ofRow(SECTION.toRow())).isEqualTo(SECTION);
    assertThat(UploadRow.ofRow(UPLOAD.toRow())).isEqualTo(UPLOAD);
    assertThat(Manifests.ofRow(new Manifests.Page(List.of(1L), List.of(SECTION, SECTION)).toRow()))
        .containsExactly(SECTION, SECTION);
  }

  /// One of each kind.
  static Stream<byte[]> rows() {
    return Stream.of(
        INLINE.toRow(),
        LISTED.toRow(),
        MARKER.toRow(),
        SECTION.toRow(),
        UPLOAD.toRow(),
        new LatestRow(300, true, 5).toRow(),
        new Garbage.Stray(BLOB).toRow(),
        new Garbage.Remains(300, BitSet.valueOf(new long[] {5})).toRow(),
        new Manifests.Page(List.of(1L), List.of(SECTION, SECTION)).toRow());
  }

  @Test
  void an_object_row_is_lean() {
    assertThat(LISTED.toRow().length).isLessThan(256);
    assertThat(INLINE.toRow().length).isLessThan(100);
  }

  @Test
  void a_damaged_row_is_corrupt_and_nothing_else() {
    var random = new SplittableRandom(1);
    List<byte[]> rows = List.of(LISTED.toRow(), INLINE.toRow(), UPLOAD.toRow(), SECTION.toRow());
    List<Function<byte[], Object>> readers =
        List.of(ObjectRow::ofRow, UploadRow::ofRow, Section::ofRow);
    for (byte[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        byte[] cut = Arrays.copyOf(row, i);
        byte[] changed = row.clone();
        changed[i] = (byte) random.nextInt(256);
        for (var reader : readers) {
          survives(reader, cut);
          survives(reader, changed);
        }
      }
    }
    for (int i = 0; i < LISTED.toRow().length; i++) {
      byte[] cut = Arrays.copyOf(LISTED.toRow(), i);
      assertThatThrownBy(() -> ObjectRow.ofRow(cut)).isInstanceOf(StoreFailure.Corrupt.class);
    }
  }

  private static void survives(Function<byte[], Object> reader, byte[] row) {
    try {
      assertThat(reader.apply(row)).isNotNull();
    } catch (StoreFailure.Corrupt e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  @Test
  void row_keys_keep_the_order_of_object_keys_and_versions() {
    List<String> keys =
        new ArrayList<>(
            List.of("a", "a\u0000", "a\u0000\u0000", "a\u0000\u0001", "a\u0001", "a/", "b", "é"));
    for (int i = 0; i + 1 < keys.size(); i++) {
      Key smaller = new Key(keys.get(i));
      Key greater = new Key(keys.get(i + 1));
      for (long token : new long[] {1, 1L << 62, Long.MAX_VALUE}) {
        for (long other : new long[] {1, 1L << 62, Long.MAX_VALUE}) {
          assertThat(IndexKeys.version(9, smaller, token))
              .isLessThan(IndexKeys.version(9, greater, other));
          assertThat(IndexKeys.upload(9, smaller, token))
              .isLessThan(IndexKeys.upload(9, greater, other));
        }
      }
      assertThat(IndexKeys.current(9, smaller)).isLessThan(IndexKeys.current(9, greater));
      assertThat(IndexKeys.version(9, smaller, 8)).isLessThan(IndexKeys.version(9, smaller, 7));
      assertThat(IndexKeys.upload(9, smaller, 7)).isLessThan(IndexKeys.upload(9, smaller, 8));
      assertThat(IndexKeys.unescaped(IndexKeys.version(9, smaller, 8))).isEqualTo(smaller.utf8());
      assertThat(IndexKeys.versionToken(IndexKeys.version(9, smaller, 8))).isEqualTo(8);
    }
  }

  @Test
  void version_ids_name_their_token_and_nothing_else_does() {
    for (long token : new long[] {1, 77, 1L << 40, Long.MAX_VALUE}) {
      String text = VersionIds.text(token);
      assertThat(text).hasSize(13);
      assertThat(VersionIds.token(text)).isEqualTo(token);
    }
    assertThat(VersionIds.text(8).compareTo(VersionIds.text(7))).isPositive();
    for (String other :
        List.of("", "x", "null", "8000000000000", "000000000000w", "0000000000000")) {
      assertThat(VersionIds.token(other)).as(other).isZero();
    }
  }
}
