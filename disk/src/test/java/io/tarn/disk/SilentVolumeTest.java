package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Settings;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.StoreFailure.Unresponsive;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A volume of two whose disk does not answer.
class SilentVolumeTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MOST = 8;
  private static final byte[] BYTES = new byte[300_000];

  static {
    new Random(3).nextBytes(BYTES);
  }

  @TempDir Path directory;
  private final List<Pipe> pipes = new ArrayList<>();
  private final List<Volume> opened = new ArrayList<>();
  private long names;

  private Volume open(String name) {
    return open(name, PATIENCE);
  }

  private Volume open(String name, Duration patience) {
    var settings =
        Settings.defaultsBut(
            DiskSettings.class,
            "reserve=0",
            "check-every=1d", // none but those asked for
            "calls.patience=" + patience,
            "calls.most=" + MOST);
    Volume volume = Volume.open(directory.resolve(name), NODE, settings);
    opened.add(volume);
    return volume;
  }

  @AfterEach
  void letGo() throws IOException {
    for (Pipe pipe : pipes) pipe.close();
    for (Volume volume : opened) volume.close();
  }

  private BlobAt store(Volume volume) {
    BlobId id = BlobId.of(1, 2, ++names);
    try (Blobs.Staged staged = volume.stage(id, BYTES.length)) {
      staged.write(ByteBuffer.wrap(BYTES));
      staged.commit();
      return staged.blob();
    }
  }

  private BlobAt hanging(Volume volume) throws IOException {
    BlobAt blob = store(volume);
    pipes.add(Pipe.insteadOf(volume.fileOf(blob.id())));
    return blob;
  }

  private static void read(Blobs blobs, BlobAt blob) {
    try (Blobs.OpenBlob open = blobs.open(blob)) {
      assertThat(open.length()).isEqualTo(BYTES.length);
    }
  }

  private int openPipes() throws IOException {
    int open = 0;
    for (Pipe pipe : pipes) open += pipe.open();
    return open;
  }

  /// More than there are carriers, and than there are places.
  @Test
  void reads_that_do_not_end_hold_nobody_else_and_are_refused_in_time() throws Exception {
    Volume sick = open("sick");
    Volume well = open("well");
    var volumes = new Volumes(List.of(sick, well), new Random(1));
    List<BlobAt> hung = new ArrayList<>();
    for (int i = 0; i < 20; i++) hung.add(hanging(sick));
    BlobAt other = store(well);
    var answers = new ArrayBlockingQueue<StoreFailure>(hung.size());
    List<Thread> threads = new ArrayList<>();
    for (BlobAt blob : hung) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  read(volumes, blob);
                } catch (StoreFailure e) {
                  answers.add(e);
                }
              }));
    }
    var served = new CountDownLatch(1);
    Thread.startVirtualThread(
        () -> {
          read(volumes, other);
          served.countDown();
        });
    assertThat(served.await(20, TimeUnit.SECONDS)).as("while the others hang").isTrue();
    for (Thread thread : threads) assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(answers)
        .hasSize(20)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .isInstanceOf(Unresponsive.class)
                    .hasMessageContaining(sick.id()));
    assertThat(sick.isSilent()).isTrue();
    assertThat(sick.callsHung()).isEqualTo(MOST);
    assertThat(well.problem()).isNull();

    for (Pipe pipe : pipes) pipe.close();
    for (int i = 0; i < 2000 && sick.callsUnderway() > 0; i++) Thread.sleep(10);
    assertThat(sick.callsHung()).isZero();
    assertThat(openPipes()).as("descriptors that came too late").isZero();
  }

  @Test
  void a_silent_volume_is_refused_and_passed_over_until_a_check_finds_it_well() throws Exception {
    Volume sick = open("sick");
    Volume well = open("well");
    var volumes = new Volumes(List.of(sick, well), new Random(1));
    BlobAt good = store(sick);
    BlobAt hung = hanging(sick);
    assertThatThrownBy(() -> read(volumes, hung)).isInstanceOf(Unresponsive.class);

    long began = System.nanoTime();
    assertThatThrownBy(() -> read(volumes, good)).isInstanceOf(Unresponsive.class);
    assertThatThrownBy(() -> sick.stage(BlobId.of(1, 2, 99), 10)).isInstanceOf(Unresponsive.class);
    assertThat(volumes.delete(List.of(good))).singleElement().extracting("blob").isEqualTo(good);
    for (int i = 0; i < 20; i++) {
      long free = sick.freeBytes();
      assertThat(free).isPositive();
      try (Blobs.Staged staged = volumes.stage(BlobId.of(1, 3, i), 10)) {
        assertThat(staged.blob().volume()).isEqualTo(well.volumeId());
      }
    }
    assertThat(System.nanoTime() - began).as("nobody waited").isLessThan(20 * PATIENCE.toNanos());
    assertThat(Files.exists(sick.fileOf(good.id()))).isTrue();

    sick.check(); // one call hangs, and the disk answers
    read(volumes, good);
    assertThat(volumes.delete(List.of(good))).isEmpty();
  }

  /// Rows name the volume, so the silent one is not asked for what is on the other.
  @Test
  void what_is_on_another_volume_is_read_without_asking_the_silent_one() throws Exception {
    Volume sick = open("sick");
    Volume well = open("well");
    var volumes = new Volumes(List.of(sick, well), new Random(1));
    BlobAt other = store(well);
    assertThatThrownBy(() -> read(volumes, hanging(sick))).isInstanceOf(Unresponsive.class);
    read(volumes, other);
    assertThatThrownBy(() -> sick.holds(other)).isInstanceOf(Unresponsive.class);
    read(volumes, unnamed(other)); // of a row of old
    assertThatThrownBy(() -> read(volumes, new BlobAt(BlobId.of(1, 2, 77), VolumeId.UNKNOWN)))
        .as("it may be on the silent one")
        .isInstanceOf(Unresponsive.class);
    assertThat(volumes.delete(List.of(unnamed(other)))).as("there may be one more").hasSize(1);
    assertThat(volumes.delete(List.of(other))).isEmpty();
  }

  private static BlobAt unnamed(BlobAt blob) {
    return new BlobAt(blob.id(), VolumeId.UNKNOWN);
  }

  @Test
  void scrubbing_ends_where_the_disk_does_not_answer() throws Exception {
    Volume sick = open("sick");
    BlobAt _ = store(sick);
    BlobAt _ = hanging(sick);
    var found = new ArrayList<Scrubber.Finding>();
    var scrubber =
        new Scrubber(
            sick,
            new Scrubber.Work() {
              @Override
              public boolean mayGoOn(long bytes) {
                return true;
              }

              @Override
              public void found(Scrubber.Finding finding) {
                found.add(finding);
              }
            },
            InstantSource.system());
    assertThat(scrubber.run()).isEqualTo(Scrubber.Outcome.FENCED);
    assertThat(found).as("not answering is no damage").isEmpty();
    pipes.getFirst().close();
    for (int i = 0; i < 2000 && sick.callsHung() > 0; i++) Thread.sleep(10);
    Files.delete(pipes.getFirst().path());
    pipes.clear();
    sick.check();
    assertThat(scrubber.run()).isEqualTo(Scrubber.Outcome.ENDED);
    assertThat(scrubber.state().last().blobs()).isEqualTo(1);
    assertThat(found).isEmpty();
  }

  @Test
  void a_start_on_a_disk_that_does_not_answer_is_refused_in_time() throws Exception {
    open("sick").close();
    pipes.add(Pipe.insteadOf(directory.resolve("sick").resolve("volume.json")));
    assertThatThrownBy(() -> open("sick"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining(directory.resolve("sick").toString())
        .hasMessageContaining("does not answer")
        .hasMessageContaining("--degraded");
  }

  @Test
  void the_end_of_the_server_does_not_wait_for_a_silent_volume() {
    Volume sick = open("sick", Duration.ofMinutes(10));
    var disk = new CountDownLatch(1);
    try {
      sick.closer().add(disk::await);
      sick.calls().overdue("closing a file");
      long began = System.nanoTime();
      sick.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMinutes(1));
    } finally {
      disk.countDown();
    }
  }
}
