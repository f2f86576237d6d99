package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.Batch;
import io.tarn.meta.Entry;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.ShortPages;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldingsTest {
  private static final TenantId ANNA = new TenantId("anna");
  private static final TenantId BERT = new TenantId("bert");

  private final InstantSource clock = InstantSource.system();
  private final MetaStore meta = new MemoryMetaStore();

  private BucketRegistry start() {
    return Registry.start(new ShortPages(meta));
  }

  private static Bucket create(BucketRegistry index, TenantId owner, String name) {
    return index.create(new CreateBucket(new BucketName(name), owner, "eu"));
  }

  private static List<String> names(BucketRegistry index, TenantId owner, int limit) {
    List<String> names = new ArrayList<>();
    String after = "";
    while (true) {
      BucketPage page = index.page(owner, "", after, limit);
      for (Bucket bucket : page.buckets()) names.add(bucket.name().text());
      if (!page.truncated()) return names;
      after = names.getLast();
    }
  }

  @Test
  void a_page_of_one_owner_looks_at_no_bucket_of_another() {
    BucketRegistry index = start();
    for (String name : List.of("aaa", "bbb", "ccc")) create(index, ANNA, name);
    for (String name : List.of("aab", "bbc", "ccd")) {
      create(index, BERT, name);
      put(BucketKeys.bucket(new BucketName(name)), new byte[] {'?'});
    }
    assertThat(names(index, ANNA, 2)).containsExactly("aaa", "bbb", "ccc");
    assertThatThrownBy(() -> names(index, BERT, 2)).isInstanceOf(StoreFailure.Corrupt.class);
  }

  private void put(MetaKey key, byte[] value) {
    MetaStore.await(
        meta.commit(
            Batch.of(
                Tokens.greatestAt(clock.millis()), List.of(), List.of(new Op.Put(key, value)))));
  }

  @Test
  void an_owner_of_many_buckets_sees_them_page_by_page() {
    BucketRegistry index = start();
    List<String> all = IntStream.range(0, 700).mapToObj("b%04d"::formatted).toList();
    for (String name : all) create(index, ANNA, name);
    for (int limit : new int[] {1, 255, 256, 257, 699, 700, 1000}) {
      assertThat(names(index, ANNA, limit)).as("pages of %d", limit).isEqualTo(all);
    }
    assertThat(index.page(ANNA, "", "", 700).truncated()).isFalse();
    assertThat(index.page(ANNA, "", "", 699).truncated()).isTrue();
  }

  @Test
  void an_owner_whose_name_begins_like_anothers_has_buckets_of_its_own() {
    BucketRegistry index = start();
    create(index, new TenantId("ann"), "abc");
    create(index, ANNA, "xyz");
    create(index, new TenantId("annaxyz"), "ghi");
    assertThat(names(index, ANNA, 10)).containsExactly("xyz");
    assertThat(names(index, new TenantId("ann"), 10)).containsExactly("abc");
  }

  @Test
  void a_bucket_leaves_its_owner_when_it_is_deleted() {
    BucketRegistry index = start();
    Bucket bucket = create(index, ANNA, "mine");
    index.setVersioning(bucket, Versioning.ENABLED);
    index.delete(bucket);
    assertThat(names(index, ANNA, 10)).isEmpty();
    create(index, BERT, "mine");
    assertThat(names(index, ANNA, 10)).isEmpty();
    assertThat(names(index, BERT, 10)).containsExactly("mine");
    assertThat(Registry.problems(meta)).isEmpty();
  }

  @Test
  void buckets_from_before_there_were_holdings_get_theirs_at_a_start() {
    BucketRegistry before = start();
    for (int i = 0; i < 600; i++) create(before, i % 2 == 0 ? ANNA : BERT, "b%04d".formatted(i));
    Bucket bucket = before.find(new BucketName("b0000")).orElseThrow();
    before.setVersioning(bucket, Versioning.ENABLED);
    before.setDocument(bucket, DocumentKind.POLICY, "{}");
    asBefore(300);
    assertThat(names(before, ANNA, 1000)).isEmpty();

    BucketRegistry index = start();
    assertThat(names(index, ANNA, 1000)).hasSize(300).first().isEqualTo("b0000");
    assertThat(names(index, BERT, 1000)).hasSize(300);
    Bucket after = index.find(new BucketName("b0000")).orElseThrow();
    assertThat(after.id()).isEqualTo(bucket.id());
    assertThat(after.versioning()).isEqualTo(Versioning.ENABLED);
    assertThat(index.document(after, DocumentKind.POLICY)).contains("{}");
    assertThat(Registry.problems(meta)).isEmpty();
    assertThat(names(start(), ANNA, 1000)).hasSize(300);
  }

  /// Makes the rows what they were in format 3, and the bucket `b0300` one that was being deleted.
  private void asBefore(int deleting) {
    var rows = new BlockingRows(meta);
    var tokens = new Tokens(clock, 1);
    List<Op> ops = new ArrayList<>();
    var buckets = new RowCursor(rows, BucketKeys.BUCKETS);
    for (Entry row = buckets.next(); row != null; row = buckets.next()) {
      tokens.passed(row.version());
      byte[] value = row.value().clone();
      value[0] = 3;
      if (row.key().toString().equals("Bb%04d".formatted(deleting))) value[1] = 1;
      ops.add(new Op.Put(row.key(), value));
    }
    ops.add(new Op.DeleteRange(BucketKeys.HOLDINGS));
    MetaStore.await(meta.commit(Batch.of(tokens.next(), List.of(), ops)));
  }
}
