package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.disk.Scrubber.Finding;
import io.tarn.disk.Scrubber.Outcome;
import io.tarn.settings.Settings;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs.Staged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Rounds of the scrubber over a volume.
class ScrubberTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");

  /// Nearly a directory's time.
  private static final long APART = 1 << 17;

  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Finding> found = new ArrayList<>();
  private Volume volume;
  private long millis = 1_767_225_600_000L;
  private long stored;

  /// Takes everything that is found, and stops after so many blobs of some bytes.
  private final class Patience implements Scrubber.Work {
    private int left;

    Patience(int left) {
      this.left = left;
    }

    @Override
    public boolean mayGoOn(long bytes) {
      return --left >= 0;
    }

    @Override
    public void found(Finding finding) {
      found.add(finding);
    }
  }

  @BeforeEach
  void open() {
    var settings = Settings.defaultsBut(DiskSettings.class, "reserve=0", "direct-from=0");
    volume = Volume.open(directory, NODE, settings);
  }

  @AfterEach
  void close() {
    volume.close();
  }

  private BlobId store(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    BlobId id = BlobId.of(millis += APART, 2, ++stored);
    try (Staged staged = volume.stage(id, bytes.length)) {
      staged.write(ByteBuffer.wrap(bytes));
      staged.commit();
    }
    return id;
  }

  private List<BlobId> store(int count, int length) {
    return IntStream.range(0, count).mapToObj(_ -> store(length)).toList();
  }

  private Scrubber scrubber(int patience, int names) {
    return new Scrubber(volume, new Patience(patience), now::get, names);
  }

  private Scrubber scrubber() {
    return scrubber(Integer.MAX_VALUE, 4);
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void it_finds_every_damaged_blob_and_no_other() throws IOException {
    var damaged = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      BlobId id = store(i * 7919);
      if (i % 3 != 1) continue;
      damaged.add(id.text());
      byte[] file = Files.readAllBytes(volume.fileOf(id));
      file[i * 13 % file.length] ^= 0x20;
      Files.write(volume.fileOf(id), file);
    }
    Scrubber scrubber = scrubber();
    assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
    assertThat(found).extracting(Finding::name).containsExactlyElementsOf(damaged);
    assertThat(scrubber.state().last().damaged()).isEqualTo(damaged.size());
  }

  @Test
  void a_round_ends_and_counts_every_blob_once_however_many_names_are_taken_at_once() {
    store(37, 100);
    for (int names : new int[] {1, 5, 37, 38, 100}) {
      Scrubber scrubber = scrubber(Integer.MAX_VALUE, names);
      assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
      assertThat(scrubber.state().last().blobs()).isEqualTo(37);
      assertThat(scrubber.state().last().bytes()).isEqualTo(3700);
      assertThat(scrubber.state().isUnderway()).isFalse();
      assertThat(scrubber.passed()).isEqualTo(scrubber.shards()).isGreaterThan(3);
    }
    assertThat(found).isEmpty();
  }

  @Test
  @Timeout(60)
  void the_names_of_a_very_large_directory_are_had_in_order_some_at_a_time() throws IOException {
    BlobId first = store(1);
    int count = 40_000;
    for (int i = 0; i < count; i++) {
      Files.createFile(
          volume.shardOf(first).resolve(BlobId.of(millis, 2, (i * 7_919L) % count + 2).text()));
    }
    var listed = new ArrayList<BlobId>();
    for (List<BlobId> page = volume.list("", 9_000);
        !page.isEmpty();
        page = volume.list(listed.getLast().text(), 9_000)) {
      listed.addAll(page);
    }
    assertThat(listed).hasSize(count + 1).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void an_interrupted_round_goes_on_in_another_process_where_it_stopped() throws IOException {
    List<BlobId> blobs = store(20, 100);
    Scrubber first = scrubber(12, 5);
    assertThat(first.run()).isEqualTo(Outcome.STOPPED);
    assertThat(first.state().position()).isEqualTo(blobs.get(11).text());
    Instant started = now.get();
    volume.close();
    pass(Duration.ofHours(3));
    open();
    // Damage to what was passed before is found by the next round, not by this one.
    Files.write(volume.fileOf(blobs.get(3)), new byte[10]);
    Files.write(volume.fileOf(blobs.get(15)), new byte[10]);
    Scrubber second = scrubber();
    assertThat(second.run()).isEqualTo(Outcome.ENDED);
    assertThat(found).extracting(Finding::name).containsExactly(blobs.get(15).text());
    ScrubState.Round round = second.state().last();
    assertThat(round.blobs()).isEqualTo(20);
    assertThat(round.started()).isEqualTo(started);
    assertThat(round.ended()).isEqualTo(now.get());
    found.clear();
    Scrubber third = scrubber();
    assertThat(third.state().last()).as("kept").isEqualTo(round);
    assertThat(third.run()).isEqualTo(Outcome.ENDED);
    assertThat(found).hasSize(2);
  }

  @Test
  void the_position_is_kept_once_a_minute_for_whoever_is_killed() {
    List<BlobId> blobs = store(6, 100);
    var positions = new ArrayList<String>();
    var work =
        new Scrubber.Work() {
          @Override
          public boolean mayGoOn(long bytes) {
            positions.add(ScrubState.read(directory).position());
            pass(Duration.ofSeconds(31));
            return true;
          }

          @Override
          public void found(Finding finding) {
            throw new AssertionError(finding);
          }
        };
    assertThat(new Scrubber(volume, work, now::get).run()).isEqualTo(Outcome.ENDED);
    assertThat(positions)
        .containsExactly(
            "",
            "",
            blobs.get(1).text(),
            blobs.get(1).text(),
            blobs.get(3).text(),
            blobs.get(3).text());
  }

  @Test
  void a_round_that_is_begun_anew_forgets_where_the_last_one_was() {
    store(5, 100);
    Scrubber scrubber = scrubber(3, 100);
    assertThat(scrubber.run()).isEqualTo(Outcome.STOPPED);
    scrubber.restart();
    assertThat(scrubber.state().position()).isEmpty();
    assertThat(scrubber.state().round().blobs()).isZero();
  }

  @Test
  void files_that_are_no_blobs_are_counted_once_and_passed_by() throws IOException {
    List<BlobId> blobs = store(9, 100);
    Path blobsOf = directory.resolve("blobs");
    Files.createDirectory(blobsOf.resolve("lost+found"));
    Files.createFile(volume.shardOf(blobs.get(4)).resolve(".nfs000000000012"));
    Files.createFile(volume.shardOf(blobs.get(4)).resolve(blobs.getFirst().text()));
    Scrubber scrubber = scrubber(Integer.MAX_VALUE, 2);
    assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
    assertThat(scrubber.state().last().foreign()).isEqualTo(3);
    assertThat(scrubber.state().last().blobs()).isEqualTo(9);
    assertThat(found).isEmpty();
    assertThat(volume.list("", 100)).containsExactlyElementsOf(blobs);
  }

  @Test
  void files_beside_blobs_that_only_a_newer_program_knows_are_told_and_stay() throws IOException {
    List<BlobId> blobs = store(9, 100);
    String first = blobs.getFirst().text();
    String fifth = blobs.get(4).text();
    Path fragment = Files.createFile(volume.shardOf(blobs.getFirst()).resolve(first + ".11"));
    Path unknown = Files.createFile(volume.shardOf(blobs.get(4)).resolve(fifth + ".parity"));
    Scrubber scrubber = scrubber(Integer.MAX_VALUE, 2);
    for (int round = 0; round < 2; round++) {
      found.clear();
      assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
      assertThat(found)
          .extracting(Finding::problem)
          .containsExactlyInAnyOrder(
              "it is fragment 11 of blob " + first + "; use a newer Tarn, which wrote it",
              "it is of a kind that is not known here; use a newer Tarn, which wrote it");
      assertThat(scrubber.state().last().foreign()).isZero();
    }
    assertThat(volume.list("", 100)).containsExactlyElementsOf(blobs);
    assertThat(ReservedName.problems(volume, 10)).hasSize(2);
    assertThat(ReservedName.problems(volume, 1))
        .singleElement()
        .satisfies(each -> assertThat(each).contains(first + ".11: it is fragment 11"));
    for (BlobId blob : blobs) {
      assertThat(volume.delete(List.of(new BlobAt(blob, volume.volumeId())))).isEmpty();
    }
    assertThat(fragment).exists();
    assertThat(unknown).exists();
  }

  @Test
  void only_what_has_a_blobs_name_and_a_dot_before_it_is_reserved() {
    String blob = "01HF7YAT00000000000000000A";
    for (String name : List.of(".0", ".31", ".32", ".00", ".shared2", ".", ".shared.new")) {
      assertThat(ReservedName.is(blob + name)).as(name).isTrue();
    }
    for (String name : List.of("", "x.0", "0")) assertThat(ReservedName.is(blob + name)).isFalse();
    assertThat(ReservedName.is(blob + ".shared")).as("known").isFalse();
    assertThat(ReservedName.is("lost+found-01HF7YAT000000.0")).isFalse();
    assertThat(ReservedName.problem(blob + ".31")).contains("fragment 31 of blob " + blob);
    for (String name : List.of(".32", ".00", ".-1")) {
      assertThat(ReservedName.problem(blob + name)).contains("a kind that is not known here");
    }
  }

  @Test
  void a_directory_that_cannot_be_listed_is_told_and_the_others_are_read() throws IOException {
    List<BlobId> blobs = store(12, 100);
    Path broken = volume.shardOf(BlobId.of(millis + 100 * APART, 1, 1));
    Files.createFile(broken); // no directory
    BlobId behind = BlobId.of(millis + 200 * APART, 1, 1);
    millis = millis + 200 * APART;
    store(100);
    Scrubber scrubber = scrubber(Integer.MAX_VALUE, 5);
    assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
    assertThat(found).extracting(Finding::name).containsExactly(broken.getFileName().toString());
    assertThat(scrubber.state().last().blobs()).isEqualTo(blobs.size() + 1);
    assertThat(behind.text()).isGreaterThan(broken.getFileName().toString());
    assertThat(volume.readErrors()).isEqualTo(1);
  }

  @Test
  void a_volume_that_takes_no_writes_is_left_alone() throws IOException {
    List<BlobId> blobs = store(5, 100);
    Scrubber scrubber = scrubber(3, 100);
    assertThat(scrubber.run()).isEqualTo(Outcome.STOPPED);
    String kept = Files.readString(directory.resolve("scrub.json"));
    volume.writeFailed(new IOException("EIO"));
    assertThat(scrubber.run()).isEqualTo(Outcome.FENCED);
    assertThat(directory.resolve("scrub.json")).content().isEqualTo(kept);
    volume.check();
    Files.write(volume.fileOf(blobs.get(4)), new byte[10]);
    Scrubber after = scrubber();
    assertThat(after.run()).isEqualTo(Outcome.ENDED);
    assertThat(found).extracting(Finding::name).containsExactly(blobs.get(4).text());
    assertThat(after.state().last().blobs()).isEqualTo(5);
  }

  @Test
  void a_position_that_cannot_be_kept_or_read_costs_a_round_and_no_more() throws IOException {
    store(5, 100);
    Path inTheWay = directory.resolve("scrub.json.new");
    Files.createDirectories(inTheWay.resolve("full"));
    assertThat(scrubber().run()).isEqualTo(Outcome.ENDED);
    assertThat(directory.resolve("scrub.json")).doesNotExist();
    for (String damaged :
        new String[] {"", "{", "{\"format\": 2}", "{\"format\": 1, \"started\": \"now\"}"}) {
      Files.writeString(directory.resolve("scrub.json"), damaged);
      Scrubber scrubber = scrubber();
      assertThat(scrubber.state()).isEqualTo(ScrubState.NEVER);
      assertThat(scrubber.run()).isEqualTo(Outcome.ENDED);
      assertThat(scrubber.state().last().blobs()).isEqualTo(5);
    }
  }

  @Test
  void a_blob_deleted_while_it_is_its_turn_is_no_damage() {
    List<BlobId> blobs = store(3, 100);
    var work =
        new Scrubber.Work() {
          @Override
          public boolean mayGoOn(long bytes) {
            volume.delete(List.of(new BlobAt(blobs.get(1), volume.volumeId())));
            return true;
          }

          @Override
          public void found(Finding finding) {
            found.add(finding);
          }
        };
    assertThat(new Scrubber(volume, work, now::get).run()).isEqualTo(Outcome.ENDED);
    assertThat(found).isEmpty();
  }
}
