package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.BeginUpload;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryHolders;
import io.tarn.testkit.MemoryHolders.Failing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where receipts go: rows name who holds their bytes.
class HoldersTest {
  private static final TenantId ANNA = new TenantId("anna");
  private static final byte[] BYTES = Bodies.bytes(1, 100_000);
  private static final VolumeId FIRST = new VolumeId(1);
  private static final VolumeId SECOND = new VolumeId(2);
  private static final VolumeId THIRD = new VolumeId(3);

  private final Failing[] failing = new Failing[3];
  private final MemoryHolders blobs = new MemoryHolders((holder, _) -> failing[holder]);
  private final MemoryMetaStore meta = new MemoryMetaStore();
  private final BlockingRows rows = new BlockingRows(meta);
  private final Index index = Index.on(meta, blobs, Index.settings(5, Duration.ZERO));
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("bucket"), ANNA, ""));

  @BeforeEach
  void all_are_well() {
    Arrays.fill(failing, Failing.NOT);
  }

  private void put(String key) {
    var _ =
        index
            .store()
            .put(new Put(bucket, new Key(key)), Bodies.of(BYTES, ChecksumAlgorithm.CRC64NVME));
  }

  private byte[] read(String key) {
    return Bodies.drain(index.store().open(new Read(bucket, new Key(key))));
  }

  private byte[] value(char kind) {
    return Objects.requireNonNull(new RowCursor(rows, IndexKeys.all(kind)).next()).value();
  }

  private BlobAt blobOf(String key) {
    byte[] row =
        Objects.requireNonNull(rows.get(IndexKeys.current(bucket.id(), new Key(key)))).value();
    return GarbageRows.blobs(ObjectRow.ofRow(row)).getFirst();
  }

  private void tidy() {
    index.store().reaper().sweepPending();
    while (index.store().reaper().round() > 0) {}
  }

  private List<BlobId> left() {
    return blobs.list("", 1000);
  }

  @Test
  void an_object_names_those_who_said_that_they_have_its_bytes() {
    put("a");
    assertThat(blobOf("a").holders()).containsExactly(FIRST, SECOND, THIRD);
    failing[1] = Failing.REFUSES;
    put("b");
    assertThat(blobOf("b").holders()).containsExactly(FIRST, THIRD);
    failing[1] = Failing.NOT;
    failing[0] = Failing.ANSWERS_LATE;
    assertThat(read("a")).isEqualTo(BYTES);
    assertThat(read("b")).isEqualTo(BYTES);
  }

  @Test
  void a_copy_that_moves_no_bytes_names_its_own() {
    put("a");
    failing[2] = Failing.REFUSES;
    var from = new Read(bucket, new Key("a"));
    var to = new Put(bucket, new Key("b"));
    var _ = index.store().copy(new Copy(from, to, true, true, null));
    assertThat(blobOf("b").holders()).containsExactly(FIRST, SECOND);
    assertThat(read("b")).isEqualTo(BYTES);
  }

  @Test
  void what_names_several_holders_is_deleted_from_all_also_from_one_that_was_away() {
    put("a");
    BlobAt blob = blobOf("a");
    failing[2] = Failing.REFUSES;
    index.store().delete(new Delete(bucket, new Key("a")));
    assertThat(GarbageRows.blobs(value('G'))).containsExactly(blob);
    tidy();
    assertThat(rows.scan(Scan.of(IndexKeys.all('G'), 10)).items()).isEmpty();
    failing[2] = Failing.NOT;
    assertThat(blobs.keep(blob.id())).isEmpty();
  }

  @Test
  void parts_and_the_list_of_many_of_them_name_theirs() {
    var put = new Put(bucket, new Key("parts"));
    var begin = new BeginUpload(put, ANNA, null, ChecksumType.COMPOSITE);
    var ref = new UploadRef(bucket, put.key(), index.store().begin(begin).id());
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    var all = new ByteArrayOutputStream();
    for (int number = 1; number <= Manifests.IN_ROW + 2; number++) {
      failing[1] = number % 2 == 0 ? Failing.REFUSES : Failing.NOT;
      byte[] bytes = Bodies.bytes(number, 1000);
      all.writeBytes(bytes);
      Part part = index.store().putPart(ref, number, Bodies.of(bytes));
      chosen.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
    }
    List<List<VolumeId>> holders = List.of(List.of(FIRST, SECOND, THIRD), List.of(FIRST, THIRD));
    assertThat(GarbageRows.blobs(value('P')).getFirst().holders()).isEqualTo(holders.getFirst());
    var request = new CompleteUpload(ref, chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING);
    var _ = index.store().complete(request);
    List<BlobAt> listed = GarbageRows.blobs(Manifests.ofRow(value('M')));
    for (int i = 0; i < listed.size(); i++) {
      assertThat(listed.get(i).holders()).isEqualTo(holders.get(i % 2));
    }
    failing[0] = Failing.REFUSES;
    failing[1] = Failing.NOT;
    assertThat(read("parts")).isEqualTo(all.toByteArray());
    index.store().delete(new Delete(bucket, put.key()));
    failing[0] = Failing.NOT;
    tidy();
    assertThat(left()).isEmpty();
  }

  /// The row that is durable before the blob can be names everybody who may come to hold it.
  @Test
  void what_a_crash_left_between_commit_and_reference_goes_from_all() {
    var pending = new Pending(rows, index.backends());
    BlobId id = pending.name();
    try (Blobs.Staged staged = blobs.stage(id, BYTES.length)) {
      pending.announce(staged.blob()).await();
      staged.write(ByteBuffer.wrap(BYTES));
      assertThat(staged.commit().blob().holders()).hasSize(3);
    }
    pending.over(id);
    BlobAt announced = Pending.ofRow(id, value('W'));
    assertThat(announced.holders()).containsExactly(FIRST, SECOND, THIRD);
    assertThat(pending.sweep()).isEqualTo(1);
    assertThat(Garbage.Stray.ofRow(value('G')).blob()).isEqualTo(announced);
    tidy();
    assertThat(blobs.keep(id)).isEmpty();
  }
}
