package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.cache.CachePolicy.WriteMode;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DurabilityLevel;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectPage;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writes that are acknowledged before their origin has them.
class WriteBackTest {
  private static final TenantId ANNA = new TenantId("anna");

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

  private Written put(String key, String text, Conditions conditions) {
    var put = new Put(bucket, new Key(key), ANNA, Metadata.NONE, Tags.NONE, conditions);
    return world.store.put(put, Bodies.of(text));
  }

  private static Conditions ifNothingThere() {
    return new Conditions(ETags.UNSAID, ETags.ANY, null, null);
  }

  private static Conditions ifStill(Written written) {
    var etags = new ETags(false, List.of(written.content().etag()));
    return new Conditions(etags, ETags.UNSAID, null, null);
  }

  @Test
  void a_write_is_acknowledged_while_the_origin_is_away_and_is_there_when_it_is_back() {
    world.holdUp();
    assertThat(put("k", "one", Conditions.NONE).durability()).isEqualTo(DurabilityLevel.LOCAL);
    assertThat(world.get(bucket, "k")).isEqualTo("one");
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("nothing");
    world.letThrough();
    assertThat(world.sync(bucket).writes()).isZero();
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("one");
    assertThat(world.get(bucket, "k")).isEqualTo("one");
  }

  @Test
  void a_delete_is_acknowledged_likewise_and_hides_what_the_origin_has() {
    world.put(bucket, "k", "one");
    world.sync(bucket);
    world.holdUp();
    Deleted deleted = world.store.delete(new Delete(bucket, new Key("k")));
    assertThat(deleted.durability()).isEqualTo(DurabilityLevel.LOCAL);
    assertThat(world.get(bucket, "k")).isEqualTo("nothing");
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("one");
    world.letThrough();
    world.sync(bucket);
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("nothing");
  }

  @Test
  void writes_of_a_key_reach_the_origin_in_order_and_what_had_not_begun_is_replaced() {
    world.holdUp();
    for (int i = 0; i < 20; i++) world.put(bucket, "k", "v" + i);
    assertThat(world.queue.status(bucket).writes()).isLessThanOrEqualTo(2);
    world.letThrough();
    world.sync(bucket);
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("v19");
  }

  @Test
  void a_later_write_never_overtakes_one_whose_outcome_is_not_known() {
    List<String> states = new ArrayList<>();
    world.after =
        (what, key) -> {
          if (!what.equals("put") && !what.equals("delete")) return null;
          synchronized (states) {
            states.add(what);
            // The first reply is lost.
            return states.size() == 1 ? new StoreFailure.Indeterminate("lost", null) : null;
          }
        };
    world.put(bucket, "k", "one");
    while (world.count("put k") == 0) Thread.onSpinWait();
    world.delete(bucket, "k");
    assertThat(world.get(bucket, "k")).isEqualTo("nothing");
    world.sync(bucket);
    assertThat(states).containsExactly("put", "put", "delete");
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("nothing");
  }

  @Test
  void what_comes_after_a_lost_reply_waits_until_the_lost_attempt_cannot_happen_any_more() {
    List<Long> times = new java.util.concurrent.CopyOnWriteArrayList<>();
    world.after =
        (what, key) -> {
          if (!what.equals("put")) return null;
          times.add(System.nanoTime());
          return times.size() == 1 ? new StoreFailure.Indeterminate("lost", null) : null;
        };
    world.put(bucket, "k", "one");
    world.sync(bucket);
    world.put(bucket, "k", "two"); // nothing is queued of it any more
    world.sync(bucket);
    assertThat(times).hasSize(3);
    assertThat(Duration.ofNanos(times.get(2) - times.get(0)))
        .isGreaterThanOrEqualTo(Duration.ofMillis(295));
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("two");
  }

  @Test
  void conditions_are_decided_on_what_is_queued() {
    world.holdUp();
    world.put(bucket, "k", "one");
    assertThatThrownBy(() -> put("k", "two", ifNothingThere()))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    Written two = put("k", "two", Conditions.NONE);
    assertThat(put("k", "three", ifStill(two)).durability()).isEqualTo(DurabilityLevel.LOCAL);
    assertThatThrownBy(() -> put("k", "four", ifStill(two)))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    world.delete(bucket, "k");
    assertThatThrownBy(() -> put("k", "five", ifStill(two)))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
    put("k", "six", ifNothingThere());
    assertThat(world.get(bucket, "k")).isEqualTo("six");
  }

  @Test
  void conditions_on_what_only_the_origin_knows_are_decided_there() {
    assertThat(put("k", "one", ifNothingThere()).durability()).isEqualTo(DurabilityLevel.ORIGIN);
    assertThatThrownBy(() -> put("k", "two", ifNothingThere()))
        .isInstanceOf(StoreFailure.ConditionFailed.class);
    world.holdUp();
    assertThatThrownBy(() -> put("other", "one", ifNothingThere()))
        .isInstanceOf(StoreFailure.OriginUnreachable.class);
    assertThat(world.get(bucket, "other")).isEqualTo("nothing");
  }

  @Test
  void of_many_who_create_a_key_while_it_is_queued_to_be_deleted_one_succeeds() throws Exception {
    world.holdUp();
    world.delete(bucket, "k");
    var done = new java.util.concurrent.atomic.AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String text = "v" + i;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  put("k", text, ifNothingThere());
                  done.incrementAndGet();
                } catch (StoreFailure.ConditionFailed e) {
                  assertThat(world.get(bucket, "k")).startsWith("v");
                }
              }));
    }
    for (Thread each : threads) each.join();
    assertThat(done).hasValue(1);
  }

  private List<String> names(String prefix, String delimiter, int limit) {
    List<String> names = new ArrayList<>();
    ListFrom from = ListFrom.START;
    while (from != null) {
      ObjectPage page = world.store.list(new ListObjects(bucket, prefix, delimiter, from, limit));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      for (ObjectPage.Listed each : page.items()) {
        names.add(
            switch (each) {
              case ObjectPage.ListedObject object -> object.key().text();
              case ObjectPage.Group(var group) -> group;
            });
      }
      from = page.next();
    }
    return names;
  }

  @Test
  void listings_show_what_is_queued_among_what_the_origin_has() {
    for (String key : List.of("a", "b/1", "b/2", "c/1", "d", "f/1")) world.put(bucket, key, key);
    world.sync(bucket);
    world.holdUp();
    for (String key : List.of("b/1", "b/2", "c/1", "d")) world.delete(bucket, key);
    for (String key : List.of("b/3", "e", "g/1")) world.put(bucket, key, key);
    for (int limit = 1; limit <= 8; limit++) {
      assertThat(names("", "", limit)).containsExactly("a", "b/3", "e", "f/1", "g/1");
      assertThat(names("", "/", limit)).containsExactly("a", "b/", "e", "f/", "g/");
      assertThat(names("b/", "/", limit)).containsExactly("b/3");
      assertThat(names("c/", "/", limit)).isEmpty();
    }
    world.put(bucket, "c/1", "again");
    assertThat(names("", "/", 2)).containsExactly("a", "b/", "c/", "e", "f/", "g/");
  }

  @Test
  void a_listing_is_as_the_model_says_after_any_writes_half_of_which_are_queued() {
    long seed = System.nanoTime();
    var random = new java.util.Random(seed);
    var model = new TreeMap<String, String>(Key::compareUtf8);
    for (int i = 0; i < 300; i++) {
      if (i == 150) {
        world.sync(bucket);
        world.holdUp();
      }
      String key = List.of("a", "b", "c", "\uD83D\uDE00").get(random.nextInt(4));
      for (int depth = random.nextInt(3); depth > 0; depth--) key += "/" + random.nextInt(3);
      if (random.nextInt(3) == 0) {
        world.delete(bucket, key);
        model.remove(key);
      } else {
        world.put(bucket, key, key);
        model.put(key, key);
      }
    }
    for (int limit : new int[] {1, 2, 3, 7, 1000}) {
      assertThat(names("", "", limit))
          .as("seed %d", seed)
          .containsExactlyElementsOf(model.keySet());
      List<String> grouped =
          model.keySet().stream()
              .map(key -> key.contains("/") ? key.substring(0, key.indexOf('/') + 1) : key)
              .distinct()
              .sorted(Key::compareUtf8)
              .toList();
      assertThat(names("", "/", limit)).as("seed %d", seed).containsExactlyElementsOf(grouped);
    }
  }

  @Test
  void copies_and_tags_are_of_what_is_queued() {
    world.holdUp();
    world.put(bucket, "k", "one");
    var copy =
        new Copy(
            new Read(bucket, new Key("k")), new Put(bucket, new Key("copy")), true, true, null);
    assertThat(world.store.copy(copy).written().durability()).isEqualTo(DurabilityLevel.LOCAL);
    assertThat(world.get(bucket, "copy")).isEqualTo("one");
    world.letThrough();
    var tags = new Tags(Map.of("a", "b"));
    world.store.annotate(
        new io.tarn.store.Annotate(
            bucket, new Key("k"), Version.LATEST, new io.tarn.store.Annotate.SetTags(tags)));
    assertThat(world.store.head(new Read(bucket, new Key("k"))).tags()).isEqualTo(tags);
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("one");
  }

  @Test
  void what_the_origin_refuses_is_kept_and_told_and_holds_up_only_its_key() {
    world.before =
        (what, key) ->
            what.equals("put") && key.equals("bad")
                ? new StoreFailure.OriginDenied(BackWorld.ORIGIN, "AccessDenied")
                : null;
    world.put(bucket, "bad", "kept");
    world.put(bucket, "good", "sent");
    QueueStatus left = world.sync(bucket);
    assertThat(world.atOrigin(bucket, "good")).isEqualTo("sent");
    assertThat(left.writes()).isEqualTo(1);
    assertThat(left.refused()).isEqualTo(1);
    assertThat(left.refusals().getFirst().key()).isEqualTo(new Key("bad"));
    assertThat(left.refusals().getFirst().why()).contains("AccessDenied");
    assertThat(world.get(bucket, "bad")).isEqualTo("kept");
    assertThat(
            new String(world.metrics.render(null).body(), java.nio.charset.StandardCharsets.UTF_8))
        .contains("tarn_back_refused{bucket=\"bucket\"} 1");
    world.reopen();
    assertThat(world.get(bucket, "bad")).isEqualTo("kept");
    world.before = (_, _) -> null;
    // The attempt of the start may be underway, and refused yet.
    for (int i = 0; world.sync(bucket).writes() > 0; i++) assertThat(i).isLessThan(100);
    assertThat(world.atOrigin(bucket, "bad")).isEqualTo("kept");
  }

  @Test
  void a_newer_write_takes_the_place_of_a_refused_one() {
    world.before =
        (what, key) ->
            what.equals("put")
                ? new StoreFailure.Invalid(StoreFailure.Reason.TOO_LARGE, "too large")
                : null;
    world.put(bucket, "k", "bad");
    assertThat(world.sync(bucket).refused()).isEqualTo(1);
    world.before = (_, _) -> null;
    world.put(bucket, "k", "good");
    assertThat(world.sync(bucket).writes()).isZero();
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("good");
    assertThat(world.count("put k")).isEqualTo(2);
  }

  @Test
  void an_outage_is_probed_by_one_upload_at_a_time_however_much_is_queued() throws Exception {
    world.holdUp();
    for (int i = 0; i < 200; i++) world.put(bucket, "k" + i, "v");
    Thread.sleep(1000);
    long asked = world.calls.stream().filter(call -> call.startsWith("put")).count();
    // Four at once before the first failure, then one every 25 to 50 ms.
    assertThat(asked).isLessThan(60);
    world.letThrough();
    assertThat(world.sync(bucket).writes()).isZero();
  }

  @Test
  void a_full_queue_refuses_writes_and_keeps_what_it_has() throws InterruptedException {
    world.close();
    world = new BackWorld(directory, BackWorld.settings(4 << 20, 10));
    bucket = world.bucket();
    world.holdUp();
    for (int i = 0; i < 10; i++) world.put(bucket, "k" + i, "v" + i);
    assertThatThrownBy(() -> world.put(bucket, "more", "v"))
        .isInstanceOf(StoreFailure.Overloaded.class);
    assertThatThrownBy(() -> world.delete(bucket, "more"))
        .isInstanceOf(StoreFailure.Overloaded.class);
    world.letThrough();
    world.sync(bucket);
    world.holdUp();
    byte[] large = Bodies.bytes(1, 900 << 10);
    int taken = 0;
    try {
      for (; taken < 10; taken++) {
        world.store.put(new Put(bucket, new Key("l" + taken)), Bodies.of(large));
      }
    } catch (StoreFailure.Overloaded e) {
      assertThat(taken).isEqualTo(4); // of 4 MiB
    }
    assertThat(taken).isEqualTo(4);
    world.letThrough();
    world.sync(bucket);
    for (int i = 0; i < 10; i++) assertThat(world.atOrigin(bucket, "k" + i)).isEqualTo("v" + i);
    for (int i = 0; i < taken; i++) {
      var read = new Read(bucket, new Key("l" + i));
      assertThat(Bodies.drain(world.model.open(read))).isEqualTo(large);
    }
    for (int i = 0; world.queue.room().entries() > 0; i++) { // files are deleted a little later
      assertThat(i).isLessThan(1000);
      Thread.sleep(10);
    }
    assertThat(world.queue.room().bytes()).isZero();
  }

  @Test
  void a_body_of_more_than_a_quarter_of_the_queue_goes_through() {
    world.close();
    world = new BackWorld(directory, BackWorld.settings(4 << 20, 10));
    bucket = world.bucket();
    byte[] large = Bodies.bytes(1, (1 << 20) + 1);
    Written written = world.store.put(new Put(bucket, new Key("l")), Bodies.of(large));
    assertThat(written.durability()).isEqualTo(DurabilityLevel.ORIGIN);
    assertThat(Bodies.drain(world.model.open(new Read(bucket, new Key("l"))))).isEqualTo(large);
  }

  @Test
  void a_bucket_is_not_taken_away_while_something_is_queued_and_nothing_is_queued_after() {
    world.holdUp();
    world.put(bucket, "k", "one");
    assertThatThrownBy(() -> world.queue.leave(bucket)).isInstanceOf(StoreFailure.Conflict.class);
    world.letThrough();
    world.sync(bucket);
    try (WriteQueue.Leaving leaving = world.queue.leave(bucket)) {
      assertThatThrownBy(() -> world.put(bucket, "k", "two"))
          .isInstanceOf(StoreFailure.NoSuchBucket.class);
      leaving.gone();
    }
    assertThatThrownBy(() -> world.put(bucket, "k", "two"))
        .isInstanceOf(StoreFailure.NoSuchBucket.class);
  }

  @Test
  void what_is_queued_goes_on_where_writes_are_no_longer_to_be_queued() {
    world.holdUp();
    world.put(bucket, "k", "one");
    world.reopen(WriteMode.THROUGH);
    assertThat(world.get(bucket, "k")).isEqualTo("one");
    world.letThrough();
    assertThat(put("k", "two", Conditions.NONE).durability()).isEqualTo(DurabilityLevel.ORIGIN);
    assertThat(world.atOrigin(bucket, "k")).isEqualTo("two");
    assertThat(world.count("put k")).isGreaterThanOrEqualTo(2);
  }

  @Test
  void sync_says_what_is_left_when_its_time_is_over() {
    world.before =
        (what, _) ->
            BackWorld.isRead(what)
                ? null
                : new StoreFailure.OriginUnreachable(BackWorld.ORIGIN, new IOException("away"));
    world.put(bucket, "k", "one");
    long began = System.nanoTime();
    QueueStatus left = world.queue.sync(bucket, 0, Duration.ofMillis(300));
    assertThat(left.writes()).isEqualTo(1);
    assertThat(left.oldest()).isNotNull();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }
}
