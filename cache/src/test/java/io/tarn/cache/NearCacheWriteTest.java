package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.cache.CachePolicy.Freshness;
import io.tarn.cache.CachePolicy.WriteMode;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writes through a near-cache: the origin has them first, and nothing older is read behind them.
class NearCacheWriteTest {
  private static final int BLOCK = CacheWorld.BLOCK;
  private static final Key KEY = new Key("k");

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

  private NearCache cache(ObjectStore before, WriteMode writes) {
    var policy =
        new CachePolicy(
            Freshness.EXCLUSIVE,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ZERO,
            writes);
    return CacheWorld.cache(before, blocks, policy, clock);
  }

  private byte[] get(NearCache cache) {
    return Bodies.drain(cache.open(new Read(bucket, KEY)));
  }

  @Test
  void what_was_written_through_is_here() {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    for (int size : new int[] {0, 1, BLOCK, 3 * BLOCK + 5}) {
      byte[] bytes = Bodies.bytes(size, size);
      cache.put(new Put(bucket, KEY), Bodies.of(bytes));
      origin.calls.clear();
      assertThat(get(cache)).isEqualTo(bytes);
      assertThat(get(cache)).isEqualTo(bytes);
      if (size > 0) assertThat(origin.calls).containsExactly("head");
      cache.put(new Put(bucket, KEY), Bodies.ofUnknownLength(bytes));
      origin.calls.clear();
      assertThat(get(cache)).isEqualTo(bytes);
      if (size > 0) assertThat(origin.calls).containsExactly("head");
      assertThat(blocks.usage().blocks()).isEqualTo((size + BLOCK - 1) / BLOCK);
    }
  }

  @Test
  void what_was_written_around_is_not() {
    NearCache cache = cache(origin.asStore(), WriteMode.AROUND);
    cache.put(new Put(bucket, KEY), Bodies.of("bytes"));
    assertThat(blocks.usage().blocks()).isZero();
    origin.calls.clear();
    get(cache);
    assertThat(origin.calls).containsExactly("open");
  }

  @Test
  void a_body_that_breaks_off_leaves_nothing() {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    Incoming broken = Bodies.interrupted(Bodies.bytes(1, 3 * BLOCK), 2 * BLOCK);
    assertThatThrownBy(() -> cache.put(new Put(bucket, KEY), broken))
        .isInstanceOf(StoreFailure.Interrupted.class);
    assertThat(blocks.usage().used()).isZero();
  }

  @Test
  void a_write_that_cannot_be_kept_succeeds() throws IOException {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    Files.delete(directory.resolve("filling"));
    byte[] bytes = Bodies.bytes(1, 3 * BLOCK);
    cache.put(new Put(bucket, KEY), Bodies.of(bytes));
    assertThat(get(cache)).isEqualTo(bytes);
    assertThat(blocks.usage().used()).isZero();
  }

  @Test
  void a_body_takes_no_more_than_its_share() {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    byte[] bytes = Bodies.bytes(1, 5 << 20);
    cache.put(new Put(bucket, KEY), Bodies.of(bytes));
    cache.put(new Put(bucket, KEY), Bodies.ofUnknownLength(bytes));
    assertThat(blocks.usage().used()).isZero();
    assertThat(get(cache)).isEqualTo(bytes);
  }

  @Test
  void older_blocks_go_with_what_replaces_them() {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    cache.put(new Put(bucket, KEY), Bodies.of(Bodies.bytes(1, 5 * BLOCK)));
    get(cache);
    cache.put(new Put(bucket, KEY), Bodies.of(Bodies.bytes(2, BLOCK)));
    assertThat(blocks.usage().blocks()).isEqualTo(1);
    cache.put(new Put(bucket, new Key("other")), Bodies.of(Bodies.bytes(3, 2 * BLOCK)));
    get(cache);
    cache.copy(
        new Copy(new Read(bucket, new Key("other")), new Put(bucket, KEY), true, true, null));
    assertThat(get(cache)).isEqualTo(Bodies.bytes(3, 2 * BLOCK));
    cache.delete(new Delete(bucket, KEY));
    assertThat(blocks.usage().blocks()).isEqualTo(2); // of the other
  }

  /// The origin takes writes, and says that it does not know whether it did; or does so later.
  @Test
  void after_a_write_that_may_yet_happen_nothing_is_taken_for_settled() {
    ObjectStore inner = origin.asStore();
    var late = new Runnable[1];
    ObjectStore unsure =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("put") && late[0] == null) {
                    late[0] = () -> origin.store.put((Put) arguments[0], Bodies.of("late"));
                    throw new StoreFailure.Indeterminate("lost", null);
                  }
                  try {
                    return method.invoke(inner, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    NearCache cache = cache(unsure, WriteMode.THROUGH);
    origin.store.put(new Put(bucket, KEY), Bodies.of("old"));
    get(cache);
    assertThatThrownBy(() -> cache.put(new Put(bucket, KEY), Bodies.of("late")))
        .isInstanceOf(StoreFailure.Indeterminate.class);
    assertThat(get(cache)).asString().isEqualTo("old");
    late[0].run();
    assertThat(get(cache)).asString().isEqualTo("late");
  }

  @Test
  void a_write_says_what_the_origin_said() {
    NearCache cache = cache(origin.asStore(), WriteMode.THROUGH);
    Written written = cache.put(new Put(bucket, KEY), Bodies.of("bytes"));
    assertThat(written.content()).isEqualTo(origin.store.head(new Read(bucket, KEY)).content());
  }
}
