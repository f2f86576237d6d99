package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Large queued bodies on their way to the origin in parts.
class PartedUploadTest {
  private static final Key KEY = new Key("k");
  private static final byte[] BODY = Bodies.bytes(3, 14 << 20);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before each test
  private BackWorld world;

  @SuppressWarnings("NullAway.Init") // before each test
  private Bucket bucket;

  @BeforeEach
  void open() {
    world = new BackWorld(directory, BackWorld.settings());
    bucket = world.bucket();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void put() {
    world.store.put(
        new Put(bucket, KEY), Bodies.of(BODY, io.tarn.bytes.ChecksumAlgorithm.CRC64NVME));
  }

  private void isThere() {
    assertThat(world.sync(bucket).writes()).isZero();
    assertThat(Bodies.drain(world.model.open(new Read(bucket, KEY)))).isEqualTo(BODY);
    var all = new ListUploads(bucket, "", "", ListFrom.START, "", 100);
    assertThat(world.model.uploads(all).items()).isEmpty();
  }

  private long count(String call) {
    return world.calls.stream().filter(each -> each.startsWith(call)).count();
  }

  @Test
  void a_large_body_is_uploaded_in_parts() {
    put();
    isThere();
    assertThat(count("putPart")).isEqualTo(3);
    assertThat(count("put ")).isZero();
  }

  @Test
  void after_a_restart_the_upload_goes_on_where_it_was() {
    // The third part does not get through in the first life.
    world.before =
        (what, _) ->
            what.equals("putPart") && count("putPart") > 2
                ? new StoreFailure.OriginUnreachable(BackWorld.ORIGIN, new IOException("away"))
                : null;
    put();
    while (count("putPart") < 3) Thread.onSpinWait();
    world.reopen();
    world.calls.clear();
    world.letThrough();
    isThere();
    assertThat(count("begin")).isZero();
    assertThat(count("putPart")).isEqualTo(1);
  }

  @Test
  void an_upload_whose_completion_was_lost_is_not_made_twice() {
    world.after =
        (what, _) ->
            what.equals("complete") && count("complete") == 1
                ? new StoreFailure.Indeterminate("lost", null)
                : null;
    put();
    isThere();
    assertThat(count("begin")).isEqualTo(1);
    assertThat(count("putPart")).isEqualTo(3);
  }

  @Test
  void an_upload_that_is_refused_is_aborted_and_begins_anew_when_tried_again() {
    world.before =
        (what, _) ->
            what.equals("complete")
                ? new StoreFailure.Invalid(StoreFailure.Reason.TOO_LARGE, "too large")
                : null;
    put();
    assertThat(world.sync(bucket).refused()).isEqualTo(1);
    var all = new ListUploads(bucket, "", "", ListFrom.START, "", 100);
    assertThat(world.model.uploads(all).items()).isEmpty();
    world.before = (_, _) -> null;
    isThere();
  }

  @Test
  void an_upload_that_the_origin_forgot_begins_anew() {
    world.before =
        (what, _) ->
            what.equals("complete") && count("complete") == 1
                ? new StoreFailure.NoSuchUpload(new io.tarn.store.UploadId("forgotten"))
                : null;
    put();
    assertThat(world.sync(bucket).writes()).isZero();
    assertThat(Bodies.drain(world.model.open(new Read(bucket, KEY)))).isEqualTo(BODY);
    assertThat(count("begin")).isEqualTo(2);
  }

  @Test
  void parts_grow_where_there_would_be_too_many() {
    long tebibytes = 5L << 40;
    long size = PartedUpload.partSize(tebibytes, 16 << 20);
    assertThat((tebibytes + size - 1) / size).isLessThanOrEqualTo(10_000);
    assertThat(PartedUpload.partSize(1 << 30, 16 << 20)).isEqualTo(16 << 20);
  }
}
