package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.store.BeginUpload;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ChecksumType;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What blobs say of the object they were written for.
class LabelsTest {
  private static final int LARGE = 100_000;

  private final MemoryBlobs blobs = new MemoryBlobs();
  private final Index index = Index.on(new MemoryMetaStore(), blobs, Index.settings(5));
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("photos"), new TenantId("anna"), ""));

  private BlobLabel only() {
    List<BlobId> all = blobs.list("", 10);
    assertThat(all).hasSize(1);
    return blobs.label(all.getFirst());
  }

  @Test
  void an_object_can_be_listed_again_from_its_blob() {
    var metadata = new Metadata(Map.of("content-type", "image/jpeg"), Map.of("taken-by", "Anna ä"));
    var put =
        new Put(
            bucket,
            new Key("2026/a.jpg"),
            new TenantId("anna"),
            metadata,
            Tags.NONE,
            Conditions.NONE);
    Written written = index.store().put(put, Bodies.of(Bodies.bytes(LARGE, LARGE)));
    BlobLabel label = only();
    assertThat(label.owner()).isEqualTo(BelongsTo.version("photos", "2026/a.jpg", ""));
    assertThat(label.fields())
        .containsEntry("size", String.valueOf(LARGE))
        .containsEntry("etag", written.content().etag().text())
        .containsEntry("owner", "anna")
        .containsEntry("content-type", "image/jpeg")
        .containsEntry("x-amz-meta-taken-by", "Anna ä")
        .containsKey("written");
  }

  @Test
  void a_part_names_its_upload_and_does_not_give_its_id_away() {
    var begin =
        new BeginUpload(
            new Put(bucket, new Key("big")), new TenantId("anna"), null, ChecksumType.COMPOSITE);
    UploadId id = index.store().begin(begin).id();
    Part part = index.store().putPart(new UploadRef(bucket, new Key("big"), id), 7, Bodies.of("7"));
    BlobLabel label = only();
    assertThat(label.owner().key()).isEqualTo("big");
    assertThat(label.owner().part()).isEqualTo(7);
    assertThat(id.text()).startsWith(label.owner().upload());
    assertThat(label.owner().upload()).hasSize(13);
    assertThat(label.fields()).containsEntry("etag", part.etag().text());
    assertThat(label.fields().toString()).doesNotContain(id.text());
  }
}
