package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.DataSize;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.Bodies;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Small bodies on their way in, in a memory of sixteen of the largest.
class BodyMemoryTest {
  private static final int LARGEST = 64 << 10;

  private final Index index = Index.inMemory(settings());
  private final Bucket bucket =
      index.buckets().create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch go = new CountDownLatch(1);

  private static IndexSettings settings() {
    IndexSettings usual = Index.settings(5);
    return new IndexSettings(
        usual.inlineLimit(),
        usual.inlineCache(),
        DataSize.ofBytes(16 * LARGEST),
        Duration.ofMillis(100),
        usual.retries(),
        usual.smallestPart(),
        usual.reaper());
  }

  @AfterEach
  void stop() {
    go.countDown();
    threads.close();
  }

  private void put(String key, Incoming body) {
    var _ = index.store().put(new Put(bucket, new Key(key)), body);
  }

  /// Stops after so many bytes until the test says go.
  private final class Stalling implements Incoming {
    private final Incoming inner = Bodies.of(Bodies.bytes(1, LARGEST));
    private final String sender;
    private final int at;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private @Nullable ByteBuffer all;
    private int given;

    Stalling(String sender, int at) {
      this.sender = sender;
      this.at = at;
    }

    @Override
    public List<String> senders() {
      return List.of(sender);
    }

    @Override
    public long length() {
      return LARGEST;
    }

    @Override
    public @Nullable ByteBuffer next() {
      ByteBuffer bytes = all;
      if (bytes == null) bytes = all = inner.next();
      if (bytes == null || given == LARGEST) return inner.next();
      if (given == 0 && at > 0) {
        given = at;
        return bytes.slice(0, at);
      }
      stalled.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      int from = given;
      given = LARGEST;
      return bytes.slice(from, LARGEST - from);
    }

    @Override
    public Digests digests() {
      return inner.digests();
    }
  }

  private List<Future<?>> stall(String sender, int count, int at) throws InterruptedException {
    List<Future<?>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      var body = new Stalling(sender, at);
      String key = sender + i;
      puts.add(threads.submit(() -> put(key, body)));
      body.stalled.await();
    }
    return puts;
  }

  @Test
  void a_body_that_is_announced_and_does_not_come_holds_nothing() throws Exception {
    List<Future<?>> stalled = stall("mallory", 100, 0);
    put("k", new Named("mallory", Bodies.of(Bodies.bytes(2, LARGEST))));
    go.countDown();
    int refused = 0;
    for (Future<?> put : stalled) refused += put.state() == Future.State.FAILED ? 1 : 0;
    assertThat(refused).isZero();
  }

  @Test
  void what_one_sender_has_begun_leaves_memory_for_the_others() throws Exception {
    List<Future<?>> stalled = stall("mallory", 12, LARGEST - 1);
    assertThatThrownBy(() -> put("k", new Named("mallory", Bodies.of(Bodies.bytes(2, LARGEST)))))
        .isInstanceOf(StoreFailure.Overloaded.class);
    for (int i = 0; i < 100; i++) put("k", new Named("anna", Bodies.of(Bodies.bytes(3, LARGEST))));
    go.countDown();
    for (Future<?> put : stalled) assertThat(put.get()).isNull();
    put("k", new Named("mallory", Bodies.of(Bodies.bytes(2, LARGEST))));
  }

  @Test
  void a_body_without_a_length_counts_as_what_came_and_may_become_a_blob() throws Exception {
    List<Future<?>> stalled = stall("mallory", 10, LARGEST - 1);
    for (int length : new int[] {0, 1, LARGEST, LARGEST + 1, 300_000}) {
      put("k", new Named("anna", Bodies.ofUnknownLength(Bodies.bytes(4, length))));
    }
    go.countDown();
    for (Future<?> put : stalled) assertThat(put.get()).isNull();
  }

  private record Named(String sender, Incoming inner) implements Incoming {
    @Override
    public List<String> senders() {
      return List.of(sender);
    }

    @Override
    public long length() {
      return inner.length();
    }

    @Override
    public @Nullable ByteBuffer next() {
      return inner.next();
    }

    @Override
    public Digests digests() {
      return inner.digests();
    }
  }
}
