package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.ETags;
import io.tarn.store.Key;
import io.tarn.store.OriginTraffic;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.testkit.Bodies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is counted of reads through a cache, and how it is shown.
class CacheMetricsTest {
  private static final int SIZE = 3 * CacheWorld.BLOCK;

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();
  private final Metrics metrics = new Metrics(new MetricsSettings(2, 5000, false));

  @SuppressWarnings("NullAway.Init") // before each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // before each test
  private CacheMetrics counted;

  @SuppressWarnings("NullAway.Init") // before each test
  private NearCache cache;

  @BeforeEach
  void open() {
    blocks = CacheWorld.blocks(directory, 16 << 20, InstantSource.system());
    counted = CacheWorld.metrics(metrics, blocks);
    CachePolicy policy = CacheWorld.policy(Freshness.TTL);
    cache = new NearCache(origin.asStore(), blocks, _ -> policy, counted, InstantSource.system());
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  private Bucket bucket(String name) {
    return origin.store.create(new CreateBucket(new BucketName(name), new TenantId("anna"), ""));
  }

  private void put(Bucket bucket, String key) {
    origin.store.put(
        new Put(bucket, new Key(key)),
        Bodies.of(Bodies.bytes(SIZE, SIZE), ChecksumAlgorithm.CRC32C));
  }

  private static Read read(Bucket bucket, String key) {
    return new Read(bucket, new Key(key), Version.LATEST, Conditions.NONE);
  }

  private void get(Bucket bucket, String key) {
    assertThat(Bodies.drain(cache.open(read(bucket, key)))).hasSize(SIZE);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!cache.isIdle() && System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
  }

  private CacheStats stats() {
    return counted.stats().getFirst();
  }

  private List<String> page() {
    return new String(metrics.render(null).body(), StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void a_miss_and_two_hits_are_two_requests_avoided_and_twice_the_bytes() {
    Bucket bucket = bucket("photos");
    put(bucket, "k");
    get(bucket, "k");
    get(bucket, "k");
    cache.head(read(bucket, "k"));
    assertThat(stats().reads().gets()).isEqualTo(Map.of(Verdict.MISS, 1L, Verdict.HIT, 1L));
    assertThat(stats().reads().heads()).isEqualTo(Map.of(Verdict.HIT, 1L));
    assertThat(stats().requestsAvoided()).isEqualTo(2);
    assertThat(stats().egressAvoided()).isEqualTo(SIZE);
    assertThat(stats().byteHitRatio()).isEqualTo(0.5);
    assertThat(page())
        .contains(
            "tarn_cache_answers_total{bucket=\"photos\",verdict=\"hit\"} 2.0",
            "tarn_cache_sent_bytes_total{bucket=\"photos\",source=\"cache\"} " + (double) SIZE,
            "tarn_cache_fill_seconds_count{bucket=\"photos\"} 3");
  }

  @Test
  void answers_that_are_no_bytes_count_too() {
    Bucket bucket = bucket("photos");
    put(bucket, "k");
    get(bucket, "k");
    ETags etag = new ETags(false, List.of(cache.head(read(bucket, "k")).content().etag()));
    var same = new Conditions(ETags.UNSAID, etag, null, null);
    Read unchanged = new Read(bucket, new Key("k"), Version.LATEST, same);
    assertThatThrownBy(() -> cache.open(unchanged)).isInstanceOf(StoreFailure.NotModified.class);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.open(read(bucket, "none")))
          .isInstanceOf(StoreFailure.NoSuchKey.class);
    }
    assertThat(stats().reads().gets()).isEqualTo(Map.of(Verdict.MISS, 2L, Verdict.HIT, 2L));
    assertThat(stats().requestsAvoided()).isEqualTo(3); // with the HEAD
  }

  @Test
  void what_an_origin_tells_has_its_price() {
    var priced =
        new CacheMetrics(new Metrics(new MetricsSettings(2, 5000, false)), blocks, Instant.EPOCH);
    var name = new BucketName("photos");
    OriginTraffic far = priced.traffic(new PriceSettings("EUR", 1, 2, 3, 0, 4));
    for (int i = 0; i < 1000; i++) far.asked(name, OriginTraffic.Request.LIST);
    far.received(name, OriginTraffic.Request.LIST, 1L << 30);
    CacheStats stats = priced.stats().getFirst();
    assertThat(stats.requests()).isEqualTo(Map.of(OriginTraffic.Request.LIST, 1000L));
    assertThat(stats.spent()).isEqualTo(2 + 4);
    assertThat(stats.saved()).isZero();
  }

  @Test
  void blocks_that_come_back_soon_are_counted_for_their_bucket() {
    Bucket bucket = bucket("photos");
    int many = (16 << 20) / SIZE + 20;
    for (int i = 0; i < many; i++) {
      put(bucket, "k" + i);
      get(bucket, "k" + i);
    }
    get(bucket, "k0");
    assertThat(stats().ghosts().hits()).isEqualTo(3);
    assertThat(stats().ghosts().bytes()).isEqualTo(SIZE);
    assertThat(page())
        .contains("tarn_cache_ghost_hits_total{bucket=\"photos\",unit=\"blocks\"} 3.0");
  }

  @Test
  void blocks_that_went_are_counted_for_their_bucket() {
    Bucket photos = bucket("photos");
    put(photos, "k");
    get(photos, "k");
    put(bucket("films"), "k");
    cache.upkeep().evict(photos, "", 0, Duration.ofSeconds(10));
    assertThat(page())
        .contains(
            "tarn_cache_removed_blocks_total{bucket=\"photos\",reason=\"asked\"} 3.0",
            "tarn_cache_removed_blocks_total{bucket=\"photos\",reason=\"room\"} 0.0",
            "tarn_cache_removed_blocks_total{bucket=\"other\",reason=\"asked\"} 0.0");
  }

  @Test
  void buckets_beyond_the_bound_share_their_series_and_have_figures_of_their_own() {
    for (String name : List.of("one", "two", "three", "four")) {
      Bucket bucket = bucket(name);
      put(bucket, "k");
      get(bucket, "k");
    }
    String answers = "tarn_cache_answers_total{bucket=";
    List<String> shown =
        page().stream()
            .filter(line -> line.startsWith(answers) && line.contains("verdict=\"miss\""))
            .toList();
    assertThat(shown).hasSize(3);
    assertThat(shown).contains(answers + "\"other\",verdict=\"miss\"} 2.0");
    assertThat(counted.stats()).hasSize(4);
  }
}
