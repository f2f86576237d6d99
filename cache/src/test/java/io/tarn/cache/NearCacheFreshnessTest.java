package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.cache.CachePolicy.WriteMode;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Permit;
import io.tarn.store.Provenance;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How old an answer may be: somebody else writes at the origin, and each mode has its bound.
class NearCacheFreshnessTest {
  private static final Key KEY = new Key("k");
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final Duration ABSENT = Duration.ofSeconds(5);

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();
  private final CacheWorld.HandClock clock = new CacheWorld.HandClock();

  @SuppressWarnings("NullAway.Init") // before each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // before each test
  private Bucket bucket;

  @BeforeEach
  void open() {
    blocks = CacheWorld.blocks(directory, 16 << 20, clock);
    bucket =
        origin.store.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  private NearCache cache(Freshness freshness, Duration staleIfError) {
    var policy = new CachePolicy(freshness, TTL, ABSENT, staleIfError, WriteMode.THROUGH);
    return CacheWorld.cache(origin.asStore(), blocks, policy, clock);
  }

  private NearCache cache(Freshness freshness) {
    return cache(freshness, Duration.ZERO);
  }

  private void elsewhere(String text) {
    origin.store.put(new Put(bucket, KEY), Bodies.of(text));
  }

  private String get(NearCache cache) {
    Read read =
        new Read(
            bucket,
            KEY,
            Version.LATEST,
            Conditions.NONE,
            Permit.ANY,
            Wanted.of(new Span.Whole(), Set.of()));
    return new String(Bodies.drain(cache.open(read)), StandardCharsets.UTF_8);
  }

  private Provenance provenance(NearCache cache) {
    try (OpenObject open = cache.open(new Read(bucket, KEY))) {
      return open.provenance();
    }
  }

  @Test
  void with_ttl_no_answer_is_older_than_that() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("old");
    assertThat(get(cache)).isEqualTo("old");
    elsewhere("new");
    clock.pass(TTL);
    assertThat(get(cache)).as("at its end").isEqualTo("old");
    clock.pass(Duration.ofMillis(1));
    assertThat(get(cache)).as("behind it").isEqualTo("new");
  }

  @Test
  void time_counts_from_when_the_origin_was_asked_not_from_when_it_answered() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("old");
    origin.beforePiece = _ -> clock.pass(Duration.ofSeconds(15)); // slow
    get(cache);
    origin.beforePiece = _ -> {};
    elsewhere("new");
    clock.pass(Duration.ofSeconds(45));
    assertThat(get(cache)).isEqualTo("new");
  }

  @Test
  void a_clock_that_was_set_back_makes_nothing_young() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("old");
    get(cache);
    elsewhere("new");
    clock.pass(Duration.ofHours(-1));
    assertThat(get(cache)).isEqualTo("new");
  }

  @Test
  void revalidated_answers_are_as_new_as_their_request() {
    NearCache cache = cache(Freshness.REVALIDATE);
    elsewhere("old");
    for (String text : List.of("1", "2", "3")) {
      elsewhere(text);
      assertThat(get(cache)).isEqualTo(text);
      origin.calls.clear();
      assertThat(get(cache)).isEqualTo(text);
      assertThat(origin.calls).containsExactly("head");
    }
    origin.store.delete(new Delete(bucket, KEY));
    assertThatThrownBy(() -> get(cache)).isInstanceOf(StoreFailure.NoSuchKey.class);
    elsewhere("again");
    assertThat(get(cache)).isEqualTo("again");
  }

  @Test
  void nobody_waits_for_an_answer_that_was_asked_for_before_a_write() throws Exception {
    NearCache cache = cache(Freshness.EXCLUSIVE);
    elsewhere("old");
    var gate = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    origin.beforePiece =
        _ -> {
          asked.countDown();
          if (origin.count("put") == 0) await(gate);
        };
    CompletableFuture<String> before = CompletableFuture.supplyAsync(() -> get(cache));
    await(asked);
    cache.put(new Put(bucket, KEY), Bodies.of("new"));
    assertThat(get(cache)).isEqualTo("new");
    gate.countDown();
    assertThat(before.get(20, TimeUnit.SECONDS)).isEqualTo("old");
    assertThat(get(cache))
        .as("what was learnt before the write is not remembered")
        .isEqualTo("new");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) throw new AssertionError("waited for nothing");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void exclusive_answers_are_as_new_as_the_last_write_through_the_cache() {
    NearCache cache = cache(Freshness.EXCLUSIVE);
    cache.put(new Put(bucket, KEY), Bodies.of("1"));
    assertThat(get(cache)).isEqualTo("1");
    cache.put(new Put(bucket, KEY), Bodies.of("2"));
    assertThat(get(cache)).isEqualTo("2");
    clock.pass(Duration.ofDays(30));
    origin.calls.clear();
    assertThat(get(cache)).isEqualTo("2");
    assertThat(origin.calls).isEmpty();
    var tags = new Tags(Map.of("a", "b"));
    cache.annotate(new Annotate(bucket, KEY, Version.LATEST, new Annotate.SetTags(tags)));
    assertThat(cache.head(new Read(bucket, KEY)).tags()).isEqualTo(tags);
    cache.delete(new Delete(bucket, KEY));
    assertThatThrownBy(() -> get(cache)).isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  void that_there_is_nothing_is_remembered_for_a_shorter_time() {
    for (Freshness freshness : List.of(Freshness.TTL, Freshness.EXCLUSIVE)) {
      NearCache cache = cache(freshness);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> get(cache)).isInstanceOf(StoreFailure.NoSuchKey.class);
      }
      assertThat(origin.count("open") + origin.count("head")).isEqualTo(1);
      elsewhere("there");
      clock.pass(ABSENT.plusMillis(1));
      assertThat(get(cache)).isEqualTo("there");
      origin.store.delete(new Delete(bucket, KEY));
      origin.calls.clear();
    }
    NearCache own = cache(Freshness.EXCLUSIVE);
    assertThatThrownBy(() -> get(own)).isInstanceOf(StoreFailure.NoSuchKey.class);
    own.put(new Put(bucket, KEY), Bodies.of("mine"));
    assertThat(get(own)).isEqualTo("mine");
  }

  @Test
  void while_the_origin_is_away_answers_may_be_older_where_that_is_allowed() {
    Duration longer = Duration.ofMinutes(10);
    for (Freshness freshness : List.of(Freshness.TTL, Freshness.REVALIDATE)) {
      NearCache strict = cache(freshness);
      NearCache lenient = cache(freshness, longer);
      elsewhere("old");
      get(strict);
      get(lenient);
      origin.down = new StoreFailure.OriginUnreachable("far", new IOException("no route"));
      clock.pass(freshness == Freshness.TTL ? TTL.plus(longer) : longer);
      assertThatThrownBy(() -> get(strict)).isInstanceOf(StoreFailure.OriginUnreachable.class);
      assertThat(get(lenient)).isEqualTo("old");
      assertThat(provenance(lenient).verdict()).isEqualTo(Verdict.STALE);
      clock.pass(Duration.ofMillis(1));
      assertThatThrownBy(() -> get(lenient)).isInstanceOf(StoreFailure.OriginUnreachable.class);
      origin.down = null;
    }
  }

  @Test
  void hits_go_on_while_the_origin_is_away() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("there");
    get(cache);
    origin.down = new StoreFailure.OriginUnreachable("far", new IOException("no route"));
    clock.pass(Duration.ofSeconds(30));
    assertThat(get(cache)).isEqualTo("there");
  }

  @Test
  void an_answer_says_how_old_it_is() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("there");
    assertThat(provenance(cache)).isEqualTo(new Provenance(Verdict.MISS, Duration.ZERO));
    clock.pass(Duration.ofSeconds(7));
    assertThat(provenance(cache)).isEqualTo(new Provenance(Verdict.HIT, Duration.ofSeconds(7)));
    clock.pass(TTL);
    assertThat(provenance(cache)).isEqualTo(new Provenance(Verdict.REVALIDATED, Duration.ZERO));
  }

  @Test
  void a_refusal_by_a_condition_is_made_of_what_the_origin_says() {
    NearCache cache = cache(Freshness.TTL);
    elsewhere("old");
    get(cache);
    elsewhere("new");
    ETag etag = origin.store.head(new Read(bucket, KEY)).content().etag();
    var ifNew = new Conditions(new ETags(false, List.of(etag)), ETags.UNSAID, null, null);
    assertThat(Bodies.drain(cache.open(new Read(bucket, KEY, Version.LATEST, ifNew))))
        .isEqualTo("new".getBytes(StandardCharsets.UTF_8));
    var ifOther = new Conditions(ETags.UNSAID, new ETags(false, List.of(etag)), null, null);
    origin.calls.clear();
    assertThatThrownBy(() -> cache.open(new Read(bucket, KEY, Version.LATEST, ifOther)))
        .isInstanceOf(StoreFailure.NotModified.class);
    assertThat(origin.calls).isEmpty();
  }

  @Test
  void a_restart_forgets_heads_and_keeps_bytes() {
    NearCache cache = cache(Freshness.EXCLUSIVE);
    elsewhere("there");
    get(cache);
    blocks.close();
    blocks = CacheWorld.blocks(directory, 16 << 20, clock);
    NearCache after = cache(Freshness.EXCLUSIVE);
    assertThat(provenance(after).verdict()).isEqualTo(Verdict.REVALIDATED);
    assertThat(provenance(after).verdict()).isEqualTo(Verdict.HIT);
  }
}
