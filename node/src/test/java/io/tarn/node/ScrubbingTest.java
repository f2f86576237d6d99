package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.console.Upkeep.ScrubReport;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.settings.DataSize;
import io.tarn.settings.Settings;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When what is scrubbed.
class ScrubbingTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");

  @TempDir Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Volume> volumes = new ArrayList<>();
  private Path metadata;
  private long stored;
  private int passes;

  @BeforeEach
  void open() throws IOException {
    metadata = Files.createDirectories(directory.resolve("metadata"));
    for (String name : List.of("one", "two")) {
      volumes.add(
          Volume.open(
              Files.createDirectories(directory.resolve(name)), NODE, DiskSettings.DEFAULTS));
    }
  }

  @AfterEach
  void close() {
    for (Volume volume : volumes) volume.close();
  }

  private BlobId store(Volume volume, int length) {
    BlobId id = BlobId.of(now.get().toEpochMilli(), 1, ++stored);
    try (Staged staged = volume.stage(id, length)) {
      staged.write(ByteBuffer.wrap(new byte[length]));
      staged.commit();
    }
    return id;
  }

  private Scrubbing scrubbing(DataSize rate) {
    var settings = Settings.defaultsBut(DiskSettings.class, "scrub-rate=" + rate);
    return new Scrubbing(
        volumes, new MemoryMetaStore(), metadata, this::owners, settings, now::get);
  }

  private Map<BlobId, BelongsTo> owners(Set<BlobId> blobs) {
    passes++;
    var owners = new HashMap<BlobId, BelongsTo>();
    for (BlobId blob : blobs) owners.put(blob, BelongsTo.version("photos", blob.text(), "null"));
    return owners;
  }

  private Scrubbing scrubbing() {
    return scrubbing(DataSize.ofMebibytes(1000));
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private static long rounds(ScrubReport report) {
    return report.volumes().stream()
        .filter(each -> each.last().ended().isAfter(Instant.EPOCH))
        .count();
  }

  @Test
  void the_first_round_begins_soon_after_the_start_and_the_next_when_it_is_due() {
    store(volumes.get(0), 100);
    store(volumes.get(1), 200);
    Scrubbing scrubbing = scrubbing();
    scrubbing.turn();
    assertThat(rounds(scrubbing.report())).isZero();
    pass(Duration.ofMinutes(5));
    scrubbing.turn();
    ScrubReport report = scrubbing.report();
    assertThat(report.blobs()).isEqualTo(2);
    assertThat(report.bytes()).isEqualTo(300);
    Instant ended = now.get();
    assertThat(report.progress().ended()).isEqualTo(ended);
    pass(Duration.ofDays(7).minusSeconds(1));
    scrubbing.turn();
    assertThat(scrubbing.report().progress().ended()).isEqualTo(ended);
    pass(Duration.ofSeconds(1));
    scrubbing.turn();
    assertThat(scrubbing.report().progress().ended()).isEqualTo(now.get());
  }

  @Test
  void a_restart_changes_nothing_about_when_the_next_round_is_due() {
    pass(Duration.ofMinutes(5));
    Scrubbing first = scrubbing();
    pass(Duration.ofMinutes(5));
    first.turn();
    Instant ended = now.get();
    for (int day = 1; day < 7; day++) {
      pass(Duration.ofDays(1).minusMinutes(5));
      Scrubbing restarted = scrubbing();
      pass(Duration.ofMinutes(5));
      restarted.turn();
      assertThat(restarted.report().progress().ended()).as("day %d", day).isEqualTo(ended);
    }
    pass(Duration.ofDays(1).minusMinutes(5));
    Scrubbing last = scrubbing();
    pass(Duration.ofMinutes(5));
    last.turn();
    assertThat(last.report().progress().ended()).isEqualTo(now.get());
  }

  @Test
  void a_round_that_the_end_of_the_server_interrupted_goes_on_soon_after_the_next_start()
      throws Exception {
    for (int i = 0; i < 30; i++) store(volumes.getFirst(), 20_000);
    Scrubbing first = scrubbing(DataSize.ofKibibytes(100));
    assertThat(first.startRound()).isTrue();
    first.start();
    while (first.report().blobs() < 2) Thread.sleep(1);
    first.close();
    assertThat(first.report().blobs()).isBetween(2L, 29L);
    Scrubbing second = scrubbing();
    long before = second.report().blobs();
    assertThat(before).isEqualTo(first.report().blobs());
    assertThat(second.report().progress().running()).isFalse();
    pass(Duration.ofMinutes(5));
    second.turn();
    assertThat(second.report().blobs()).isEqualTo(30);
    assertThat(second.report().progress().started()).isBefore(now.get());
  }

  @Test
  void a_round_that_is_asked_for_begins_at_once_and_there_is_one_at_a_time() {
    store(volumes.getFirst(), 100);
    Scrubbing scrubbing = scrubbing();
    assertThat(scrubbing.startRound()).isTrue();
    assertThat(scrubbing.startRound()).isFalse();
    assertThat(scrubbing.report().progress().running()).isTrue();
    scrubbing.turn();
    assertThat(scrubbing.report().progress().running()).isFalse();
    assertThat(scrubbing.report().blobs()).isEqualTo(1);
    assertThat(scrubbing.startRound()).isTrue();
  }

  @Test
  void a_volume_that_takes_no_writes_is_passed_by_and_tried_again() throws IOException {
    Volume sick = volumes.getFirst();
    store(volumes.get(1), 200);
    Path staging = sick.root().resolve("staging");
    Path away = sick.root().resolve("away");
    Files.move(staging, away);
    assertThatThrownBy(sick::check).isInstanceOf(Unavailable.class);
    Scrubbing scrubbing = scrubbing();
    pass(Duration.ofMinutes(5));
    scrubbing.turn();
    ScrubReport report = scrubbing.report();
    assertThat(report.blobs()).isEqualTo(1);
    assertThat(report.volumes().getFirst().state()).contains("takes no writes");
    Files.move(away, staging);
    sick.check();
    scrubbing.turn();
    assertThat(rounds(scrubbing.report())).as("not at once").isEqualTo(1);
    pass(Duration.ofMinutes(1));
    scrubbing.turn();
    assertThat(rounds(scrubbing.report())).isEqualTo(2);
  }

  @Test
  void damage_is_named_with_few_passes_through_the_metadata_and_known_after_a_restart()
      throws IOException {
    var damaged = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      BlobId id = store(volumes.get(i % 2), 100);
      if (i % 3 == 0) continue;
      damaged.add(id.text());
      Path file = volumes.get(i % 2).root().resolve("blobs").resolve(id.text().substring(0, 6));
      Files.write(file.resolve(id.text()), new byte[100]);
    }
    Scrubbing scrubbing = scrubbing();
    assertThat(scrubbing.startRound()).isTrue();
    scrubbing.turn();
    assertThat(passes).as("two for each volume at most").isBetween(2, 4);
    for (int start = 0; start < 2; start++) {
      ScrubReport report = scrubbing.report();
      assertThat(report.damaged()).isEqualTo(damaged.size());
      assertThat(report.findings()).isEmpty();
      assertThat(report.damage())
          .allSatisfy(
              each -> {
                assertThat(each.isDamaged()).isTrue();
                assertThat(each.owner().bucket()).isEqualTo("photos");
                assertThat(each.owner().key()).isEqualTo(each.blob());
                assertThat(each.found()).isEqualTo(now.get());
                assertThat(Path.of(each.file())).exists();
              })
          .extracting(each -> each.blob())
          .containsExactlyInAnyOrderElementsOf(damaged);
      close();
      volumes.clear();
      open();
      scrubbing = scrubbing();
    }
  }

  @Test
  void all_volumes_together_are_read_no_faster_than_the_configured_rate() {
    store(volumes.get(0), 300_000);
    store(volumes.get(1), 300_000);
    Scrubbing scrubbing = scrubbing(DataSize.ofKibibytes(500));
    assertThat(scrubbing.startRound()).isTrue();
    long before = System.nanoTime();
    scrubbing.turn();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThan(Duration.ofMillis(1_100));
    assertThat(scrubbing.report().bytes()).isEqualTo(600_000);
  }
}
