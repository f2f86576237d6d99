package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.store.BeginUpload;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ChecksumType;
import io.tarn.store.CreateBucket;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of the uploads of a bucket that is deleted.
class BucketDeletionTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final BucketName NAME = new BucketName("bucket");
  private static final int LARGE = 100_000;

  private final InstantSource clock = InstantSource.system();
  private final MetaStore meta = new MemoryMetaStore();
  private final MemoryBlobs blobs = new MemoryBlobs();
  private final Tokens tokens = new Tokens(clock, 1);

  private Index start(MetaStore rows, Blobs bytes) {
    return Index.on(
        new IndexBackends(rows, bytes, tokens, clock, 1), Index.settings(5, Duration.ZERO));
  }

  private Index start() {
    return start(new ShortPages(meta), blobs);
  }

  private static Bucket create(Index index) {
    return index.buckets().create(new CreateBucket(NAME, OWNER, ""));
  }

  private static UploadRef begin(Index index, Bucket bucket, int number) {
    var key = new Key("key %04d".formatted(number));
    Upload upload =
        index
            .store()
            .begin(new BeginUpload(new Put(bucket, key), OWNER, null, ChecksumType.COMPOSITE));
    return new UploadRef(bucket, key, upload.id());
  }

  private static void tidy(Index index) {
    index.store().reaper().sweepPending();
    while (index.store().reaper().round() > 0) {}
  }

  @Test
  void a_thousand_uploads_go_with_their_bucket_and_those_of_others_stay() {
    Index index = start();
    Bucket bucket = create(index);
    Bucket other = index.buckets().create(new CreateBucket(new BucketName("other"), OWNER, ""));
    UploadRef kept = begin(index, other, 0);
    index.store().putPart(kept, 1, Bodies.of(Bodies.bytes(1, LARGE)));
    for (int i = 0; i < 1000; i++) {
      UploadRef ref = begin(index, bucket, i);
      if (i % 100 == 0) index.store().putPart(ref, 1, Bodies.of(Bodies.bytes(i, LARGE)));
    }
    assertThat(blobs.list("", 100)).hasSize(11);
    index.buckets().delete(bucket);
    tidy(index);
    assertThat(blobs.list("", 100)).hasSize(1);
    assertThat(Audit.problems(meta, blobs)).isEmpty();
    assertThat(index.store().parts(kept, 0, 0, Permit.OfUpload.ANY).upload().id())
        .isEqualTo(kept.id());
  }

  @Test
  void an_upload_of_a_deleted_bucket_takes_no_part_also_before_it_is_collected() {
    Index index = start();
    Bucket bucket = create(index);
    UploadRef ref = begin(index, bucket, 1);
    index.buckets().delete(bucket);
    List<Runnable> attempts =
        List.of(
            () -> index.store().putPart(ref, 1, Bodies.of("x")),
            () -> index.store().abort(ref, Permit.OfUpload.ANY),
            () -> index.store().parts(ref, 0, 0, Permit.OfUpload.ANY).upload(),
            () -> index.store().parts(ref, 0, 10, Permit.OfUpload.ANY));
    for (Runnable attempt : attempts) {
      assertThatThrownBy(attempt::run).isInstanceOf(StoreFailure.NoSuchBucket.class);
    }
    tidy(index);
    assertThat(Audit.problems(meta, blobs)).isEmpty();
  }

  @Test
  void a_part_whose_body_is_on_its_way_while_the_bucket_goes_is_refused() {
    Index index = start();
    Bucket bucket = create(index);
    UploadRef ref = begin(index, bucket, 1);
    var body = Bodies.of(Bodies.bytes(1, LARGE));
    assertThatThrownBy(
            () ->
                index
                    .store()
                    .putPart(ref, 1, new Interrupted(body, () -> index.buckets().delete(bucket))))
        .isInstanceOf(StoreFailure.NoSuchBucket.class);
    tidy(index);
    assertThat(Audit.problems(meta, blobs)).isEmpty();
  }

  @Test
  void whatever_the_step_it_breaks_off_at_the_bucket_is_there_with_all_uploads_or_gone() {
    int steps = run(Integer.MAX_VALUE, Breaking.Manner.NOT_DONE);
    assertThat(steps).isGreaterThan(5);
    for (int at = 0; at < steps; at++) {
      for (Breaking.Manner manner : Breaking.Manner.values()) run(at, manner);
    }
  }

  private int run(int at, Breaking.Manner manner) {
    var world = new BucketDeletionTest();
    Index whole = world.start();
    Bucket bucket = create(whole);
    List<UploadRef> uploads = new ArrayList<>();
    for (int i = 0; i < 300; i++) uploads.add(begin(whole, bucket, i));
    whole.store().putPart(uploads.get(7), 1, Bodies.of(Bodies.bytes(1, LARGE)));
    var breaking = new Breaking(at, manner);
    try {
      Index broken = world.start(breaking.rows(world.meta), breaking.blobs(world.blobs));
      broken.buckets().delete(bucket);
      tidy(broken);
    } catch (StoreFailure e) {
      assertThat(e)
          .isInstanceOfAny(StoreFailure.Unavailable.class, StoreFailure.Indeterminate.class);
    }
    Index restarted = world.start();
    tidy(restarted);
    Optional<Bucket> there = restarted.buckets().find(NAME);
    if (there.isPresent()) {
      for (UploadRef ref : uploads) {
        restarted.store().parts(ref, 0, 0, Permit.OfUpload.ANY).upload();
      }
    }
    assertThat(world.blobs.list("", 10)).hasSize(there.isPresent() ? 1 : 0);
    assertThat(Audit.problems(world.meta, world.blobs)).as("step %d %s", at, manner).isEmpty();
    return breaking.steps();
  }

  /// A body before whose end something else happens.
  private record Interrupted(Incoming body, Runnable meanwhile) implements Incoming {
    @Override
    public long length() {
      return body.length();
    }

    @Override
    public @Nullable ByteBuffer next() {
      ByteBuffer bytes = body.next();
      if (bytes == null) meanwhile.run();
      return bytes;
    }

    @Override
    public Digests digests() {
      return body.digests();
    }
  }
}
