package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Payload;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Blobs] promises.
public abstract class BlobsContract {
  private Blobs blobs = new MemoryBlobs();
  private int named;

  /// A fresh, empty one.
  protected abstract Blobs blobs();

  @BeforeEach
  final void open() {
    blobs = blobs();
  }

  @AfterEach
  final void shut() {
    blobs.close();
  }

  private BlobId name() {
    return BlobId.of(1_700_000_000_000L + ++named, 7, named);
  }

  private static BlobAt somewhere(BlobId id) {
    return new BlobAt(id, VolumeId.UNKNOWN);
  }

  private BlobAt store(byte[] bytes) {
    BlobId id = name();
    try (Blobs.Staged staged = blobs.stage(id, bytes.length)) {
      assertThat(staged.blob().id()).isEqualTo(id);
      assertThat(staged.blob().volume().isKnown()).isTrue();
      staged.write(ByteBuffer.wrap(bytes));
      Receipt receipt = staged.commit();
      assertThat(receipt.length()).isEqualTo(bytes.length);
      assertThat(receipt.blob().id()).isEqualTo(id);
      assertThat(staged.blob().holders())
          .as("where else are bytes after a crash before the receipt")
          .containsAll(receipt.blob().holders());
      return receipt.blob();
    }
  }

  private byte[] read(BlobAt id, long offset, long length) {
    try (Blobs.OpenBlob open = blobs.open(id)) {
      return Bodies.bytes(new Payload.Slices(length, open.read(offset, length)));
    }
  }

  @Test
  void what_was_committed_is_read_back() {
    byte[] bytes = Bodies.bytes(1, 300_000);
    BlobAt id = store(bytes);
    assertThat(read(id, 0, bytes.length)).isEqualTo(bytes);
    try (Blobs.OpenBlob open = blobs.open(id)) {
      assertThat(open.length()).isEqualTo(bytes.length);
    }
  }

  @Test
  void any_range_is_read_back() {
    byte[] bytes = Bodies.bytes(2, 200_003);
    BlobAt id = store(bytes);
    int[][] ranges = {{0, 1}, {1, 1}, {65_535, 2}, {100_000, 100_003}, {200_002, 1}, {0, 200_003}};
    for (int[] range : ranges) {
      assertThat(read(id, range[0], range[1]))
          .isEqualTo(java.util.Arrays.copyOfRange(bytes, range[0], range[0] + range[1]));
    }
  }

  @Test
  void bytes_written_in_many_pieces_are_one_blob() {
    byte[] bytes = Bodies.bytes(3, 150_000);
    BlobId id = name();
    try (Blobs.Staged staged = blobs.stage(id, -1)) {
      for (int at = 0; at < bytes.length; at += 777) {
        ByteBuffer piece = ByteBuffer.wrap(bytes, at, Math.min(777, bytes.length - at));
        staged.write(piece);
        assertThat(piece.hasRemaining()).isFalse();
      }
      staged.commit();
    }
    assertThat(read(somewhere(id), 0, bytes.length)).isEqualTo(bytes);
  }

  @Test
  void what_was_not_committed_leaves_nothing() {
    BlobId id = name();
    try (Blobs.Staged staged = blobs.stage(id, 10)) {
      staged.write(ByteBuffer.wrap(new byte[10]));
    }
    assertThat(blobs.list("", 10)).isEmpty();
    assertThatThrownBy(() -> blobs.open(somewhere(id))).isInstanceOf(StoreFailure.Missing.class);
  }

  @Test
  void a_blob_is_read_and_deleted_also_by_its_name_alone() {
    BlobAt at = store(new byte[] {1, 2, 3});
    assertThat(read(somewhere(at.id()), 1, 2)).containsExactly(2, 3);
    assertThat(blobs.delete(List.of(somewhere(at.id())))).isEmpty();
    assertThat(blobs.list("", 10)).isEmpty();
  }

  @Test
  void a_blob_is_held_from_its_commit_to_its_deletion() {
    BlobId id = name();
    BlobAt blob;
    try (Blobs.Staged staged = blobs.stage(id, 3)) {
      staged.write(ByteBuffer.wrap(new byte[3]));
      assertThat(blobs.holds(somewhere(id))).isFalse();
      blob = staged.commit().blob();
    }
    assertThat(blobs.holds(blob)).isTrue();
    assertThat(blobs.holds(somewhere(id))).isTrue();
    assertThat(blobs.delete(List.of(blob))).isEmpty();
    assertThat(blobs.holds(blob)).isFalse();
    assertThat(blobs.holds(somewhere(id))).isFalse();
  }

  @Test
  void a_blob_that_is_not_there_is_missing() {
    assertThatThrownBy(() -> blobs.open(somewhere(name())))
        .isInstanceOf(StoreFailure.Missing.class);
  }

  @Test
  void deleting_is_idempotent() {
    BlobAt id = store(new byte[] {1});
    assertThat(blobs.delete(List.of(id))).isEmpty();
    assertThat(blobs.delete(List.of(id))).isEmpty();
    assertThat(blobs.delete(List.of(somewhere(name())))).isEmpty();
    assertThat(blobs.delete(List.of())).isEmpty();
    assertThat(blobs.list("", 10)).isEmpty();
  }

  @Test
  void many_are_deleted_at_once_and_no_others() {
    BlobAt first = store(new byte[] {1});
    BlobAt kept = store(new byte[] {2});
    BlobAt last = store(new byte[] {3});
    assertThat(blobs.delete(List.of(last, somewhere(name()), first))).isEmpty();
    assertThat(blobs.list("", 10)).containsExactly(kept.id());
    assertThat(read(kept, 0, 1)).containsExactly(2);
  }

  @Test
  void a_blob_deleted_while_open_is_read_to_its_end() {
    byte[] bytes = Bodies.bytes(4, 200_000);
    BlobAt id = store(bytes);
    try (Blobs.OpenBlob open = blobs.open(id)) {
      assertThat(blobs.delete(List.of(id))).isEmpty();
      assertThat(Bodies.bytes(new Payload.Slices(bytes.length, open.read(0, bytes.length))))
          .isEqualTo(bytes);
    }
    assertThatThrownBy(() -> blobs.open(id)).isInstanceOf(StoreFailure.Missing.class);
  }

  private BlobAt share(BlobAt other, long length) {
    BlobId id = name();
    Receipt receipt = blobs.share(other, id, BlobLabel.NONE).orElseThrow();
    assertThat(receipt.blob().id()).isEqualTo(id);
    assertThat(receipt.length()).isEqualTo(length);
    return receipt.blob();
  }

  @Test
  void a_blob_that_shares_the_bytes_of_another_is_a_blob_like_any_other() {
    byte[] bytes = Bodies.bytes(5, 300_001);
    BlobAt first = store(bytes);
    BlobAt second = share(first, bytes.length);
    BlobAt third = share(second, bytes.length);
    assertThat(blobs.list("", 10)).containsExactly(first.id(), second.id(), third.id());
    for (BlobAt each : List.of(first, second, third)) {
      assertThat(read(each, 0, bytes.length)).isEqualTo(bytes);
      assertThat(read(somewhere(each.id()), 131_071, 2))
          .isEqualTo(java.util.Arrays.copyOfRange(bytes, 131_071, 131_073));
    }
  }

  @Test
  void to_delete_one_of_those_that_share_bytes_leaves_the_others() {
    byte[] bytes = Bodies.bytes(6, 200_000);
    BlobAt first = store(bytes);
    BlobAt second = share(first, bytes.length);
    assertThat(blobs.delete(List.of(first))).isEmpty();
    assertThat(read(second, 0, bytes.length)).isEqualTo(bytes);
    assertThatThrownBy(() -> blobs.open(first)).isInstanceOf(StoreFailure.Missing.class);
    BlobAt third = share(second, bytes.length);
    assertThat(blobs.delete(List.of(second, second))).isEmpty();
    assertThat(read(third, 0, bytes.length)).isEqualTo(bytes);
    assertThat(blobs.delete(List.of(somewhere(third.id())))).isEmpty();
    assertThat(blobs.list("", 10)).isEmpty();
  }

  @Test
  void what_is_not_there_is_not_shared() {
    BlobAt gone = store(new byte[] {1});
    assertThat(blobs.delete(List.of(gone))).isEmpty();
    assertThat(blobs.share(gone, name(), BlobLabel.NONE)).isEmpty();
    assertThat(blobs.list("", 10)).isEmpty();
  }

  @Test
  void blobs_are_listed_by_name_page_by_page() {
    List<BlobId> stored = new ArrayList<>();
    for (int i = 0; i < 7; i++) stored.add(store(new byte[] {(byte) i}).id());
    List<BlobId> listed = new ArrayList<>();
    String after = "";
    for (int page = 0; page < 10; page++) {
      List<BlobId> next = blobs.list(after, 3);
      assertThat(next).hasSizeLessThanOrEqualTo(3);
      if (next.isEmpty()) break;
      listed.addAll(next);
      after = next.getLast().text();
    }
    assertThat(listed).containsExactlyElementsOf(stored.stream().sorted().toList());
  }
}
