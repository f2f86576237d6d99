package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.Permit;
import io.tarn.store.Provenance.Verdict;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads through a near-cache whose origin is watched, and at times answers badly.
class NearCacheReadTest {
  private static final int BLOCK = CacheWorld.BLOCK;
  private static final Key KEY = new Key("k");

  @TempDir Path directory;
  private final TestOrigin origin = new TestOrigin();

  @SuppressWarnings("NullAway.Init") // before each test
  private BlockStore blocks;

  @SuppressWarnings("NullAway.Init") // before each test
  private NearCache cache;

  @SuppressWarnings("NullAway.Init") // before each test
  private Bucket bucket;

  @BeforeEach
  void open() {
    open(16 << 20);
    bucket =
        origin.store.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  }

  private void open(long size) {
    blocks = CacheWorld.blocks(directory, size, InstantSource.system());
    cache =
        CacheWorld.cache(
            origin.asStore(),
            blocks,
            CacheWorld.policy(Freshness.EXCLUSIVE),
            InstantSource.system());
  }

  @AfterEach
  void close() {
    blocks.close();
  }

  /// At the origin, past the cache.
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
    return Bodies.drain(cache.open(read(span)));
  }

  /// Until nothing is fetched any more: a fill ends its block without readers, too.
  private void settle() {
    for (int i = 0; i < 500; i++) {
      CacheUsage usage = blocks.usage();
      if (cache.isIdle() && usage.used() == usage.cached()) return;
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    throw new AssertionError("a fill does not end: " + blocks.usage());
  }

  private Verdict verdict(Span span) {
    try (OpenObject open = cache.open(read(span))) {
      Bodies.bytes(open.payload());
      return open.provenance().verdict();
    }
  }

  @Test
  void what_was_read_once_is_not_asked_for_again() {
    for (int size : new int[] {0, 1, 4096, BLOCK, BLOCK + 1, 5 * BLOCK + 77}) {
      byte[] bytes = put(size);
      cacheForgets();
      assertThat(get(new Span.Whole())).isEqualTo(bytes);
      assertThat(origin.calls).containsExactly("open");
      assertThat(get(new Span.Whole())).isEqualTo(bytes);
      if (size > 3) {
        assertThat(get(new Span.Last(3))).isEqualTo(Arrays.copyOfRange(bytes, size - 3, size));
      }
      assertThat(cache.head(whole()).content().size()).isEqualTo(size);
      assertThat(origin.calls).containsExactly("open");
    }
  }

  /// As if nothing of the key had been heard of: only its head is forgotten.
  private void cacheForgets() {
    cache.annotate(new Annotate(bucket, KEY, Version.LATEST, new Annotate.SetTags(Tags.NONE)));
    origin.calls.clear();
    origin.opened.clear();
  }

  @Test
  void a_range_asks_for_the_blocks_it_touches_and_each_gap_once() {
    byte[] bytes = put(10 * BLOCK);
    assertThat(get(new Span.Between(BLOCK + 5, BLOCK + 9)))
        .isEqualTo(Arrays.copyOfRange(bytes, BLOCK + 5, BLOCK + 10));
    assertThat(get(new Span.Between(4 * BLOCK, 4 * BLOCK))).hasSize(1);
    assertThat(get(new Span.Between(0, 7 * BLOCK - 1)))
        .isEqualTo(Arrays.copyOfRange(bytes, 0, 7 * BLOCK));
    assertThat(origin.opened)
        .containsExactly(between(1, 1), between(4, 4), between(0, 0), between(2, 3), between(5, 6));
    assertThat(origin.count("head")).isZero();
  }

  private static Span between(long first, long last) {
    return new Span.Between(first * BLOCK, (last + 1) * BLOCK - 1);
  }

  @Test
  void a_hundred_readers_of_what_is_not_here_are_one_request() throws Exception {
    byte[] bytes = put(3 * BLOCK);
    for (byte[] each : parallel(100, () -> get(new Span.Whole()))) {
      assertThat(each).isEqualTo(bytes);
    }
    assertThat(origin.calls).containsExactly("open");
  }

  private static <T> List<T> parallel(int count, Callable<T> call) throws Exception {
    List<T> results = new ArrayList<>();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) futures.add(tasks.submit(call));
      for (Future<T> future : futures) results.add(future.get());
    }
    return results;
  }

  @Test
  void the_first_bytes_come_while_the_others_are_fetched() throws Exception {
    byte[] bytes = put(2 * BLOCK);
    var gate = new CountDownLatch(1);
    origin.beforePiece = at -> await(at >= BlockFooter.CHUNK ? gate : new CountDownLatch(0));
    try (OpenObject open = cache.open(whole())) {
      Payload.Slices payload = (Payload.Slices) open.payload();
      Slice first = next(payload);
      assertThat(first.length()).isPositive().isLessThan(BLOCK);
      gate.countDown();
      byte[] rest = Bodies.bytes(payload.source());
      assertThat(first.length() + rest.length).isEqualTo(bytes.length);
    }
    assertThat(origin.calls).containsExactly("open");
  }

  private static Slice next(Payload.Slices payload) {
    Slice slice = payload.source().next();
    if (slice == null) throw new AssertionError("nothing comes");
    return slice;
  }

  private static void await(CountDownLatch gate) {
    try {
      if (!gate.await(20, TimeUnit.SECONDS)) throw new AssertionError("waited for nothing");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_is_cut_short_or_too_long_or_breaks_off_is_no_block() {
    byte[] bytes = put(2 * BLOCK);
    var broken = new StoreFailure.OriginUnreachable("far", new IOException("reset"));
    for (Runnable fault :
        List.<Runnable>of(
            () -> origin.body = all -> Arrays.copyOf(all, all.length - 1),
            () -> origin.body = all -> Arrays.copyOf(all, all.length + 1),
            () ->
                origin.beforePiece =
                    at -> {
                      if (at >= all(bytes) - TestOrigin.PIECE) throw broken;
                    })) {
      fault.run();
      assertThatThrownBy(() -> get(new Span.Between(BLOCK, 2 * BLOCK)))
          .isInstanceOf(StoreFailure.class);
      assertThat(blocks.usage().blocks()).isZero();
      origin.body = all -> all;
      origin.beforePiece = _ -> {};
    }
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
  }

  private static long all(byte[] bytes) {
    return bytes.length / 2;
  }

  @Test
  void a_failed_fill_is_tried_once_more_by_all_its_readers_together() throws Exception {
    byte[] bytes = put(BLOCK);
    assertThat(cache.head(whole()).content().size()).isEqualTo(BLOCK);
    origin.calls.clear();
    origin.body = all -> Arrays.copyOf(all, 100);
    var begun = new CountDownLatch(50);
    origin.beforePiece =
        _ -> {
          await(begun);
          LockSupport.parkNanos(300_000_000); // until the last of them waits, too
        };
    List<String> outcomes =
        parallel(
            50,
            () -> {
              begun.countDown();
              try {
                get(new Span.Whole());
                return "read";
              } catch (StoreFailure.Unavailable e) {
                return "unavailable";
              }
            });
    assertThat(outcomes).containsOnly("unavailable");
    assertThat(origin.count("open")).isEqualTo(2);
    origin.body = all -> all;
    origin.beforePiece = _ -> {};
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
  }

  @Test
  void an_object_that_is_replaced_in_the_middle_is_never_mixed() {
    byte[] old = put(8 * BLOCK);
    cache.head(whole());
    try (OpenObject open = cache.open(read(new Span.Between(0, 8L * BLOCK - 1)))) {
      Payload.Slices payload = (Payload.Slices) open.payload();
      Slice first = next(payload);
      byte[] fresh = Bodies.bytes(1, 8 * BLOCK);
      origin.store.put(new Put(bucket, KEY), Bodies.of(fresh));
      byte[] rest = Bodies.bytes(payload.source()); // the fill pinned what it opened
      assertThat(rest).isEqualTo(Arrays.copyOfRange(old, (int) first.length(), old.length));
    }
    assertThat(blocks.usage().blocks()).isEqualTo(8);
  }

  @Test
  void a_gap_of_a_replaced_object_ends_the_read() {
    put(8 * BLOCK);
    get(new Span.Between(0, 0));
    origin.store.put(new Put(bucket, KEY), Bodies.of(Bodies.bytes(2, 8 * BLOCK)));
    try (OpenObject open = cache.open(read(new Span.Between(0, 3L * BLOCK)))) {
      Payload payload = open.payload();
      assertThatThrownBy(() -> Bodies.bytes(payload))
          .isInstanceOf(StoreFailure.OriginChanged.class);
    }
  }

  @Test
  void what_was_replaced_before_its_first_byte_is_read_anew() {
    put(8 * BLOCK);
    cache.head(whole());
    byte[] fresh = Bodies.bytes(3, 7 * BLOCK);
    origin.store.put(new Put(bucket, KEY), Bodies.of(fresh));
    try (OpenObject open = cache.open(whole())) {
      assertThat(open.head().content().size()).isEqualTo(fresh.length);
      assertThat(Bodies.bytes(open.payload())).isEqualTo(fresh);
    }
  }

  @Test
  void a_damaged_block_costs_a_request_and_no_client_an_error() throws IOException {
    byte[] bytes = put(3 * BLOCK);
    get(new Span.Whole());
    try (Stream<Path> files = Files.walk(directory.resolve("blocks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] content = Files.readAllBytes(file);
        content[BLOCK / 2] ^= 1;
        Files.write(file, content);
      }
    }
    origin.calls.clear();
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
    assertThat(origin.count("open")).isBetween(1L, 3L * BLOCK / BlockFooter.CHUNK);
    assertThat(blocks.usage().removals().get(Removal.DAMAGED)).isEqualTo(3);
    get(new Span.Whole());
    origin.calls.clear();
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
    assertThat(origin.calls).isEmpty();
  }

  @Test
  void files_that_are_gone_are_fetched_again() throws IOException {
    byte[] bytes = put(3 * BLOCK);
    get(new Span.Whole());
    try (Stream<Path> files = Files.walk(directory.resolve("blocks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) Files.delete(file);
    }
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
  }

  @Test
  void bytes_that_are_not_what_the_checksum_says_are_not_kept() {
    byte[] bytes = put(3 * BLOCK);
    origin.body =
        all -> {
          byte[] wrong = all.clone();
          wrong[5] ^= 1;
          return wrong;
        };
    assertThatThrownBy(() -> get(new Span.Whole())).isInstanceOf(StoreFailure.OriginFailed.class);
    for (int i = 0; i < 500 && blocks.usage().used() > 0; i++) LockSupport.parkNanos(10_000_000);
    assertThat(blocks.usage().used()).isZero();
    origin.body = all -> all;
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
  }

  @Test
  void where_there_is_no_room_reads_go_past_the_cache() {
    blocks.close();
    open(4 * BLOCK);
    byte[] bytes = put(3 * BLOCK);
    cache.upkeep().pins(bucket, List.of("k"));
    assertThat(get(new Span.Whole())).isEqualTo(bytes);
    byte[] other = Bodies.bytes(9, 20 * BLOCK);
    origin.store.put(new Put(bucket, new Key("other")), Bodies.of(other));
    Read read = new Read(bucket, new Key("other"));
    assertThat(Bodies.drain(cache.open(read))).isEqualTo(other);
    assertThat(blocks.usage().used()).isLessThanOrEqualTo(4 * BLOCK);
  }

  @Test
  void a_slow_reader_is_not_run_away_from() throws Exception {
    put(40 * BLOCK);
    try (OpenObject open = cache.open(whole())) {
      Payload.Slices payload = (Payload.Slices) open.payload();
      payload.source().next();
      Thread.sleep(200);
      assertThat(blocks.usage().blocks()).isBetween(1L, 6L); // the window, and the one at hand
    }
    settle();
    assertThat(blocks.usage().blocks()).isLessThan(8);
  }

  @Test
  void who_reads_in_order_is_fetched_ahead_of_and_no_further_than_the_window() {
    byte[] bytes = put(64 * BLOCK);
    for (int at = 0; at < 40; at++) {
      Span span = between(at, at);
      assertThat(get(span)).isEqualTo(Arrays.copyOfRange(bytes, at * BLOCK, (at + 1) * BLOCK));
      settle();
      assertThat(blocks.usage().blocks()).isBetween(at + 1L, at + 1L + 4);
    }
    assertThat(origin.opened).hasSizeLessThan(25);
    long before = blocks.usage().blocks();
    get(between(60, 60));
    settle();
    assertThat(blocks.usage().blocks()).as("elsewhere").isEqualTo(before + 1);
  }

  @Test
  void who_reads_here_and_there_is_not() {
    put(64 * BLOCK);
    for (int at : new int[] {5, 1, 30, 20, 40, 3}) get(between(at, at));
    settle();
    assertThat(blocks.usage().blocks()).isEqualTo(6);
  }

  @Test
  void an_answer_says_how_much_of_it_was_here() {
    put(4 * BLOCK);
    assertThat(verdict(new Span.Between(0, 9))).isEqualTo(Verdict.MISS);
    settle();
    assertThat(verdict(new Span.Between(0, 9))).isEqualTo(Verdict.HIT);
    assertThat(verdict(new Span.Between(0, BLOCK))).isEqualTo(Verdict.PARTIAL);
    assertThat(verdict(new Span.OfPart(1))).isEqualTo(Verdict.BYPASS);
    assertThat(cache.measure(whole()).provenance().verdict()).isEqualTo(Verdict.HIT);
  }

  @Test
  void a_hit_is_permitted_as_a_miss_is() {
    var tags = new Tags(Map.of("public", "no"));
    var put = new Put(bucket, KEY, new TenantId("anna"), Metadata.NONE, tags, Conditions.NONE);
    origin.store.put(put, Bodies.of("bytes"));
    var plain =
        new Read(
            bucket,
            KEY,
            Version.LATEST,
            Conditions.NONE,
            Permit.ANY,
            Wanted.of(new Span.Whole(), Set.of()));
    assertThat(Bodies.drain(cache.open(plain))).hasSize(5);
    var asked = new ArrayList<Tags>();
    Permit permit =
        Permit.by(
            Set.of(Fact.TAGS),
            there -> {
              if (there != null) asked.add(there.tags());
              return false;
            });
    var limited = new Read(bucket, KEY, Version.LATEST, Conditions.NONE, permit, plain.wanted());
    origin.calls.clear();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.open(limited)).isInstanceOf(StoreFailure.NotPermitted.class);
    }
    assertThat(asked).hasSize(2).containsOnly(tags);
    assertThat(origin.calls).containsExactly("head"); // for the tags, once
  }

  @Test
  void random_ranges_are_right_whatever_is_here() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    byte[] bytes = put(9 * BLOCK + 321);
    blocks.close();
    open(6 * BLOCK); // most are evicted all the time
    for (int i = 0; i < 300; i++) {
      int first = random.nextInt(bytes.length);
      int last = Math.min(bytes.length - 1, first + random.nextInt(3 * BLOCK));
      ByteRange range = new ByteRange(first, last);
      assertThat(get(new Span.Between(range.first(), range.last())))
          .as("seed %d, read %d", seed, i)
          .isEqualTo(Arrays.copyOfRange(bytes, first, last + 1));
      assertThat(blocks.usage().used()).isLessThanOrEqualTo(6 * BLOCK);
    }
  }

  @Test
  void a_small_object_that_was_read_from_the_disk_is_in_memory() throws IOException {
    byte[] bytes = put(1000);
    for (int i = 0; i < 2; i++) {
      assertThat(get(new Span.Whole())).isEqualTo(bytes);
      settle();
    }
    try (Stream<Path> files = Files.walk(directory.resolve("blocks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) Files.delete(file);
    }
    try (OpenObject open = cache.open(whole())) {
      assertThat(open.provenance().verdict()).isEqualTo(Verdict.HIT);
      assertThat(Bodies.bytes(open.payload())).isEqualTo(bytes);
    }
    assertThat(get(new Span.Between(10, 19))).isEqualTo(Arrays.copyOfRange(bytes, 10, 20));
    assertThat(origin.count("open")).isEqualTo(1);
    byte[] others = Bodies.bytes(99, 1000);
    cache.put(new Put(bucket, KEY), Bodies.of(others, ChecksumAlgorithm.CRC32C));
    assertThat(get(new Span.Whole())).isEqualTo(others);
  }
}
