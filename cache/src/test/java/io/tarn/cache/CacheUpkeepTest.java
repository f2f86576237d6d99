package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.cache.Explanation.Knowledge;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.Bodies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is looked at and done in a near-cache whose origin is watched.
class CacheUpkeepTest {
  private static final int BLOCK = CacheWorld.BLOCK;
  private static final Duration TIME = Duration.ofSeconds(20);
  private static final CachePolicy POLICY = CacheWorld.policy(Freshness.TTL);

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();
  private final CacheWorld.HandClock clock = new CacheWorld.HandClock();

  @SuppressWarnings("NullAway.Init") // before each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // before each test
  private NearCache cache;

  @SuppressWarnings("NullAway.Init") // before each test
  private Bucket bucket;

  @BeforeEach
  void open() {
    open(16 << 20);
    bucket = create("bucket");
  }

  private void open(long size) {
    blocks = CacheWorld.blocks(directory, size, clock);
    cache = CacheWorld.cache(origin.asStore(), blocks, POLICY, clock);
  }

  private Bucket create(String name) {
    return origin.store.create(new CreateBucket(new BucketName(name), new TenantId("anna"), ""));
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  private void put(Bucket bucket, String key, int size) {
    origin.store.put(new Put(bucket, new Key(key)), Bodies.of(Bodies.bytes(size, size)));
  }

  private void get(Bucket bucket, String key, Span span) {
    byte[] _ = Bodies.drain(cache.open(new Read(bucket, new Key(key)).of(span)));
    settle();
  }

  private void get(String key) {
    get(bucket, key, new Span.Whole());
  }

  private void settle() {
    for (int i = 0; i < 500 && !cache.isIdle(); i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(cache.isIdle()).isTrue();
  }

  private Explanation explain(String key) {
    return cache.upkeep().explain(bucket, new Key(key), POLICY);
  }

  private Warming.Step warm(String prefix, String after, Duration time) {
    return cache.upkeep().warm(bucket, POLICY, new Warming.Work(prefix, after, 4, time));
  }

  private BlockPass.Step evict(String prefix) {
    return cache.upkeep().evict(bucket, prefix, 0, TIME);
  }

  @Test
  void an_explanation_foretells_the_next_read_and_asks_nobody() {
    put(bucket, "k", 3 * BLOCK);
    assertThat(explain("k").knowledge()).isEqualTo(Knowledge.NOTHING);
    get(bucket, "k", new Span.Between(0, 9));
    origin.calls.clear();
    assertThat(explain("k").blocks()).isEqualTo(new Explanation.Blocks(3, 1, 0));
    assertThat(explain("k").answer()).isEqualTo(new Explanation.Answer(Verdict.PARTIAL, false));
    get("k");
    origin.calls.clear();
    assertThat(explain("k").answer()).isEqualTo(new Explanation.Answer(Verdict.HIT, false));
    clock.pass(POLICY.ttl().plusSeconds(1));
    assertThat(explain("k").age()).isEqualTo(POLICY.ttl().plusSeconds(1));
    assertThat(explain("k").answer()).isEqualTo(new Explanation.Answer(Verdict.REVALIDATED, true));
    assertThat(origin.calls).isEmpty();
    get("k");
    assertThat(origin.calls).containsExactly("head");
  }

  @Test
  void that_a_key_is_not_there_is_told_as_long_as_it_is_believed() {
    assertThatThrownBy(() -> get("none")).isInstanceOf(StoreFailure.NoSuchKey.class);
    assertThat(explain("none").knowledge()).isEqualTo(Knowledge.ABSENCE);
    assertThat(explain("none").answer().asks()).isFalse();
    clock.pass(POLICY.absent().plusSeconds(1));
    assertThat(explain("none").answer().asks()).isTrue();
  }

  @Test
  void warming_fetches_what_is_missing_and_costs_nothing_for_what_is_here() {
    for (int i = 0; i < 20; i++) put(bucket, "p/%02d".formatted(i), BLOCK + i);
    put(bucket, "other", BLOCK);
    put(bucket, "p/empty", 0);
    get("p/03");
    origin.calls.clear();
    Warming.Step step = warm("p/", "", TIME);
    settle();
    assertThat(step.done()).isTrue();
    assertThat(step.sum().objects()).isEqualTo(21);
    assertThat(step.sum().failures()).isZero();
    assertThat(origin.count("open")).isEqualTo(19);
    assertThat(origin.count("head")).isZero();
    origin.calls.clear();
    assertThat(warm("p/", "", TIME).sum().fetched()).isZero();
    assertThat(origin.calls).containsExactly("list");
    for (int i = 0; i < 20; i++) get("p/%02d".formatted(i));
    assertThat(origin.count("open")).isZero();
    assertThat(explain("other").knowledge()).isEqualTo(Knowledge.NOTHING);
  }

  @Test
  void warming_ends_with_its_time_and_is_gone_on_with_where_it_stopped() {
    for (int i = 0; i < 30; i++) put(bucket, "p/%02d".formatted(i), 3 * BLOCK);
    origin.beforePiece =
        _ -> {
          try {
            Thread.sleep(2);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    var stops = new ArrayList<String>();
    Warming.Step step;
    String after = "";
    long objects = 0;
    do {
      step = warm("p/", after, Duration.ofMillis(40));
      after = step.after();
      objects += step.sum().objects();
      stops.add(after);
    } while (!step.done() && stops.size() < 1000);
    settle();
    assertThat(objects).isEqualTo(30);
    assertThat(stops).hasSizeGreaterThan(2).isSorted();
    assertThat(origin.count("open")).isLessThan(60);
    for (int i = 0; i < 30; i++) {
      assertThat(explain("p/%02d".formatted(i)).blocks())
          .isEqualTo(new Explanation.Blocks(3, 3, 0));
    }
  }

  @Test
  void warming_says_what_it_could_not_have_and_fails_where_the_origin_is_away() {
    put(bucket, "k", BLOCK);
    origin.down = new StoreFailure.OriginDenied("far", "AccessDenied");
    Warming.Step step = warm("", "", TIME);
    assertThat(step.done()).isTrue();
    assertThat(step.sum().failures()).isEqualTo(1);
    assertThat(step.failed().getFirst().key()).isEqualTo("k");
    assertThat(step.failed().getFirst().problem()).contains("AccessDenied");
    origin.down = new StoreFailure.Unavailable("the origin is away", null);
    assertThatThrownBy(() -> warm("", "", TIME)).isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void evicting_takes_what_is_below_the_prefix_and_the_next_read_asks_the_origin() {
    Bucket other = create("other");
    put(bucket, "p/k", 2 * BLOCK);
    put(bucket, "q", BLOCK);
    put(other, "p/k", BLOCK);
    get("p/k");
    get("q");
    get(other, "p/k", new Span.Whole());
    assertThat(cache.upkeep().share(bucket).blocks()).isEqualTo(3);
    BlockPass.Step step = evict("p/");
    assertThat(step.done()).isTrue();
    assertThat(step.matched().blocks()).isEqualTo(2);
    assertThat(cache.upkeep().share(bucket).blocks()).isEqualTo(1);
    assertThat(cache.upkeep().share(other).blocks()).isEqualTo(1);
    assertThat(explain("p/k").knowledge()).isEqualTo(Knowledge.NOTHING);
    assertThat(explain("q").answer().verdict()).isEqualTo(Verdict.HIT);
    evict("");
    assertThat(cache.upkeep().share(bucket)).isEqualTo(new CacheShare(0, 0, 0));
    assertThat(blocks.usage().removals().get(Removal.ASKED)).isEqualTo(3);
    assertThat(blocks.usage().used()).isEqualTo(cache.upkeep().share(other).bytes());
  }

  @Test
  void what_is_pinned_stays_whoever_evicts_until_it_is_not() {
    put(bucket, "p/k", 2 * BLOCK);
    get("p/k");
    cache.upkeep().pins(bucket, List.of("p/"));
    assertThat(cache.upkeep().settle(bucket, "p/", 0, TIME).left().blocks()).isZero();
    assertThat(explain("p/k").blocks()).isEqualTo(new Explanation.Blocks(2, 2, 2));
    assertThat(blocks.usage().pinned()).isEqualTo(cache.upkeep().share(bucket).pinned());
    assertThat(evict("").left().blocks()).isEqualTo(2);
    assertThat(cache.upkeep().share(bucket).blocks()).isEqualTo(2);
    cache.upkeep().pins(bucket, List.of());
    cache.upkeep().settle(bucket, "p/", 0, TIME);
    assertThat(blocks.usage().pinned()).isZero();
    assertThat(evict("").left().blocks()).isZero();
    assertThat(blocks.usage().used()).isZero();
  }

  @Test
  void more_than_three_quarters_are_not_pinned_and_that_is_told() {
    blocks.close();
    open(20 * (BLOCK + 8192));
    put(bucket, "k", 18 * BLOCK);
    get("k");
    cache.upkeep().pins(bucket, List.of(""));
    BlockPass.Step step = cache.upkeep().settle(bucket, "", 0, TIME);
    assertThat(step.matched().blocks()).isEqualTo(18);
    assertThat(step.left().blocks()).isBetween(2L, 5L);
    assertThat(blocks.usage().pinned()).isLessThanOrEqualTo(blocks.usage().size() / 4 * 3);
  }

  @Test
  void which_bucket_a_block_is_of_outlives_a_restart() {
    put(bucket, "p/k", 2 * BLOCK);
    get("p/k");
    blocks.close();
    open(16 << 20);
    assertThat(cache.upkeep().share(bucket).blocks()).isEqualTo(2);
    assertThat(evict("q").matched().blocks()).isZero();
    assertThat(evict("p/").matched().blocks()).isEqualTo(2);
    assertThat(blocks.usage().used()).isZero();
  }
}
