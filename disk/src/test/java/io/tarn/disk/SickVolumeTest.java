package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.observe.SystemError;
import io.tarn.settings.Settings;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure.OutOfSpace;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A volume to which something cannot be written.
class SickVolumeTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");

  @TempDir Path directory;
  private long names;

  private static DiskSettings settings() {
    return Settings.defaultsBut(
        DiskSettings.class, "reserve=0", "direct-from=0", "check-every=10m");
  }

  private Volume open() {
    return Volume.open(directory, NODE, settings());
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private BlobId store(Blobs blobs, byte[] bytes) {
    BlobId id = BlobId.of(1, 2, ++names);
    try (Blobs.Staged staged = blobs.stage(id, bytes.length)) {
      staged.write(ByteBuffer.wrap(bytes));
      staged.commit();
    }
    return id;
  }

  private static BlobAt at(Volume volume, BlobId id) {
    return new BlobAt(id, volume.volumeId());
  }

  private static byte[] read(Volume volume, BlobId id) throws IOException {
    try (BlobFile blob = volume.open(at(volume, id))) {
      ByteBuffer room = ByteBuffer.allocateDirect(BlobFile.CHUNK);
      blob.read(0, room);
      byte[] taken = new byte[room.remaining()];
      room.get(taken);
      return taken;
    }
  }

  @Test
  void a_rename_that_would_be_a_copy_is_found_at_the_start() throws IOException {
    open().close();
    Path elsewhere = Path.of("/dev/shm");
    assumeTrue(
        Files.isDirectory(elsewhere)
            && !Files.getFileStore(elsewhere).equals(Files.getFileStore(directory)));
    Files.delete(directory.resolve("blobs"));
    Path other = Files.createTempDirectory(elsewhere, "tarn-blobs");
    try {
      Files.createSymbolicLink(directory.resolve("blobs"), other);
      assertThatThrownBy(this::open)
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("is on another file system")
          .hasMessageContaining("mount the disk at");
    } finally {
      Files.delete(other);
    }
  }

  @Test
  void after_a_failed_write_a_volume_is_read_only_until_a_check_finds_it_well() throws IOException {
    Volume volume = open();
    BlobId id = store(volume, bytes(10));
    volume.writeFailed(new IOException("EIO"));
    assertThat(volume.problem()).contains("EIO");
    assertThatThrownBy(() -> store(volume, bytes(10))).isInstanceOf(Unavailable.class);
    assertThat(volume.delete(List.of(at(volume, id)))).hasSize(1);
    assertThat(read(volume, id)).isEqualTo(bytes(10));
    Path staging = directory.resolve("staging");
    Files.move(staging, directory.resolve("away"));
    assertThatThrownBy(volume::check)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("is not well");
    Files.move(directory.resolve("away"), staging);
    assertThat(volume.problem()).isNotNull();
    volume.check();
    assertThat(volume.problem()).isNull();
    assertThat(read(volume, store(volume, bytes(20)))).isEqualTo(bytes(20));
    assertThat(volume.delete(List.of(at(volume, id)))).isEmpty();
    assertThat(volume.list("", 10)).hasSize(1);
  }

  @Test
  void what_the_process_cannot_do_and_a_full_disk_leave_the_volume_as_it_is() {
    Volume volume = open();
    for (int process : new int[] {12, 23, 24}) {
      assertThat(volume.writeFailed(new IOException("cannot: " + SystemError.text(process))))
          .isInstanceOf(Unavailable.class);
    }
    for (int full : new int[] {27, 28, 122}) {
      assertThat(volume.writeFailed(new IOException("cannot: " + SystemError.text(full))))
          .isInstanceOf(OutOfSpace.class);
    }
    assertThat(volume.problem()).isNull();
    store(volume, bytes(10));
  }

  @Test
  void what_cannot_be_written_on_one_volume_is_written_on_another() throws IOException {
    Volume one = Volume.open(directory.resolve("one"), NODE, settings());
    Volume two = Volume.open(directory.resolve("two"), NODE, settings());
    try (var volumes = new Volumes(List.of(one, two), new Random(7))) {
      Files.delete(directory.resolve("one").resolve("staging"));
      for (int i = 0; i < 20; i++) store(volumes, bytes(10));
      assertThat(one.problem()).isNotNull();
      assertThat(two.list("", 100)).hasSize(20);
    }
  }
}
