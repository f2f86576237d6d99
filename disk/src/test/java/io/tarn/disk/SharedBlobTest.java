package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.disk.DamagedBlobs.Entry;
import io.tarn.settings.Settings;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Unresponsive;
import io.tarn.testkit.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blobs that have their bytes in common.
class SharedBlobTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  private static final int LENGTH = 2 * BlobFile.CHUNK + 5;
  private static final BlobLabel FIRST =
      BlobLabel.of(BelongsTo.version("photos", "first", ""), Map.of("etag", "1"));
  private static final BlobLabel SECOND =
      BlobLabel.of(BelongsTo.version("photos", "second", ""), Map.of("etag", "2"));

  @TempDir Path directory;
  private Volume volume;
  private long names;

  @BeforeEach
  void open() {
    var settings =
        Settings.defaultsBut(
            DiskSettings.class,
            "reserve=0",
            "check-every=1d", // none but those asked for
            "calls.patience=3s",
            "calls.most=8");
    volume = Volume.open(directory, NODE, settings);
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

  private BlobId name() {
    return BlobId.of(1, 2, ++names);
  }

  private BlobAt at(BlobId id) {
    return new BlobAt(id, volume.volumeId());
  }

  private BlobId store() {
    BlobId id = name();
    try (Staged staged = volume.stage(id, LENGTH)) {
      staged.write(ByteBuffer.wrap(bytes()));
      staged.commit(FIRST);
    }
    return id;
  }

  private BlobId share(BlobId other) {
    BlobId id = name();
    assertThat(volume.share(at(other), id, SECOND)).hasValue(new Receipt(at(id), LENGTH));
    return id;
  }

  private void readsWell(BlobId id) throws IOException {
    try (BlobFile warm = volume.open(at(id));
        BlobFile cold = volume.openFile(id)) {
      for (BlobFile each : List.of(warm, cold)) {
        assertThat(each.length()).isEqualTo(LENGTH);
        ByteBuffer room = ByteBuffer.allocateDirect(BlobFile.CHUNK);
        each.read(BlobFile.CHUNK, room);
        byte[] found = new byte[room.remaining()];
        room.get(found);
        byte[] whole = bytes();
        assertThat(found)
            .isEqualTo(java.util.Arrays.copyOfRange(whole, BlobFile.CHUNK, 2 * BlobFile.CHUNK));
      }
    }
  }

  /// Below `blobs` and `staging`.
  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String part : List.of("blobs", "staging")) {
      try (Stream<Path> all = Files.walk(directory.resolve(part))) {
        all.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }

  private Path note(BlobId id) {
    return volume.shardOf(id).resolve(id.text() + ".shared");
  }

  @Test
  void each_of_them_says_what_it_was_made_for_and_they_are_one_file() throws IOException {
    BlobId first = store();
    BlobId second = share(first);
    BlobId third = share(second);
    for (int start = 0; start < 2; start++) {
      for (BlobId each : List.of(first, second, third)) readsWell(each);
      assertThat(volume.label(first)).isEqualTo(FIRST);
      assertThat(volume.label(second)).isEqualTo(SECOND);
      assertThat(volume.label(third)).isEqualTo(SECOND);
      reopen();
    }
    assertThat(Files.isSameFile(volume.fileOf(first), volume.fileOf(third))).isTrue();
    assertThat(volume.delete(List.of(at(first), at(second), at(third)))).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void a_file_under_another_name_is_damage_without_a_note_that_says_so() throws IOException {
    BlobId first = store();
    BlobId second = share(first);
    BlobId other = store();
    byte[] good = Files.readAllBytes(note(second));
    BlobId strange = name();
    Files.createLink(volume.fileOf(strange), volume.fileOf(first));
    refused(strange, "the file holds another blob");
    Files.write(note(strange), good); // of another blob
    refused(strange, "is damaged");
    Files.delete(volume.fileOf(second));
    Files.createLink(volume.fileOf(second), volume.fileOf(other));
    refused(second, "the file holds another blob");
    Files.delete(volume.fileOf(second));
    Files.createLink(volume.fileOf(second), volume.fileOf(first));
    readsWell(second);
    for (int at = 0; at < good.length; at += 7) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      Files.write(note(second), bad);
      refused(second, "is damaged");
    }
    Files.write(note(second), new byte[3]);
    refused(second, "is damaged");
    Files.write(note(second), new byte[20_000]);
    refused(second, "is damaged");
  }

  private void refused(BlobId id, String why) {
    assertThatThrownBy(() -> volume.open(at(id)))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> volume.openFile(id))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining(why);
  }

  @Test
  void a_note_that_a_crash_left_alone_is_no_blob_and_goes_with_its_row() throws IOException {
    BlobId first = store();
    BlobId second = share(first);
    Files.delete(volume.fileOf(second)); // as if it had not been linked
    assertThat(volume.list("", 10)).containsExactly(first);
    assertThat(volume.holds(at(second))).isFalse();
    assertThat(scrub(new ArrayList<>()).last().foreign()).isZero();
    assertThat(volume.delete(List.of(at(second)))).isEmpty();
    assertThat(files()).containsExactly(volume.fileOf(first));
  }

  private ScrubState scrub(List<Scrubber.Finding> found) {
    var work =
        new Scrubber.Work() {
          @Override
          public boolean mayGoOn(long bytes) {
            return true;
          }

          @Override
          public void found(Scrubber.Finding finding) {
            found.add(finding);
          }
        };
    var scrubber = new Scrubber(volume, work, InstantSource.system());
    assertThat(scrubber.run()).isEqualTo(Scrubber.Outcome.ENDED);
    return scrubber.state();
  }

  @Test
  void the_scrubber_reads_a_file_once_and_tells_its_damage_of_every_blob_that_has_it()
      throws IOException {
    BlobId first = store();
    BlobId second = share(first);
    BlobId third = share(second);
    BlobId alone = store();
    List<Scrubber.Finding> found = new ArrayList<>();
    ScrubState.Round round = scrub(found).last();
    assertThat(found).isEmpty();
    assertThat(round.blobs()).isEqualTo(4);
    assertThat(round.bytes()).isEqualTo(2L * LENGTH);
    byte[] file = Files.readAllBytes(volume.fileOf(second));
    file[BlobFile.CHUNK + 7] ^= 1;
    Files.write(volume.fileOf(second), file);
    assertThat(scrub(found).last().damaged()).isEqualTo(3);
    assertThat(found)
        .extracting(Scrubber.Finding::name)
        .containsExactly(first.text(), second.text(), third.text())
        .doesNotContain(alone.text());
    assertThat(volume.damaged().list())
        .extracting(Entry::owner)
        .containsExactly(FIRST.owner(), SECOND.owner(), SECOND.owner());
    assertThat(volume.share(at(third), name(), SECOND)).as("damage is not shared").isEmpty();
    file[BlobFile.CHUNK + 7] ^= 1;
    Files.write(volume.fileOf(second), file);
    assertThat(scrub(found).last().damaged()).isZero();
    assertThat(volume.damaged().list()).isEmpty();
  }

  @Test
  void another_file_in_the_place_of_one_says_nothing_of_the_others() throws IOException {
    BlobId first = store();
    BlobId second = share(first);
    byte[] good = Files.readAllBytes(volume.fileOf(first));
    byte[] bad = good.clone();
    bad[7] ^= 1;
    Files.write(volume.fileOf(first), bad);
    Files.delete(volume.fileOf(first));
    Files.write(volume.fileOf(first), good);
    List<Scrubber.Finding> found = new ArrayList<>();
    scrub(found);
    assertThat(found).extracting(Scrubber.Finding::name).containsExactly(second.text());
    Files.delete(volume.fileOf(second));
    Files.write(volume.fileOf(second), good);
    found.clear();
    scrub(found);
    assertThat(found).isEmpty();
  }

  @Test
  @Tag("slow")
  void a_file_that_can_have_no_more_names_is_not_shared() throws IOException {
    BlobId first = store();
    Path more = Files.createDirectory(directory.resolve("more"));
    boolean full = false;
    for (int i = 0; i < 70_000 && !full; i++) {
      try {
        Files.createLink(more.resolve("" + i), volume.fileOf(first));
      } catch (FileSystemException e) {
        full = true;
      }
    }
    assumeTrue(full, "SKIPPED, a file system that bounds the names of a file");
    assertThat(volume.share(at(first), name(), SECOND)).isEmpty();
    assertThat(files()).containsExactly(volume.fileOf(first));
    assertThat(volume.problem()).isNull();
    readsWell(share(store()));
  }

  @Test
  void a_file_that_may_not_be_linked_is_not_shared() throws Exception {
    BlobId first = store();
    assumeTrue(chattr("+i", first), "SKIPPED, needs chattr");
    try {
      assertThat(volume.share(at(first), name(), SECOND)).isEmpty();
      assertThat(files()).containsExactly(volume.fileOf(first));
      assertThat(volume.problem()).isNull();
    } finally {
      assertThat(chattr("-i", first)).isTrue();
    }
  }

  private boolean chattr(String how, BlobId id) throws Exception {
    try {
      return new ProcessBuilder("chattr", how, volume.fileOf(id).toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void nothing_is_shared_on_a_volume_that_takes_no_writes() throws IOException {
    BlobId first = store();
    volume.writeFailed(new IOException("EIO"));
    assertThat(volume.share(at(first), name(), SECOND)).isEmpty();
    volume.check();
    readsWell(share(first));
  }

  @Test
  void a_disk_that_answers_too_late_leaves_nothing() throws Exception {
    BlobId first = store();
    BlobId second = name();
    Path aside = directory.resolve("aside");
    Files.createLink(aside, volume.fileOf(first));
    try (Pipe _ = Pipe.insteadOf(volume.fileOf(first))) {
      assertThatThrownBy(() -> volume.share(at(first), second, SECOND))
          .isInstanceOf(Unresponsive.class);
      assertThat(volume.isSilent()).isTrue();
    }
    for (int i = 0; volume.callsHung() > 0; i++) {
      assertThat(i).isLessThan(1000);
      Thread.sleep(10);
    }
    Files.delete(volume.fileOf(first));
    Files.move(aside, volume.fileOf(first));
    assertThat(files()).containsExactly(volume.fileOf(first));
    volume.check();
    readsWell(share(first));
  }

  @Test
  void a_volume_says_that_its_blobs_may_share_files_before_the_first_one_does() throws IOException {
    Path file = directory.resolve("volume.json");
    String good = Files.readString(file);
    assertThat(good).contains("\"incompat\": [\"blob-labels\", \"shared-blobs\"]");
    volume.close();
    Files.writeString(file, good.replace(", \"shared-blobs\"", ""));
    open();
    assertThat(Files.readString(file)).isEqualTo(good);
    readsWell(share(store()));
  }
}
