package io.tarn.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Payload;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.BlobsContract;
import io.tarn.testkit.Bodies;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class MemoryVolumeTest extends BlobsContract {
  private static final int ROOM = 4 << 20;

  @Override
  protected Blobs blobs() {
    return new MemoryVolume(64 << 20);
  }

  private final MemoryVolume small = new MemoryVolume(ROOM);

  private static BlobId name(int number) {
    return BlobId.of(1_700_000_000_000L, 1, number);
  }

  private BlobAt store(int number, byte[] bytes) {
    try (Blobs.Staged staged = small.stage(name(number), -1)) {
      staged.write(ByteBuffer.wrap(bytes));
      return staged.commit().blob();
    }
  }

  @Test
  void what_does_not_fit_is_refused_and_leaves_the_room_as_it_was() {
    BlobAt kept = store(1, new byte[ROOM / 2]);
    long free = small.freeBytes();
    try (Blobs.Staged staged = small.stage(name(2), -1)) {
      assertThatThrownBy(() -> staged.write(ByteBuffer.wrap(new byte[ROOM])))
          .isInstanceOf(StoreFailure.OutOfSpace.class);
    }
    assertThat(small.freeBytes()).isEqualTo(free);
    assertThatThrownBy(() -> small.stage(name(3), ROOM))
        .as("before a byte of it came")
        .isInstanceOf(StoreFailure.OutOfSpace.class);
    assertThat(small.delete(List.of(kept))).isEmpty();
    assertThat(small.freeBytes()).isEqualTo(ROOM);
  }

  @Test
  void room_is_free_when_the_last_who_has_the_bytes_lets_go() {
    byte[] bytes = Bodies.bytes(7, 1_000_000);
    BlobAt first = store(1, bytes);
    BlobAt second = small.share(first, name(2), BlobLabel.NONE).orElseThrow().blob();
    long free = small.freeBytes();
    Blobs.OpenBlob open = small.open(first);
    small.delete(List.of(first));
    small.delete(List.of(second));
    assertThat(small.freeBytes()).isEqualTo(free);
    assertThat(Bodies.bytes(new Payload.Slices(bytes.length, open.read(0, bytes.length))))
        .isEqualTo(bytes);
    open.close();
    open.close();
    assertThat(small.freeBytes()).isEqualTo(ROOM);
  }

  @Test
  void a_small_blob_takes_little_more_than_its_bytes() {
    store(1, new byte[70_000]);
    assertThat(ROOM - small.freeBytes()).isLessThan(75_000);
  }

  @Test
  void many_who_write_and_delete_at_once_leave_all_of_the_room() {
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < 16; writer++) {
        int number = writer * 1000;
        var _ =
            writers.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    BlobAt made = store(number + i, new byte[100_000]);
                    try (Blobs.OpenBlob _ = small.open(made)) {
                      small.delete(List.of(made));
                    }
                  }
                });
      }
    }
    assertThat(small.freeBytes()).isEqualTo(ROOM);
    assertThat(small.list("", 10)).isEmpty();
  }
}
