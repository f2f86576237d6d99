package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What blobs say of themselves.
class BlobLabelTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  private static final BelongsTo OBJECT = BelongsTo.version("photos", "2026/ä\n.jpg", "");

  @TempDir Path directory;
  private Volume volume;
  private long names;

  @BeforeEach
  void open() {
    volume = Volume.open(directory, NODE, DiskSettings.DEFAULTS);
  }

  @AfterEach
  void close() {
    volume.close();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private BlobId store(int length, BlobLabel label) {
    BlobId id = BlobId.of(1, 2, ++names);
    try (Staged staged = volume.stage(id, length)) {
      staged.write(ByteBuffer.wrap(bytes(length)));
      assertThat(staged.commit(label).length()).isEqualTo(length);
    }
    return id;
  }

  private byte[] read(BlobId id, long at) throws IOException {
    try (BlobFile blob = volume.open(new BlobAt(id, volume.volumeId()))) {
      ByteBuffer room = ByteBuffer.allocateDirect(BlobFile.CHUNK);
      blob.read(at, room);
      byte[] taken = new byte[room.remaining()];
      room.get(taken);
      return taken;
    }
  }

  @Test
  void a_label_comes_back_and_the_bytes_are_what_they_were() throws IOException {
    var labels =
        List.of(
            BlobLabel.of(OBJECT, Map.of("size", "7", "etag", "abc")),
            BlobLabel.of(new BelongsTo("b", "k", "", "0000000000abc", 10_000), Map.of()),
            BlobLabel.of(BelongsTo.version("b".repeat(63), "\u0001".repeat(1024), ""), Map.of()),
            BlobLabel.of(BelongsTo.version("b", "\ud83d\ude00".repeat(256), ""), Map.of()),
            BlobLabel.NONE);
    // The last one has a footer that is longer than what is read of a file at once.
    for (int length : new int[] {0, 1, 100_000, BlobFile.CHUNK, 200 << 20}) {
      for (BlobLabel label : length > 1 << 20 ? labels.subList(0, 1) : labels) {
        BlobId id = store(length, label);
        assertThat(volume.label(id)).isEqualTo(label);
        if (length == 0) continue;
        long last = (length - 1) / BlobFile.CHUNK * (long) BlobFile.CHUNK;
        assertThat(read(id, last)).isEqualTo(Arrays.copyOfRange(bytes(length), (int) last, length));
      }
    }
  }

  @Test
  void a_label_says_what_it_belongs_to_and_as_much_more_as_is_short() {
    Map<String, String> more = new LinkedHashMap<>();
    more.put("size", "7");
    more.put("x-amz-meta-long", "x".repeat(4_000));
    more.put("x-amz-meta-short", "y");
    BlobLabel label = BlobLabel.of(OBJECT, more);
    assertThat(label.owner()).isEqualTo(OBJECT);
    assertThat(label.fields())
        .containsEntry("size", "7")
        .containsEntry("x-amz-meta-short", "y")
        .containsEntry("cut", "true")
        .doesNotContainKey("x-amz-meta-long");
    assertThat(BlobLabel.of(OBJECT, Map.of("size", "7")).fields()).doesNotContainKey("cut");
    var part = new BelongsTo("b", "k", "", "0000000000abc", 17);
    assertThat(BlobLabel.of(part, Map.of()).owner()).isEqualTo(part);
    for (int i = 0; i < 500; i++) more.put("x-amz-meta-" + i, "z".repeat(50));
    assertThat(BlobLabel.of(OBJECT, more).toBytes()).hasSizeLessThan(3_500);
  }

  @Test
  void a_label_can_be_read_without_tarn() throws IOException {
    BlobId id = store(70_000, BlobLabel.of(OBJECT, Map.of("etag", "abc")));
    String file = Files.readString(volume.fileOf(id), StandardCharsets.ISO_8859_1);
    assertThat(file).contains("\"bucket\": \"photos\"").contains("\"etag\": \"abc\"");
  }

  @Test
  void a_damaged_label_is_a_damaged_blob() throws IOException {
    BlobId id = store(70_000, BlobLabel.of(OBJECT, Map.of()));
    byte[] file = Files.readAllBytes(volume.fileOf(id));
    for (int at = 70_000; at < file.length; at++) {
      byte[] bad = file.clone();
      bad[at] ^= 4;
      Files.write(volume.fileOf(id), bad);
      assertThatThrownBy(() -> volume.open(new BlobAt(id, volume.volumeId())))
          .as("byte %d", at)
          .isInstanceOf(Corrupt.class);
      assertThat(volume.label(id)).isEqualTo(BlobLabel.NONE);
    }
    assertThat(volume.label(BlobId.of(9, 9, 9))).as("of no blob").isEqualTo(BlobLabel.NONE);
  }

  /// As 0.1.0 wrote it, put together by hand.
  @Test
  void a_blob_of_the_first_format_is_read_and_one_without_a_label_is_the_same() throws IOException {
    byte[] bytes = bytes(5);
    BlobId id = BlobId.of(7, 7, 7);
    byte[] name = id.text().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(5 + 4 + 50).put(bytes);
    var chunk = new CRC32C();
    chunk.update(name);
    chunk.update(new byte[4]);
    chunk.update(bytes);
    file.putInt((int) chunk.getValue());
    file.put("TARNBLB1".getBytes(StandardCharsets.US_ASCII)).put(name).putLong(5).putInt(131_072);
    var footer = new CRC32C();
    footer.update(file.array(), 5, file.position() - 5);
    file.putInt((int) footer.getValue());
    Files.createDirectories(volume.shardOf(id));
    Files.write(volume.fileOf(id), file.array());
    assertThat(read(id, 0)).isEqualTo(bytes);
    assertThat(volume.label(id)).isEqualTo(BlobLabel.NONE);
    assertThat(volume.delete(List.of(new BlobAt(id, volume.volumeId())))).isEmpty();
    try (Staged staged = volume.stage(id, 5)) {
      staged.write(ByteBuffer.wrap(bytes));
      staged.commit();
    }
    assertThat(volume.fileOf(id)).hasBinaryContent(file.array());
  }

  @Test
  void a_volume_says_that_its_blobs_have_labels_before_the_first_one_has() throws IOException {
    Path file = directory.resolve("volume.json");
    String good = Files.readString(file);
    assertThat(good).contains("\"incompat\": [\"blob-labels\", ");
    volume.close();
    Files.writeString(
        file,
        good.replace("\"blob-labels\", \"shared-blobs\"", "")
            .replace("\"compat\": []", "\"compat\": [\"x\"]"));
    open();
    assertThat(Files.readString(file))
        .isEqualTo(good.replace("\"compat\": []", "\"compat\": [\"x\"]"));
    assertThat(volume.label(store(1, BlobLabel.of(OBJECT, Map.of()))).owner()).isEqualTo(OBJECT);
  }
}
