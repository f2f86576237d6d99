package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UploadIdsTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final Key KEY = new Key("big");

  private final Index index = Index.inMemory(Index.settings(5));
  private final ObjectStore store = index.both().objects();
  private final Bucket bucket =
      index.both().buckets().create(new CreateBucket(new BucketName("bucket"), OWNER, ""));

  private UploadRef begin() {
    var begin = new BeginUpload(new Put(bucket, KEY), OWNER, null, ChecksumType.COMPOSITE);
    return new UploadRef(bucket, KEY, store.begin(begin).id());
  }

  private static List<String> guesses(UploadRef ref) {
    String id = ref.id().text();
    String moment = id.substring(0, 13);
    return List.of(
        moment, moment + "0".repeat(26), id.substring(0, 38), id + "0", moment + id.substring(14));
  }

  private static CompleteUpload complete(UploadRef ref, Part part) {
    var chosen = new CompleteUpload.Chosen(part.number(), part.etag(), Checksum.NONE);
    return new CompleteUpload(
        ref, List.of(chosen), Conditions.NONE, CompleteUpload.Expected.NOTHING);
  }

  @Test
  void an_upload_goes_by_its_whole_id_and_the_moment_it_began_does_not_do() {
    UploadRef ref = begin();
    assertThat(ref.id().text()).hasSize(39);
    Part part = store.putPart(ref, 1, Bodies.of("hello"));
    for (String guess : guesses(ref)) {
      var guessed = new UploadRef(bucket, KEY, new UploadId(guess));
      for (Runnable attempt :
          List.<Runnable>of(
              () -> store.parts(guessed, 0, 0, Permit.OfUpload.ANY).upload(),
              () -> store.parts(guessed, 0, 10, Permit.OfUpload.ANY),
              () -> store.putPart(guessed, 1, Bodies.of("other")),
              () -> store.complete(complete(guessed, part)),
              () -> store.abort(guessed, Permit.OfUpload.ANY))) {
        assertThatThrownBy(attempt::run).as(guess).isInstanceOf(StoreFailure.NoSuchUpload.class);
      }
    }
    Written written = store.complete(complete(ref, part));
    assertThat(store.complete(complete(ref, part))).as("again").isEqualTo(written);
    for (String guess : guesses(ref)) {
      var guessed = new UploadRef(bucket, KEY, new UploadId(guess));
      assertThatThrownBy(() -> store.complete(complete(guessed, part)))
          .as("completed, " + guess)
          .isInstanceOf(StoreFailure.NoSuchUpload.class);
    }
  }

  @Test
  void ids_are_all_different_and_in_the_order_they_were_given_out() {
    var ids = new ArrayList<String>();
    var secrets = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      String id = begin().id().text();
      ids.add(id);
      secrets.add(id.substring(13));
    }
    assertThat(ids).isSorted();
    assertThat(secrets).doesNotHaveDuplicates();
  }
}
