package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Payload;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import io.tarn.testkit.MemoryHolders.Failing;
import io.tarn.testkit.MemoryHolders.Found;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What becomes of blobs of which a minority of the holders fails, and what of the others.
class FailingHoldersTest {
  private static final byte[] BYTES = Bodies.bytes(1, 200_000);
  private static final VolumeId FIRST = new VolumeId(1);
  private static final VolumeId SECOND = new VolumeId(2);
  private static final VolumeId THIRD = new VolumeId(3);

  private final Failing[] failing = new Failing[3];
  private final MemoryHolders blobs = new MemoryHolders((holder, _) -> failing[holder]);
  private int named;

  @BeforeEach
  void all_are_well() {
    Arrays.fill(failing, Failing.NOT);
  }

  private Receipt store() {
    BlobId id = BlobId.of(1_700_000_000_000L, 7, ++named);
    try (Blobs.Staged staged = blobs.stage(id, BYTES.length)) {
      staged.write(ByteBuffer.wrap(BYTES));
      return staged.commit();
    }
  }

  private byte[] read(BlobAt blob) {
    try (Blobs.OpenBlob open = blobs.open(blob)) {
      return Bodies.bytes(new Payload.Slices(BYTES.length, open.read(0, BYTES.length)));
    }
  }

  @Test
  void a_receipt_names_all_who_said_that_they_have_the_blob() {
    Receipt receipt = store();
    assertThat(receipt.blob().holders()).containsExactly(FIRST, SECOND, THIRD);
    assertThat(receipt.length()).isEqualTo(BYTES.length);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failing.class,
      names = {"REFUSES", "ANSWERS_LATE"})
  void who_did_not_say_so_in_time_is_not_named_and_keeps_nothing(Failing how) {
    failing[0] = how;
    BlobAt blob = store().blob();
    assertThat(blob.holders()).containsExactly(SECOND, THIRD);
    Arrays.fill(failing, Failing.NOT);
    assertThat(blobs.keep(blob.id())).containsExactly(SECOND, THIRD);
    assertThat(read(blob)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failing.class,
      names = {"REFUSES", "ANSWERS_LATE"})
  void what_a_minority_took_is_no_blob_and_nobody_keeps_it(Failing how) {
    failing[0] = failing[2] = how;
    assertThatThrownBy(this::store)
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("1 of 3 holders");
    Arrays.fill(failing, Failing.NOT);
    assertThat(blobs.list("", 10)).isEmpty();
    assertThat(blobs.keep(BlobId.of(1_700_000_000_000L, 7, named))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Failing.class,
      names = {"LOSES", "DAMAGES"})
  void a_reader_goes_on_to_the_next_holder_and_says_what_is_to_be_repaired(Failing how) {
    failing[0] = how;
    BlobAt blob = store().blob();
    assertThat(blob.holders()).contains(FIRST);
    assertThat(read(blob)).isEqualTo(BYTES);
    assertThat(blobs.found()).hasSize(1);
    Found found = blobs.found().getFirst();
    assertThat(found.holder()).isEqualTo(FIRST);
    assertThat(found.what())
        .isInstanceOf(
            how == Failing.LOSES ? StoreFailure.Missing.class : StoreFailure.Corrupt.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failing.class,
      names = {"REFUSES", "ANSWERS_LATE"})
  void a_holder_that_cannot_be_asked_costs_a_reader_nothing(Failing how) {
    BlobAt blob = store().blob();
    failing[0] = how;
    assertThat(read(blob)).isEqualTo(BYTES);
    assertThat(blobs.holds(blob)).isTrue();
  }

  @Test
  void damage_on_all_is_damage_and_absence_from_all_is_absence() {
    Arrays.fill(failing, Failing.DAMAGES);
    BlobAt damaged = store().blob();
    assertThatThrownBy(() -> read(damaged)).isInstanceOf(StoreFailure.Corrupt.class);
    Arrays.fill(failing, Failing.LOSES);
    BlobAt lost = store().blob();
    assertThatThrownBy(() -> read(lost)).isInstanceOf(StoreFailure.Missing.class);
    assertThat(blobs.holds(lost)).isFalse();
  }

  @Test
  void what_two_lost_is_not_missing_while_the_third_cannot_be_asked() {
    failing[0] = failing[1] = Failing.LOSES;
    BlobAt blob = store().blob();
    failing[2] = Failing.REFUSES;
    assertThatThrownBy(() -> read(blob)).isInstanceOf(StoreFailure.Unavailable.class);
    assertThatThrownBy(() -> blobs.holds(blob)).isInstanceOf(StoreFailure.Unavailable.class);
    failing[2] = Failing.NOT;
    assertThat(read(blob)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @EnumSource(value = Failing.class, names = "NOT", mode = Mode.EXCLUDE)
  void a_deletion_is_heard_of_by_who_missed_it_before_it_says_anything(Failing how) {
    BlobAt blob = store().blob();
    failing[1] = how;
    assertThat(blobs.delete(List.of(blob))).isEmpty();
    assertThatThrownBy(() -> read(blob)).isInstanceOf(StoreFailure.Missing.class);
    failing[1] = Failing.NOT;
    failing[0] = Failing.REFUSES;
    assertThatThrownBy(() -> read(blob)).isInstanceOf(StoreFailure.Missing.class);
    assertThat(blobs.keep(blob.id())).isEmpty();
  }

  @Test
  void a_deletion_that_a_minority_noted_is_said_not_to_be_one() {
    BlobAt blob = store().blob();
    failing[0] = failing[1] = Failing.REFUSES;
    assertThat(blobs.delete(List.of(blob)))
        .singleElement()
        .satisfies(each -> assertThat(each.why()).contains("1 of 3 holders"));
    Arrays.fill(failing, Failing.NOT);
    assertThat(blobs.delete(List.of(blob))).isEmpty();
    assertThat(blobs.keep(blob.id())).isEmpty();
  }
}
