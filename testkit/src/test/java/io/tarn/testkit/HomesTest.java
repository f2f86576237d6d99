package io.tarn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.ChecksumType;
import io.tarn.store.Conditions;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Home;
import io.tarn.store.Homes;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.ObjectStore.PartSource;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Own buckets, and buckets that are linked to either of two origins, as one store.
class HomesTest {
  private static final TenantId OWNER = new TenantId("anna");
  private static final Key KEY = new Key("k");
  private static final Key OTHER = new Key("other");

  private final List<String> calls = new ArrayList<>();
  private final MemoryStore registry = new MemoryStore();
  private final MemoryStore here = new MemoryStore(InstantSource.system(), 5);
  private final MemoryStore there = new MemoryStore(InstantSource.system(), 5);
  private final MemoryStore files = new MemoryStore(InstantSource.system(), 5);
  private final MemoryStore far = new MemoryStore(InstantSource.system(), 5);
  private final Homes homes =
      new Homes(
          named("here", here),
          named("files", files),
          Map.of("there", named("there", there), "far", named("far", far)));
  private final Bucket own = bucket("own-one", Home.OWN);
  private final Bucket linked = bucket("linked", link("there", Capability.ALL));

  /// What a linked bucket is promised is what every bucket is.
  private static BucketsContract.Both bothLinked(long smallestPart) {
    var registry = new MemoryStore();
    var origin = new MemoryStore(InstantSource.system(), smallestPart);
    var buckets = new LinkedBuckets(registry, origin, link("there", Capability.ALL));
    return new BucketsContract.Both(
        buckets, new Homes(new MemoryStore(), new MemoryStore(), Map.of("there", origin)));
  }

  @Nested
  class LinkedObjects extends ObjectStoreContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return bothLinked(smallestPart);
    }
  }

  @Nested
  class LinkedUploads extends UploadsContract {
    @Override
    protected BucketsContract.Both both(long smallestPart) {
      return bothLinked(smallestPart);
    }
  }

  @Nested
  class LinkedVersions extends VersionsContract {
    @Override
    protected BucketsContract.Both both() {
      return bothLinked(SMALLEST);
    }
  }

  @Nested
  class LinkedListing extends ListingContract {
    @Override
    protected BucketsContract.Both both() {
      return bothLinked(SMALLEST);
    }
  }

  @Nested
  class LinkedWanted extends WantedContract {
    @Override
    protected BucketsContract.Both both() {
      return bothLinked(SMALLEST);
    }
  }

  @Nested
  class LinkedPermits extends PermitContract {
    @Override
    protected BucketsContract.Both both() {
      return bothLinked(SMALLEST);
    }
  }

  private static Home link(String origin, Set<Capability> capabilities) {
    return new Home.Linked(origin, "bucket-there", "", capabilities);
  }

  private static Set<Capability> allBut(Capability missing) {
    return EnumSet.complementOf(EnumSet.of(missing));
  }

  private Bucket bucket(String name, Home home) {
    Bucket made =
        registry.create(new CreateBucket(new BucketName(name), OWNER, "here", home, Map.of()));
    for (MemoryStore store : List.of(here, there, far)) store.adopt(made);
    return made;
  }

  /// The store, whose calls are noted.
  private ObjectStore named(String name, ObjectStore store) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              calls.add(name + " " + method.getName());
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private String text(Bucket bucket, Key key) {
    return new String(Bodies.drain(homes.open(new Read(bucket, key))), UTF_8);
  }

  private static List<String> keys(ObjectPage page) {
    return page.items().stream()
        .map(item -> ((ObjectPage.ListedObject) item).key().text())
        .toList();
  }

  private ObjectPage list(Bucket bucket) {
    return homes.list(new ListObjects(bucket, "", "", ListFrom.START, 10));
  }

  private static Copy copy(Bucket from, Bucket to) {
    return new Copy(new Read(from, KEY), new Put(to, OTHER), true, true, null);
  }

  @Test
  void each_bucket_has_its_own_objects_and_no_others() {
    homes.put(new Put(own, KEY), Bodies.of("mine"));
    homes.put(new Put(linked, KEY), Bodies.of("theirs"));
    homes.put(new Put(linked, OTHER), Bodies.of("theirs, too"));
    assertThat(text(own, KEY)).isEqualTo("mine");
    assertThat(text(linked, KEY)).isEqualTo("theirs");
    assertThat(keys(list(own))).containsExactly("k");
    assertThat(keys(list(linked))).containsExactly("k", "other");
    homes.delete(new Delete(own, KEY));
    homes.delete(new Delete(linked, OTHER));
    assertThat(keys(list(own))).isEmpty();
    assertThat(keys(list(linked))).containsExactly("k");
  }

  @Test
  void uploads_are_where_their_bucket_is() {
    UploadId mine = begun(own).id();
    UploadId theirs = begun(linked).id();
    var all = new ListUploads(linked, "", "", ListFrom.START, "", 10);
    assertThat(homes.uploads(all).items()).hasSize(1);
    homes.abort(new UploadRef(own, KEY, mine), Permit.OfUpload.ANY);
    assertThat(homes.uploads(all).items()).hasSize(1);
    homes.abort(new UploadRef(linked, KEY, theirs), Permit.OfUpload.ANY);
    assertThat(homes.uploads(all).items()).isEmpty();
  }

  private io.tarn.store.Upload begun(Bucket bucket) {
    return homes.begin(
        new BeginUpload(
            new Put(bucket, KEY), OWNER, ChecksumAlgorithm.CRC32C, ChecksumType.COMPOSITE));
  }

  @Test
  void a_copy_between_two_homes_comes_through_here() {
    var tags = new Tags(Map.of("a", "b"));
    var metadata = new Metadata(Map.of("content-type", "a/b"), Map.of("x", "y"));
    var put = new Put(own, KEY, OWNER, metadata, tags, Conditions.NONE);
    homes.put(put, Bodies.of("bytes"));
    homes.copy(copy(own, linked));
    assertThat(text(linked, OTHER)).isEqualTo("bytes");
    ObjectHead head = homes.head(new Read(linked, OTHER));
    assertThat(head.tags()).isEqualTo(tags);
    assertThat(head.metadata()).isEqualTo(metadata);
    calls.clear();
    homes.copy(new Copy(new Read(linked, OTHER), new Put(own, OTHER), true, true, null));
    assertThat(calls).containsExactly("there open", "here put");
    assertThat(text(own, OTHER)).isEqualTo("bytes");
    Bucket further = bucket("further", link("far", Capability.ALL));
    calls.clear();
    homes.copy(new Copy(new Read(linked, OTHER), new Put(further, KEY), true, true, null));
    assertThat(calls).containsExactly("there open", "far put");
  }

  @Test
  void a_copy_within_one_home_is_left_to_it() {
    for (Bucket bucket : List.of(own, linked)) {
      homes.put(new Put(bucket, KEY), Bodies.of("bytes"));
      calls.clear();
      homes.copy(copy(bucket, bucket));
      assertThat(calls).containsExactly((bucket.equals(own) ? "here" : "there") + " copy");
    }
  }

  @Test
  void where_one_end_cannot_copy_the_bytes_come_through_here() {
    Bucket without = bucket("without", link("there", allBut(Capability.SERVER_SIDE_COPY)));
    homes.put(new Put(linked, KEY), Bodies.of("one"));
    homes.put(new Put(without, KEY), Bodies.of("two"));
    calls.clear();
    homes.copy(copy(linked, without));
    homes.copy(copy(without, linked));
    assertThat(calls).containsExactly("there open", "there put", "there open", "there put");
    assertThat(text(without, OTHER)).isEqualTo("one");
    assertThat(text(linked, OTHER)).isEqualTo("two");
  }

  @Test
  void parts_are_copied_as_objects_are() {
    homes.put(new Put(own, KEY), Bodies.of("bytes"));
    homes.put(new Put(linked, KEY), Bodies.of("bytes"));
    var ref = new UploadRef(linked, KEY, begun(linked).id());
    calls.clear();
    homes.copyPart(ref, 1, new PartSource(new Read(linked, KEY), null));
    assertThat(calls).containsExactly("there copyPart");
    calls.clear();
    CopiedPart part = homes.copyPart(ref, 2, new PartSource(new Read(own, KEY), null));
    assertThat(calls).containsExactly("there parts", "here open", "there putPart");
    assertThat(part.part().size()).isEqualTo(5);
    assertThat(part.shown().algorithm()).isEqualTo(ChecksumAlgorithm.CRC32C);
    var none = new UploadRef(linked, KEY, new UploadId("none"));
    var nothing = new PartSource(new Read(own, new Key("nothing")), null);
    assertThatThrownBy(() -> homes.copyPart(none, 1, nothing))
        .isInstanceOf(StoreFailure.NoSuchUpload.class);
    assertThatThrownBy(() -> homes.copyPart(ref, 1, nothing))
        .isInstanceOf(StoreFailure.NoSuchKey.class);
  }

  @Test
  void tags_do_not_come_along_to_where_there_are_none() {
    Bucket bare = bucket("bare-one", link("there", allBut(Capability.TAGS)));
    var tags = new Tags(Map.of("a", "b"));
    homes.put(new Put(own, KEY, OWNER, Metadata.NONE, tags, Conditions.NONE), Bodies.of("bytes"));
    calls.clear();
    assertThatThrownBy(() -> homes.copy(copy(own, bare)))
        .isInstanceOfSatisfying(
            StoreFailure.Unsupported.class,
            e -> assertThat(e.capability()).isEqualTo(Capability.TAGS));
    assertThat(calls).containsExactly("here open");
    homes.copy(new Copy(new Read(own, KEY), new Put(bare, OTHER), true, false, null));
    assertThat(homes.head(new Read(bare, OTHER)).tags()).isEqualTo(Tags.NONE);
  }

  @Test
  void an_origin_that_the_settings_do_not_name_is_asked_for_by_its_name() {
    Bucket lost = bucket("lost-one", link("photos", Capability.ALL));
    assertThatThrownBy(() -> homes.head(new Read(lost, KEY)))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("lost-one")
        .hasMessageContaining("origins.photos");
    assertThat(calls).isEmpty();
  }

  @Test
  void a_bucket_in_another_region_is_not_here() {
    Bucket abroad = bucket("abroad", new Home.OtherRegion());
    homes.put(new Put(own, KEY), Bodies.of("bytes"));
    calls.clear();
    for (Runnable attempt :
        List.<Runnable>of(
            () -> homes.head(new Read(abroad, KEY)),
            () -> homes.put(new Put(abroad, KEY), Bodies.of("x")),
            () -> homes.copy(copy(own, abroad)),
            () -> homes.copy(copy(abroad, own)),
            () -> list(abroad))) {
      assertThatThrownBy(attempt::run)
          .isInstanceOfSatisfying(
              StoreFailure.InOtherRegion.class, e -> assertThat(e.bucket()).isEqualTo(abroad));
    }
    assertThat(calls).isEmpty();
  }
}
