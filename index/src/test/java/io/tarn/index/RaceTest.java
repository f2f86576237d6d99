package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Scan;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.BeginUpload;
import io.tarn.store.BlobAt;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Things that meet at a bad moment.
class RaceTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final BucketName NAME = new BucketName("bucket");
  private static final Key KEY = new Key("key");

  private final MetaStore meta = new ShortPages(new MemoryMetaStore());
  private final MemoryBlobs blobs = new MemoryBlobs();
  private final InstantSource clock = InstantSource.system();
  private final IndexBackends backends =
      new IndexBackends(meta, blobs, new Tokens(clock, 1), clock, 1);
  private final IndexSettings settings = Index.settings(5, Duration.ZERO);
  private final Index index = Index.on(backends, settings);
  private final Bucket bucket = index.buckets().create(new CreateBucket(NAME, OWNER, ""));

  private void tidy() {
    while (index.store().reaper().round() > 0) {}
  }

  private UploadRef begin() {
    var begin = new BeginUpload(new Put(bucket, KEY), OWNER, null, ChecksumType.COMPOSITE);
    return new UploadRef(bucket, KEY, index.store().begin(begin).id());
  }

  private static CompleteUpload complete(UploadRef ref, Part part) {
    var chosen = new CompleteUpload.Chosen(part.number(), part.etag(), Checksum.NONE);
    return new CompleteUpload(
        ref, List.of(chosen), Conditions.NONE, CompleteUpload.Expected.NOTHING);
  }

  @Test
  void a_part_replaced_while_its_upload_completes_is_never_half_in_the_object() throws Exception {
    for (int round = 0; round < 300; round++) {
      UploadRef ref = begin();
      Part first = index.store().putPart(ref, 1, Bodies.of("first"));
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> running = new ArrayList<>();
        running.add(
            threads.submit(() -> attempt(() -> index.store().complete(complete(ref, first)))));
        running.add(
            threads.submit(
                () -> attempt(() -> index.store().putPart(ref, 1, Bodies.of("second")))));
        for (Future<?> each : running) each.get();
      }
      attempt(() -> index.store().abort(ref, Permit.OfUpload.ANY));
      tidy();
      assertThat(Audit.problems(meta, blobs)).as("round %d", round).isEmpty();
    }
  }

  private static void attempt(Runnable work) {
    try {
      work.run();
    } catch (StoreFailure.NoSuchUpload | StoreFailure.Invalid | StoreFailure.Conflict e) {
      assertThat(e).isNotNull(); // the other one won
    }
  }

  @Test
  void a_part_added_between_the_look_and_the_commit_fails_the_commit() {
    UploadRef ref = begin();
    Part first = index.store().putPart(ref, 1, Bodies.of("first"));
    var rows = new BlockingRows(meta);
    var planner = new Versions.Planner(rows, index.buckets(), backends, settings);
    var pending = new Pending(rows, backends);
    var uploads = new Uploads(rows, index.buckets(), planner, backends, pending);
    var completion = new UploadCompletion(rows, uploads, complete(ref, first), settings);
    Plan plan = planner.plan(bucket);
    completion.addTo(plan);
    index.store().putPart(ref, 1, Bodies.of("second"));
    assertThat(rows.commit(plan)).isInstanceOf(CommitResult.Rejected.class);
  }

  @Test
  void a_reference_that_comes_after_the_blob_was_given_up_is_refused() {
    var rows = new BlockingRows(meta);
    var pending = new Pending(rows, backends);
    Pending.Announced announced = pending.announce(new BlobAt(pending.name(), VolumeId.UNKNOWN));
    BlockingRows.await(announced.durable());
    Plan late = Garbage.plan(backends.tokens().next(), 0);
    pending.settleIn(late, announced.blob().id());
    pending.over(announced.blob().id());
    assertThat(pending.sweep()).isEqualTo(1);
    assertThat(rows.commit(late)).isInstanceOf(CommitResult.Rejected.class);
  }

  @Test
  void a_name_that_is_taken_is_not_thrown_away_by_who_met_it() {
    var rows = new BlockingRows(meta);
    var pending = new Pending(rows, backends);
    var at = new BlobAt(pending.name(), new VolumeId(7));
    Pending.Announced first = pending.announce(at);
    first.await();
    Pending.Announced second = pending.announce(at); // as if a token had been given out twice
    assertThatThrownBy(second::await).isInstanceOf(StoreFailure.Conflict.class);
    pending.discard(second);
    LockSupport.parkNanos(200_000_000);
    Plan reference = Garbage.plan(backends.tokens().next(), 0);
    pending.settleIn(reference, at.id());
    assertThat(rows.commit(reference)).isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void a_blob_left_pending_becomes_garbage_that_knows_its_volume() {
    var rows = new BlockingRows(meta);
    var pending = new Pending(rows, backends);
    var at = new BlobAt(pending.name(), new VolumeId(7));
    pending.announce(at).await();
    pending.over(at.id());
    assertThat(pending.sweep()).isEqualTo(1);
    Entry garbage = Objects.requireNonNull(new RowCursor(rows, IndexKeys.all('G')).next());
    assertThat(Garbage.Stray.ofRow(garbage.value()).blob()).isEqualTo(at);
  }

  @Test
  void an_open_object_keeps_its_blobs_from_the_collector() {
    byte[] bytes = Bodies.bytes(1, 200_000);
    index.store().put(new Put(bucket, KEY), Bodies.of(bytes));
    OpenObject open = index.store().open(new Read(bucket, KEY));
    index.store().put(new Put(bucket, KEY), Bodies.of("new"));
    tidy();
    assertThat(Bodies.bytes(open.payload())).isEqualTo(bytes);
    open.close();
    open.close();
    tidy();
    assertThat(Audit.problems(meta, blobs)).isEmpty();
  }

  @Test
  void a_bucket_left_marked_by_a_crash_is_usable_again() {
    var rows = new BlockingRows(meta);
    var key = MetaKey.of("B" + NAME);
    byte[] marked = Objects.requireNonNull(rows.get(key)).value().clone();
    marked[1] = 1;
    rows.commit(Garbage.plan(backends.tokens().next(), 0).put(key, marked));
    Index restarted = index.restarted(settings);
    Bucket found = restarted.buckets().find(NAME).orElseThrow();
    restarted.store().put(new Put(found, KEY), Bodies.of("x"));
  }

  @Test
  void nothing_is_written_into_a_bucket_that_was_deleted_meanwhile() throws Exception {
    for (int round = 0; round < 200; round++) {
      var name = new BucketName("bucket-" + round);
      Bucket there = index.buckets().create(new CreateBucket(name, OWNER, ""));
      boolean[] outcome = new boolean[2];
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Boolean> put =
            threads.submit(
                () ->
                    outcome[0] =
                        succeeds(() -> index.store().put(new Put(there, KEY), Bodies.of("x"))));
        Future<Boolean> delete =
            threads.submit(() -> outcome[1] = succeeds(() -> index.buckets().delete(there)));
        put.get();
        delete.get();
      }
      assertThat(outcome[0])
          .as("either the object or the end of the bucket")
          .isNotEqualTo(outcome[1]);
    }
    tidy();
    assertThat(Audit.problems(meta, blobs)).isEmpty();
  }

  @Test
  void an_upload_ends_with_its_bucket_even_while_parts_arrive() throws Exception {
    for (int round = 0; round < 100; round++) {
      var name = new BucketName("bucket-" + round);
      Bucket there = index.buckets().create(new CreateBucket(name, OWNER, ""));
      var begin = new BeginUpload(new Put(there, KEY), OWNER, null, ChecksumType.COMPOSITE);
      var ref = new UploadRef(there, KEY, index.store().begin(begin).id());
      Part part = index.store().putPart(ref, 1, Bodies.of("first"));
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          running.add(
              threads.submit(
                  () -> succeeds(() -> index.store().putPart(ref, 2, Bodies.of("more")))));
          running.add(
              threads.submit(() -> succeeds(() -> index.store().complete(complete(ref, part)))));
        }
        running.add(threads.submit(() -> succeeds(() -> index.buckets().delete(there))));
        for (Future<?> each : running) each.get();
      }
      if (index.buckets().find(name).isPresent()) {
        attempt(() -> index.store().abort(ref, Permit.OfUpload.ANY));
      }
      tidy();
      assertThat(Audit.problems(meta, blobs)).as("round %d", round).isEmpty();
      assertThat(index.buckets().find(name).isPresent() || uploads() == 0).isTrue();
    }
  }

  private int uploads() {
    return new BlockingRows(meta).scan(Scan.of(IndexKeys.all('U'), 10)).items().size();
  }

  private static boolean succeeds(Runnable work) {
    try {
      work.run();
      return true;
    } catch (StoreFailure.NoSuchBucket
        | StoreFailure.BucketNotEmpty
        | StoreFailure.NoSuchUpload
        | StoreFailure.Conflict e) {
      return false;
    }
  }

  @Test
  void bytes_that_are_gone_are_missing_and_the_object_never_absent() {
    index.store().put(new Put(bucket, KEY), Bodies.of(Bodies.bytes(1, 200_000)));
    var only = new BlobAt(blobs.list("", 1).getFirst(), VolumeId.UNKNOWN);
    assertThat(blobs.delete(List.of(only))).isEmpty();
    assertThatThrownBy(() -> Bodies.drain(index.store().open(new Read(bucket, KEY))))
        .isInstanceOf(StoreFailure.Missing.class);
    List<Inspection.Flaw> flaws = new ArrayList<>();
    assertThat(index.store().inspection().run(flaws::add).versions()).isEqualTo(1);
    assertThat(flaws).hasSize(1);
  }
}
