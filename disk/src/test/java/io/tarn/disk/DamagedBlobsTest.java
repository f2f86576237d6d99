package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.disk.DamagedBlobs.Entry;
import io.tarn.disk.DamagedBlobs.State;
import io.tarn.disk.Scrubber.Outcome;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a blob that the scrubber found damaged.
class DamagedBlobsTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  private static final int LENGTH = 3 * BlobFile.CHUNK;

  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private Volume volume;
  private long stored;

  @BeforeEach
  void open() {
    volume = Volume.open(directory, NODE, DiskSettings.DEFAULTS);
  }

  @AfterEach
  void close() {
    volume.close();
  }

  private void reopen() {
    volume.close();
    open();
  }

  private static byte[] bytes() {
    byte[] bytes = new byte[LENGTH];
    new Random(LENGTH).nextBytes(bytes);
    return bytes;
  }

  private BlobId store() {
    BlobId id = BlobId.of(now.get().toEpochMilli(), 2, ++stored);
    try (Staged staged = volume.stage(id, LENGTH)) {
      staged.write(ByteBuffer.wrap(bytes()));
      staged.commit();
    }
    return id;
  }

  /// Flips a bit in the second chunk.
  private void damage(BlobId id) throws IOException {
    byte[] file = Files.readAllBytes(volume.fileOf(id));
    file[BlobFile.CHUNK + 7] ^= 1;
    Files.write(volume.fileOf(id), file);
  }

  private BlobId damaged() throws IOException {
    BlobId id = store();
    damage(id);
    scrub();
    return id;
  }

  private void scrub() {
    var work =
        new Scrubber.Work() {
          @Override
          public boolean mayGoOn(long bytes) {
            return true;
          }

          @Override
          public void found(Scrubber.Finding finding) {
            assertThat(finding.isBlob()).isTrue();
          }
        };
    assertThat(new Scrubber(volume, work, now::get).run()).isEqualTo(Outcome.ENDED);
  }

  private Entry only() {
    List<Entry> list = volume.damaged().list();
    assertThat(list).hasSize(1);
    return list.getFirst();
  }

  private Path aside(BlobId id) {
    return directory.resolve("damaged").resolve(id.text());
  }

  private byte[] read(BlobId id, int chunk) throws IOException {
    try (BlobFile blob = volume.open(new BlobAt(id, volume.volumeId()))) {
      ByteBuffer room = ByteBuffer.allocateDirect(BlobFile.CHUNK);
      blob.read((long) chunk * BlobFile.CHUNK, room);
      byte[] taken = new byte[room.remaining()];
      room.get(taken);
      return taken;
    }
  }

  private void delete(BlobId id) {
    assertThat(volume.delete(List.of(new BlobAt(id, volume.volumeId())))).isEmpty();
  }

  @Test
  void it_is_listed_and_set_aside_and_reads_as_before() throws IOException {
    BlobId whole = store();
    BlobId id = damaged();
    for (int start = 0; start < 2; start++) {
      Entry entry = only();
      assertThat(entry.blob()).isEqualTo(id);
      assertThat(entry.state()).isEqualTo(State.DAMAGED);
      assertThat(entry.problem()).contains("does not match its checksum");
      assertThat(entry.found()).isEqualTo(now.get());
      assertThat(entry.bytes()).isGreaterThan(LENGTH);
      assertThat(Files.isSameFile(aside(id), volume.fileOf(id))).isTrue();
      assertThat(read(id, 0)).isEqualTo(java.util.Arrays.copyOf(bytes(), BlobFile.CHUNK));
      assertThatThrownBy(() -> read(id, 1)).isInstanceOf(Corrupt.class);
      assertThat(read(whole, 1)).hasSize(BlobFile.CHUNK);
      reopen();
    }
    assertThat(volume.damaged().count()).isEqualTo(1);
  }

  @Test
  void found_again_it_is_listed_once_with_the_time_when_it_was_found_first() throws IOException {
    damaged();
    Instant first = now.get();
    now.set(first.plus(Duration.ofDays(7)));
    scrub();
    assertThat(only().found()).isEqualTo(first);
    reopen();
    scrub();
    assertThat(only().found()).isEqualTo(first);
  }

  @Test
  void what_was_set_aside_outlives_the_object_until_a_person_removes_it() throws IOException {
    BlobId id = damaged();
    byte[] bytes = Files.readAllBytes(volume.fileOf(id));
    delete(id);
    assertThat(volume.fileOf(id)).doesNotExist();
    volume.damaged().refresh();
    scrub();
    reopen();
    assertThat(only().state()).isEqualTo(State.DELETED);
    assertThat(only().bytes()).isEqualTo(bytes.length);
    assertThat(volume.damaged().count()).isZero();
    assertThat(aside(id)).hasBinaryContent(bytes);
    Files.delete(aside(id));
    volume.damaged().refresh();
    assertThat(volume.damaged().list()).isEmpty();
    assertThat(directory.resolve("damaged")).isEmptyDirectory();
  }

  @Test
  void one_that_is_whole_again_is_listed_no_more() throws IOException {
    BlobId id = damaged();
    damage(id); // the same bit
    scrub();
    assertThat(volume.damaged().list()).isEmpty();
    assertThat(directory.resolve("damaged")).isEmptyDirectory();
    assertThat(read(id, 1)).hasSize(BlobFile.CHUNK);
  }

  @Test
  void another_file_in_its_place_leaves_what_was_set_aside() throws IOException {
    BlobId id = damaged();
    byte[] bad = Files.readAllBytes(volume.fileOf(id));
    byte[] good = bad.clone();
    good[BlobFile.CHUNK + 7] ^= 1;
    Files.delete(volume.fileOf(id));
    Files.write(volume.fileOf(id), good);
    scrub();
    assertThat(only().state()).isEqualTo(State.REPLACED);
    assertThat(aside(id)).hasBinaryContent(bad);
    assertThat(volume.damaged().count()).isZero();
  }

  @Test
  void a_crash_between_the_note_and_the_second_name_costs_nothing() throws IOException {
    BlobId id = damaged();
    Files.delete(aside(id)); // as if it had not been made
    Files.writeString(directory.resolve("damaged").resolve(id.text() + ".json.new"), "{\"for");
    reopen();
    assertThat(only().state()).isEqualTo(State.DAMAGED);
    Instant found = now.get();
    now.set(found.plusSeconds(60));
    scrub();
    assertThat(only().found()).isEqualTo(found);
    assertThat(Files.isSameFile(aside(id), volume.fileOf(id))).isTrue();
  }

  @Test
  void a_note_that_is_lost_or_cannot_be_read_leaves_the_blob_listed() throws IOException {
    BlobId id = damaged();
    Path note = directory.resolve("damaged").resolve(id.text() + ".json");
    Files.writeString(note, "nonsense");
    reopen();
    assertThat(only().problem()).isEqualTo("its note is lost");
    Files.delete(note);
    reopen();
    scrub();
    assertThat(only().problem()).contains("does not match its checksum");
  }

  @Test
  void damage_is_listed_also_when_nothing_can_be_noted() throws IOException {
    Files.createFile(directory.resolve("damaged")); // no directory
    BlobId id = damaged();
    assertThat(only().blob()).isEqualTo(id);
    Files.delete(directory.resolve("damaged"));
    volume.damaged().refresh();
    assertThat(only().blob()).isEqualTo(id);
    scrub();
    reopen();
    assertThat(only().blob()).isEqualTo(id);
    assertThat(aside(id)).exists();
  }

  @Test
  void what_it_belongs_to_is_kept_whatever_characters_are_in_its_name() throws IOException {
    BlobId id = damaged();
    assertThat(volume.damaged().unnamed()).containsExactly(id);
    String key = "a \"b\"\\c/\u0000\n\u2028\ud83d\ude00ü/" + "\u0001".repeat(900);
    var owner = new BelongsTo("photos", key, "01abc", "", 0);
    volume.damaged().name(Map.of(id, owner));
    assertThat(only().owner()).isEqualTo(owner);
    reopen();
    assertThat(only().owner()).isEqualTo(owner);
    assertThat(volume.damaged().unnamed()).isEmpty();
  }

  @Test
  void not_more_are_set_aside_than_can_be_listed() throws IOException {
    for (int i = 0; i < DamagedBlobs.MOST; i++) {
      BlobId id = BlobId.of(1, 1, i);
      Files.createDirectories(directory.resolve("damaged"));
      Files.writeString(aside(id), "x");
      Files.writeString(
          directory.resolve("damaged").resolve(id.text() + ".json"),
          "{\"format\": 1, \"found\": \"2026-01-01T00:00:00Z\", \"problem\": \"p\"}");
    }
    reopen();
    assertThat(volume.damaged().list()).hasSize(DamagedBlobs.MOST);
    BlobId id = damaged();
    assertThat(volume.damaged().list()).hasSize(DamagedBlobs.MOST);
    assertThat(aside(id)).doesNotExist();
    assertThat(ScrubState.read(directory).last().damaged()).isEqualTo(1);
  }
}
