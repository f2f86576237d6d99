package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.Span;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How bytes come out of blocks that are here, and of those that are being fetched.
class BlockSourceTest {
  private static final int BLOCK = CacheWorld.BLOCK;
  private static final Key KEY = new Key("key");

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();
  private final Bucket bucket =
      origin.store.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));

  @SuppressWarnings("NullAway.Init") // before each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // before each test
  private NearCache cache;

  @BeforeEach
  void open() {
    blocks = CacheWorld.blocks(directory, 16 << 20, InstantSource.system());
    CachePolicy policy = CacheWorld.policy(Freshness.EXCLUSIVE);
    cache = CacheWorld.cache(origin.asStore(), blocks, policy, InstantSource.system());
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  private byte[] put(int size) {
    byte[] bytes = Bodies.bytes(size, size);
    origin.store.put(new Put(bucket, KEY), Bodies.of(bytes, ChecksumAlgorithm.CRC32C));
    return bytes;
  }

  private Read read(Span span) {
    return new Read(bucket, KEY, Version.LATEST, Conditions.NONE).of(span);
  }

  private Read whole() {
    return read(new Span.Whole());
  }

  private byte[] get(Span span) {
    byte[] bytes = Bodies.drain(cache.open(read(span)));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!cache.isIdle() && System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
    return bytes;
  }

  @Test
  void what_is_here_comes_in_slices_of_more_and_more_blocks() {
    byte[] bytes = put(20 * BLOCK + 5);
    get(new Span.Whole());
    List<Long> lengths = new ArrayList<>();
    try (OpenObject open = cache.open(read(new Span.From(100)))) {
      SliceSource source = ((Payload.Slices) open.payload()).source();
      for (Slice each = source.next(); each != null; each = source.next()) {
        lengths.add(each.length());
      }
    }
    assertThat(lengths)
        .containsExactly(BLOCK - 100L, 2L * BLOCK, 4L * BLOCK, 8L * BLOCK, 5L * BLOCK + 5);
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
  }

  @Test
  void of_a_slice_of_many_blocks_the_origin_is_asked_for_the_damaged_one_only() throws IOException {
    byte[] bytes = put(20 * BLOCK);
    get(new Span.Whole());
    Block block = blocks.find(Identity.of(bucket, cache.head(whole())).block(9));
    if (block == null) throw new AssertionError("it is not there");
    Path file = block.directory().file(block.serial());
    byte[] content = Files.readAllBytes(file);
    content[BLOCK / 2] ^= 1;
    Files.write(file, content);
    origin.opened.clear();
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
    assertThat(origin.opened)
        .isNotEmpty()
        .allMatch(
            span ->
                span instanceof Span.Between(var first, var last)
                    && first >= 9L * BLOCK
                    && last < 10L * BLOCK);
    assertThat(blocks.usage().removals().get(Removal.DAMAGED)).isEqualTo(1);
  }

  @Test
  void a_small_object_is_answered_before_a_disk_takes_it_or_does_not() throws IOException {
    byte[] bytes = put(4096);
    Files.delete(directory.resolve("filling"));
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
    assertThat(origin.count("open")).isEqualTo(1);
    assertThat(blocks.usage().blocks()).isZero();
  }

  @Test
  void a_small_object_on_its_way_to_the_disk_is_here() {
    for (int i = 1; i <= 50; i++) {
      byte[] bytes = put(4096 + i);
      var first = (Payload.Bytes) cache.open(whole()).payload();
      assertThat(first.length()).isEqualTo(bytes.length);
      try (OpenObject second = cache.open(whole())) {
        assertThat(second.provenance().verdict()).isEqualTo(Verdict.HIT);
      }
      assertThat(origin.count("open")).isEqualTo(i);
      cache.delete(new Delete(bucket, KEY));
    }
  }

  @Test
  void a_block_that_a_fill_did_not_come_to_is_looked_for_again() {
    put(4 * BLOCK);
    var fills = new Fills(blocks, CacheWorld.metrics(blocks), new PinnedPrefixes());
    var known =
        new Heads.Known(
            origin.store.head(whole()),
            Identity.of(bucket, origin.store.head(whole())),
            Set.of(),
            Instant.EPOCH);
    PinnedObject object = PinnedObject.of(origin.asStore(), whole(), known);
    var fill = new Fill(fills, object, 0, 3, null);
    Filling first = fill.begin();
    Filling second = fills.find(object.identity().block(1));
    if (first == null || second == null) throw new AssertionError("not claimed");
    fill.leave(); // so it ends behind the first
    fill.run();
    assertThat(first.await(0, Duration.ofSeconds(1)).ended()).isInstanceOf(Filling.Whole.class);
    assertThat(second.await(0, Duration.ofSeconds(1)).ended()).isInstanceOf(Filling.Dropped.class);
    assertThat(fills.isIdle()).isTrue();
  }
}
