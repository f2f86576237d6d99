package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.store.BeginUpload;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.store.Versioning;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private static final int LARGE = 100_000;
  private static final int MANY = 600;

  private final MemoryBlobs blobs = new MemoryBlobs();
  private final Index index =
      Index.on(new ShortPages(new MemoryMetaStore()), blobs, Index.settings(5));
  private final Bucket bucket = bucket("plain");

  private Bucket bucket(String name) {
    return index.buckets().create(new CreateBucket(new BucketName(name), new TenantId("anna"), ""));
  }

  private void put(Bucket into, String key, int length) {
    index.store().put(new Put(into, new Key(key)), Bodies.of(Bodies.bytes(length, length)));
  }

  private UploadRef begin(String key) {
    var begin =
        new BeginUpload(
            new Put(bucket, new Key(key)), new TenantId("anna"), null, ChecksumType.COMPOSITE);
    return new UploadRef(bucket, new Key(key), index.store().begin(begin).id());
  }

  private void upload(String key, int parts) {
    UploadRef ref = begin(key);
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (int number = 1; number <= parts; number++) {
      Part part = index.store().putPart(ref, number, Bodies.of("part " + number));
      chosen.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
    }
    Part unused = index.store().putPart(ref, parts + 1, Bodies.of("not chosen"));
    assertThat(unused.number()).isEqualTo(parts + 1);
    index
        .store()
        .complete(
            new CompleteUpload(ref, chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING));
  }

  /// Something in every kind of row that can name a blob.
  private void fill() {
    put(bucket, "large", LARGE);
    put(bucket, "buried", LARGE);
    put(bucket, "buried", LARGE + 1);
    put(bucket, "small", 10);
    upload("in the row", 2);
    upload("manifest", MANY);
    upload("buried manifest", 20);
    index.store().delete(new Delete(bucket, new Key("buried manifest")));
    UploadRef going = begin("going");
    index.store().putPart(going, 1, Bodies.of("a part"));
    index.store().putPart(going, 1, Bodies.of("the part again"));
    UploadRef aborted = begin("aborted");
    index.store().putPart(aborted, 1, Bodies.of("a part"));
    index.store().abort(aborted, Permit.OfUpload.ANY);
    Bucket versioned = bucket("versioned");
    versioned = index.buckets().setVersioning(versioned, Versioning.ENABLED);
    put(versioned, "key", LARGE);
    put(versioned, "key", LARGE + 1);
  }

  @Test
  void no_blob_that_any_kind_of_row_refers_to_is_an_orphan_and_every_other_is() {
    fill();
    List<BlobId> all = blobs.list("", 10_000);
    assertThat(all).hasSizeGreaterThan(MANY + 20);
    assertThat(index.store().inspection().unreferenced(all)).isEmpty();
    BlobId stray = BlobId.of(1, 2, 3);
    try (Blobs.Staged staged = blobs.stage(stray, 1)) {
      staged.write(ByteBuffer.wrap(new byte[1]));
      staged.commit();
    }
    assertThat(index.store().inspection().unreferenced(blobs.list("", 10_000)))
        .containsExactly(stray);
  }

  @Test
  void every_object_whose_blob_is_gone_is_told_by_name_and_no_other() {
    fill();
    List<Inspection.Flaw> flaws = new ArrayList<>();
    Inspection.Seen seen = index.store().inspection().run(flaws::add);
    assertThat(flaws).isEmpty();
    assertThat(seen.versions()).isEqualTo(7);
    List<BlobAt> all =
        blobs.list("", 10_000).stream().map(id -> new BlobAt(id, VolumeId.UNKNOWN)).toList();
    assertThat(blobs.delete(all)).isEmpty();
    index.store().inspection().run(flaws::add);
    Set<String> named = new HashSet<>();
    for (Inspection.Flaw flaw : flaws) {
      if (!flaw.bucket().isEmpty()) named.add(flaw.bucket() + "/" + flaw.key());
    }
    assertThat(named)
        .containsExactlyInAnyOrder(
            "plain/large", "plain/buried", "plain/in the row", "plain/manifest", "versioned/key");
    assertThat(flaws).anyMatch(flaw -> flaw.problem().startsWith("part 1 of upload "));
  }

  @Test
  void the_owner_of_every_blob_that_has_one_is_found() {
    fill();
    Set<BlobId> all = new HashSet<>(blobs.list("", 10_000));
    Map<BlobId, BelongsTo> owners = index.store().inspection().owners(all);
    Map<String, Integer> counts = new TreeMap<>();
    owners
        .values()
        .forEach(
            owner ->
                counts.merge(
                    owner.bucket() + "/" + owner.key() + (owner.part() == 1 ? " part 1" : ""),
                    1,
                    Integer::sum));
    assertThat(counts)
        .containsExactly(
            Map.entry("plain/buried", 1),
            Map.entry("plain/going part 1", 1),
            Map.entry("plain/in the row", 2),
            Map.entry("plain/large", 1),
            Map.entry("plain/manifest", MANY),
            Map.entry("versioned/key", 2));
    assertThat(owners.values().stream().filter(owner -> owner.bucket().equals("versioned")))
        .extracting(BelongsTo::version)
        .doesNotHaveDuplicates()
        .allMatch(version -> version.length() == 13);
    assertThat(owners.values())
        .filteredOn(owner -> owner.bucket().equals("plain") && owner.part() == 0)
        .allMatch(owner -> owner.version().equals("null"));
    BlobId one = owners.keySet().iterator().next();
    assertThat(index.store().inspection().owners(Set.of(one)))
        .containsExactly(Map.entry(one, owners.get(one)));
    assertThat(index.store().inspection().owners(Set.of())).isEmpty();
  }

  /// Blobs on a disk that does not answer.
  private record SilentBlobs(Blobs sound) implements Blobs {
    @Override
    public Staged stage(BlobId id, long expectedLength) {
      return sound.stage(id, expectedLength);
    }

    @Override
    public OpenBlob open(BlobAt blob) {
      throw new StoreFailure.Unresponsive("volume one does not answer", null);
    }

    @Override
    public List<Undeleted> delete(Collection<BlobAt> all) {
      return sound.delete(all);
    }

    @Override
    public boolean holds(BlobAt blob) {
      return sound.holds(blob);
    }

    @Override
    public List<BlobId> list(String after, int limit) {
      return sound.list(after, limit);
    }

    @Override
    public void close() {
      sound.close();
    }
  }

  @Test
  void what_is_on_a_disk_that_does_not_answer_is_told_and_does_not_end_the_inspection() {
    var silent = Index.on(new MemoryMetaStore(), new SilentBlobs(blobs), Index.settings(5));
    Bucket there =
        silent
            .buckets()
            .create(new CreateBucket(new BucketName("there"), new TenantId("anna"), ""));
    for (String key : List.of("a", "b")) {
      silent.store().put(new Put(there, new Key(key)), Bodies.of(Bodies.bytes(LARGE, LARGE)));
    }
    List<Inspection.Flaw> flaws = new ArrayList<>();
    silent.store().inspection().run(flaws::add);
    assertThat(flaws)
        .hasSize(2)
        .allSatisfy(flaw -> assertThat(flaw.problem()).contains("does not answer"));
  }
}
