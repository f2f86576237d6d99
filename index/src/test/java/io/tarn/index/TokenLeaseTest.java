package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryBlobs;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TokenLeaseTest {
  private final BlockingRows rows;
  private final MemoryMetaStore meta = new MemoryMetaStore();
  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource clock = () -> now;

  TokenLeaseTest() {
    rows = new BlockingRows(meta);
  }

  private IndexBackends started() {
    return new IndexBackends(meta, new MemoryBlobs(), new Tokens(clock, 1), clock, 1);
  }

  @Test
  void a_clock_that_was_set_back_does_not_give_a_token_twice() {
    IndexBackends first = started();
    TokenLease lease = TokenLease.take(rows, first);
    long last = 0;
    for (int i = 0; i < 30; i++) {
      now = now.plusSeconds(5);
      lease.renew();
      last = first.tokens().next();
    }
    now = now.minusSeconds(3600);
    IndexBackends second = started();
    TokenLease.take(rows, second);
    assertThat(second.tokens().next()).isGreaterThan(last);
  }

  @Test
  void no_token_is_given_out_that_the_lease_does_not_cover() {
    var refusing = new Refusing(meta);
    IndexBackends backends =
        new IndexBackends(refusing, new MemoryBlobs(), new Tokens(clock, 1), clock, 1);
    TokenLease.take(new BlockingRows(refusing), backends);
    long last = backends.tokens().next();
    refusing.refuses = true;
    now = now.plusSeconds(19);
    assertThat(backends.tokens().next()).isGreaterThan(last);
    now = now.plusSeconds(10);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> backends.tokens().next()).isInstanceOf(StoreFailure.class);
    }
    refusing.refuses = false;
    long after = backends.tokens().next();
    now = now.minusSeconds(3600);
    IndexBackends second = started();
    TokenLease.take(rows, second);
    assertThat(second.tokens().next()).isGreaterThan(after);
  }

  @Test
  void a_token_that_is_given_out_twice_all_the_same_costs_nobody_any_bytes() {
    IndexBackends first = started();
    Index before = Index.on(first, Index.settings(5));
    Bucket bucket =
        before
            .buckets()
            .create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));
    for (int i = 0; i < 10; i++) put(before, bucket, "first" + i, i);
    assertThat(rows.commit(Garbage.plan(1, 0).delete(IndexKeys.lease(1)))).isNotNull();
    now = now.minusMillis(1); // and so the tokens of before come again
    Index after = Index.on(started(), Index.settings(5));
    for (int i = 0; i < 10; i++) put(after, bucket, "second" + i, 100 + i);
    for (int i = 0; i < 10; i++) {
      assertThat(read(after, bucket, "first" + i)).isEqualTo(Bodies.bytes(i, 1000));
      assertThat(read(after, bucket, "second" + i)).isEqualTo(Bodies.bytes(100 + i, 1000));
    }
  }

  private static void put(Index index, Bucket bucket, String key, int content) {
    index.store().put(new Put(bucket, new Key(key)), Bodies.of(Bodies.bytes(content, 1000)));
  }

  private static byte[] read(Index index, Bucket bucket, String key) {
    try (OpenObject open = index.store().open(new Read(bucket, new Key(key)))) {
      return Bodies.bytes(open.payload());
    }
  }

  @Test
  void an_orderly_end_leaves_no_gap() {
    IndexBackends first = started();
    TokenLease lease = TokenLease.take(rows, first);
    lease.close();
    IndexBackends second = started();
    TokenLease.take(rows, second);
    assertThat(Tokens.epochMillis(second.tokens().next()) - now.toEpochMilli()).isLessThan(5);
  }

  /// Takes nothing for as long as it is told to.
  private static final class Refusing extends Forwarding {
    private boolean refuses;

    Refusing(MetaStore inner) {
      super(inner);
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      return refuses
          ? CompletableFuture.failedFuture(new MetaException.Unavailable("not now", null))
          : inner.commit(batch);
    }
  }
}
