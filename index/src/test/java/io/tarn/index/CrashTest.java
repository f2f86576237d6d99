package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.store.BeginUpload;
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
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Versioning;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Breaks off a day's work at each of its steps and looks at what a restart finds.
class CrashTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final BucketName NAME = new BucketName("bucket");
  private static final int SMALL = 10;
  private static final int LARGE = 100_000;
  private static final int GONE = -1;

  /// The length of what each key had when it was last acknowledged; and what a write that was not
  /// acknowledged would have made of it.
  private record Known(Map<String, Integer> acknowledged, Map<String, Integer> attempted) {}

  @Test
  @Tag("slow")
  void whatever_the_step_nothing_acknowledged_is_lost_and_nothing_is_left_over() {
    for (Versioning versioning : Versioning.values()) {
      int steps = run(Integer.MAX_VALUE, Breaking.Manner.NOT_DONE, versioning);
      assertThat(steps).isGreaterThan(30);
      for (int at = 0; at < steps; at++) {
        for (Breaking.Manner manner : Breaking.Manner.values()) run(at, manner, versioning);
      }
    }
  }

  /// Returns how many steps were made.
  private static int run(int at, Breaking.Manner manner, Versioning versioning) {
    InstantSource clock = InstantSource.system();
    var meta = new MemoryMetaStore();
    var blobs = new MemoryBlobs();
    var tokens = new Tokens(clock, 1);
    var settings = Index.settings(SMALL, Duration.ZERO);
    Index whole = Index.on(new IndexBackends(meta, blobs, tokens, clock, 1), settings);
    Bucket created = whole.buckets().create(new CreateBucket(NAME, OWNER, ""));
    whole.store().put(new Put(created, new Key("old")), body(LARGE));
    Bucket bucket =
        versioning == Versioning.OFF ? created : whole.buckets().setVersioning(created, versioning);
    var breaking = new Breaking(at, manner);
    var backends = new IndexBackends(breaking.rows(meta), breaking.blobs(blobs), tokens, clock, 1);
    var known = new Known(new HashMap<>(Map.of("old", LARGE)), new HashMap<>());
    try {
      work(Index.on(backends, settings), bucket, known);
    } catch (StoreFailure e) {
      assertThat(e)
          .isInstanceOfAny(StoreFailure.Unavailable.class, StoreFailure.Indeterminate.class);
    }
    Index restarted = Index.on(new IndexBackends(meta, blobs, tokens, clock, 1), settings);
    check(restarted, known, "step %d %s %s".formatted(at, manner, versioning));
    var problems = Audit.problems(meta, blobs);
    assertThat(problems).as("step %d %s %s", at, manner, versioning).isEmpty();
    return breaking.steps();
  }

  private static io.tarn.store.Incoming body(int length) {
    return Bodies.of(Bodies.bytes(length, length));
  }

  private static void work(Index index, Bucket bucket, Known known) {
    put(index, bucket, known, "small", SMALL);
    put(index, bucket, known, "large", LARGE);
    put(index, bucket, known, "small", SMALL + 1);
    put(index, bucket, known, "large", LARGE + 1);
    put(index, bucket, known, "old", LARGE + 2);
    remove(index, bucket, known, "small");
    index.store().reaper().round();
    copy(index, bucket, known, "large", "copy");
    remove(index, bucket, known, "large");
    multipart(index, bucket, known);
    index.store().reaper().round();
  }

  private static void put(Index index, Bucket bucket, Known known, String key, int length) {
    known.attempted.put(key, length);
    index.store().put(new Put(bucket, new Key(key)), body(length));
    known.acknowledged.put(key, length);
    known.attempted.remove(key);
  }

  private static void copy(Index index, Bucket bucket, Known known, String from, String to) {
    known.attempted.put(to, known.acknowledged.get(from));
    var source = new Read(bucket, new Key(from));
    index.store().copy(new Copy(source, new Put(bucket, new Key(to)), true, true, null));
    known.acknowledged.put(to, known.attempted.remove(to));
  }

  private static void remove(Index index, Bucket bucket, Known known, String key) {
    known.attempted.put(key, GONE);
    index.store().delete(new Delete(bucket, new Key(key)));
    known.acknowledged.put(key, GONE);
    known.attempted.remove(key);
  }

  private static void multipart(Index index, Bucket bucket, Known known) {
    Key key = new Key("parts");
    Upload upload =
        index
            .store()
            .begin(new BeginUpload(new Put(bucket, key), OWNER, null, ChecksumType.COMPOSITE));
    var ref = new UploadRef(bucket, key, upload.id());
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (int number : new int[] {1, 2, 2, 3}) {
      Part part = index.store().putPart(ref, number, body(LARGE + number));
      if (number == 3) continue;
      var copied = new ObjectStore.PartSource(new Read(bucket, new Key("copy")), null);
      if (number == 1) index.store().copyPart(ref, 4, copied);
      chosen.removeIf(earlier -> earlier.number() == number);
      chosen.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
    }
    known.attempted.put("parts", 2 * LARGE + 3);
    index
        .store()
        .complete(
            new CompleteUpload(ref, chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING));
    known.acknowledged.put("parts", 2 * LARGE + 3);
    known.attempted.remove("parts");
  }

  private static void check(Index index, Known known, String when) {
    index.store().reaper().sweepPending();
    while (index.store().reaper().round() > 0) {}
    List<Inspection.Flaw> flaws = new ArrayList<>();
    index.store().inspection().run(flaws::add);
    assertThat(flaws).as(when).isEmpty();
    Bucket bucket = index.buckets().find(NAME).orElseThrow();
    for (String key : List.of("old", "small", "large", "copy", "parts")) {
      int length = length(index, bucket, key);
      Integer before = known.acknowledged.getOrDefault(key, GONE);
      Integer after = known.attempted.getOrDefault(key, before);
      assertThat(List.of(before, after)).as("%s %s", when, key).contains(length);
    }
  }

  private static int length(Index index, Bucket bucket, String key) {
    try {
      return Bodies.drain(index.store().open(new Read(bucket, new Key(key)))).length;
    } catch (StoreFailure.NoSuchKey | StoreFailure.DeleteMarkerMet e) {
      return GONE;
    }
  }
}
