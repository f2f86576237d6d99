package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ChecksumType;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.ReservedKeys;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What is Tarn's own in a linked bucket is not there for clients.
class ReservedKeysTest {
  private static final Key HIDDEN = new Key(".tarn/catalog");
  private static final Key PLAIN = new Key("plain");

  private final MemoryStore origin = new MemoryStore();
  private final ObjectStore store = new ReservedKeys(origin);
  private final Bucket bucket =
      origin.create(new CreateBucket(new BucketName("bucket"), new TenantId("anna"), ""));

  /// All else is as it was.
  @Nested
  class OtherObjects extends ObjectStoreContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      var memory = new MemoryStore(java.time.InstantSource.system(), smallestPart);
      return new BucketsContract.Both(memory, new ReservedKeys(memory));
    }
  }

  @Nested
  class OtherListings extends ListingContract {
    @Override
    protected BucketsContract.Both both() {
      var memory = new MemoryStore();
      return new BucketsContract.Both(memory, new ReservedKeys(memory));
    }
  }

  @BeforeEach
  void fill() {
    for (String name :
        List.of(".tarn/catalog", ".tarn/master.key", ".tarn/probe-1", "plain", "z/1", "z/2")) {
      put(name);
    }
  }

  private static PayloadIncoming body() {
    return new PayloadIncoming(new Payload.Bytes(new byte[3]), ChecksumAlgorithm.DEFAULT);
  }

  private void put(String name) {
    var _ = origin.put(new Put(bucket, new Key(name)), body());
  }

  private interface Call {
    Object make();
  }

  private static void refused(Call call) {
    assertThatThrownBy(call::make).isInstanceOf(StoreFailure.NotPermitted.class);
  }

  @Test
  void they_are_refused_by_name_whatever_is_asked() {
    Read read = new Read(bucket, HIDDEN);
    refused(() -> store.head(read));
    refused(() -> store.open(read));
    refused(() -> store.measure(read));
    refused(() -> store.head(new Read(bucket, new Key(".tarn/there-is-none"))));
    refused(() -> store.put(new Put(bucket, HIDDEN), body()));
    refused(() -> store.delete(new Delete(bucket, HIDDEN)));
    refused(() -> store.copy(new Copy(read, new Put(bucket, PLAIN), true, true, null)));
    refused(
        () ->
            store.copy(
                new Copy(new Read(bucket, PLAIN), new Put(bucket, HIDDEN), true, true, null)));
    refused(() -> store.begin(begin(HIDDEN)));
    Upload upload = origin.begin(begin(HIDDEN));
    var ref = new UploadRef(bucket, HIDDEN, upload.id());
    refused(() -> store.putPart(ref, 1, body()));
    refused(() -> store.parts(ref, 0, 1, Permit.OfUpload.ANY));
    Upload other = origin.begin(begin(PLAIN));
    refused(
        () ->
            store.copyPart(
                new UploadRef(bucket, PLAIN, other.id()),
                1,
                new ObjectStore.PartSource(read, null)));
    assertThat(store.uploads(new ListUploads(bucket, "", "", ListFrom.START, "", 10)).items())
        .hasSize(1);
    assertThat(origin.head(read).content().size()).isEqualTo(3);
  }

  private BeginUpload begin(Key key) {
    return new BeginUpload(new Put(bucket, key), bucket.owner(), null, ChecksumType.COMPOSITE);
  }

  private List<String> all(String prefix, String delimiter, int limit) {
    List<String> names = new ArrayList<>();
    ListFrom from = ListFrom.START;
    while (from != null) {
      ObjectPage page = store.list(new ListObjects(bucket, prefix, delimiter, from, limit));
      for (ObjectPage.Listed item : page.items()) {
        names.add(
            switch (item) {
              case ObjectPage.ListedObject object -> object.key().text();
              case ObjectPage.Group(var group) -> group;
            });
      }
      @Nullable ListFrom next = page.next();
      assertThat(next == null || !page.items().isEmpty()).as("an empty page goes on").isTrue();
      from = next;
    }
    return names;
  }

  @Test
  void no_listing_shows_them_whatever_the_page_and_the_delimiter() {
    for (int limit : new int[] {1, 2, 3, 1000}) {
      assertThat(all("", "", limit)).as("pages of " + limit).containsExactly("plain", "z/1", "z/2");
      assertThat(all("", "/", limit)).as("pages of " + limit).containsExactly("plain", "z/");
      assertThat(all(".tarn/", "", limit)).isEmpty();
      assertThat(all(".tarn/c", "/", limit)).isEmpty();
      assertThat(all(".", "", limit)).isEmpty();
      assertThat(all("", "n", limit)).containsExactly("plain", "z/1", "z/2");
    }
    assertThat(
            store
                .versions(new ListVersions(bucket, "", "", ListFrom.START, Version.LATEST, 1000))
                .items())
        .hasSize(3);
  }

  @Test
  void a_group_that_has_others_besides_is_shown() {
    put(".tarnish");
    assertThat(all("", "n", 1000)).contains(".tarn");
    assertThat(all("", "", 1)).containsExactly(".tarnish", "plain", "z/1", "z/2");
    put(".a");
    assertThat(all("", ".", 1)).containsExactly(".", "plain", "z/1", "z/2");
  }
}
