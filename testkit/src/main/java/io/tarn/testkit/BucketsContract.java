package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.ChecksumType;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectStore;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Buckets] promises, together with the [ObjectStore] beside it.
public abstract class BucketsContract extends StoreContract {
  private static final TenantId ANNA = new TenantId("anna");
  private static final TenantId BERT = new TenantId("bert");
  private static final BucketName NAME = new BucketName("pictures");
  private static final Key KEY = new Key("a/b");

  private Buckets buckets = new MemoryStore();
  private ObjectStore objects = new MemoryStore();

  /// Fresh and empty, and the same things seen from two sides.
  public record Both(Buckets buckets, ObjectStore objects) {}

  protected abstract Both both();

  @BeforeEach
  final void open() {
    Both both = both();
    buckets = both.buckets;
    objects = both.objects;
  }

  private Bucket create() {
    return buckets.create(new CreateBucket(NAME, ANNA, ""));
  }

  @Test
  void a_bucket_is_found_as_it_was_created() {
    Bucket created = buckets.create(new CreateBucket(NAME, ANNA, "eu-north-1"));
    assertThat(created.name()).isEqualTo(NAME);
    assertThat(created.owner()).isEqualTo(ANNA);
    assertThat(created.region()).isEqualTo("eu-north-1");
    assertThat(created.versioning()).isEqualTo(Versioning.OFF);
    assertThat(buckets.find(NAME)).contains(created);
    assertThat(buckets.find(new BucketName("others"))).isEmpty();
  }

  @Test
  void a_bucket_keeps_its_home() {
    var link =
        new Home.Linked("origin", "There_1", "a/b/", EnumSet.of(Capability.TAGS, Capability.ACLS));
    var homes = List.of(Home.OWN, link, new Home.Files(), new Home.OtherRegion());
    for (int i = 0; i < homes.size(); i++) {
      Home home = homes.get(i);
      var name = new BucketName("bucket-" + i);
      Bucket made = buckets.create(new CreateBucket(name, ANNA, "eu", home, Map.of()));
      assertThat(made.home()).isEqualTo(home);
      assertThat(buckets.find(name)).contains(made);
      Bucket changed = buckets.setVersioning(made, Versioning.ENABLED);
      assertThat(changed.home()).isEqualTo(home);
      assertThat(buckets.find(name)).contains(changed);
      assertThat(buckets.page(ANNA, name.text(), "", 1).buckets()).containsExactly(changed);
    }
  }

  @Test
  void an_empty_region_means_that_of_the_node() {
    assertThat(create().region()).isNotEmpty();
  }

  @Test
  void a_name_is_taken_whoever_owns_it() {
    Bucket first = create();
    assertThatThrownBy(() -> buckets.create(new CreateBucket(NAME, BERT, "")))
        .isInstanceOfSatisfying(
            StoreFailure.BucketExists.class, e -> assertThat(e.bucket()).isEqualTo(first));
  }

  @Test
  void an_empty_bucket_is_deleted_and_its_name_is_free_again() {
    Bucket first = create();
    buckets.setDocument(first, DocumentKind.POLICY, "{}");
    buckets.delete(first);
    assertThat(buckets.find(NAME)).isEmpty();
    Bucket second = create();
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(buckets.document(second, DocumentKind.POLICY)).isEmpty();
  }

  @Test
  void the_bucket_of_an_earlier_incarnation_is_gone() {
    Bucket old = create();
    buckets.delete(old);
    gone(old);
    create();
    gone(old);
  }

  private void gone(Bucket old) {
    var start = new ListObjects(old, "", "", ListFrom.START, 10);
    List<Runnable> attempts =
        List.of(
            () -> buckets.delete(old),
            () -> buckets.setVersioning(old, Versioning.ENABLED),
            () -> buckets.document(old, DocumentKind.CORS),
            () -> buckets.setDocument(old, DocumentKind.CORS, "x"),
            () -> buckets.removeDocument(old, DocumentKind.CORS),
            () -> objects.put(new Put(old, KEY), Bodies.of("x")),
            () -> objects.head(new Read(old, KEY)),
            () -> objects.open(new Read(old, KEY)),
            () -> objects.delete(new Delete(old, KEY)),
            () -> objects.list(start),
            () -> objects.begin(begin(old)));
    for (Runnable attempt : attempts) {
      assertThatThrownBy(attempt::run).isInstanceOf(StoreFailure.NoSuchBucket.class);
    }
  }

  private static BeginUpload begin(Bucket bucket) {
    return new BeginUpload(new Put(bucket, KEY), ANNA, null, ChecksumType.COMPOSITE);
  }

  @Test
  void a_bucket_with_an_object_is_not_deleted() {
    Bucket bucket = create();
    objects.put(new Put(bucket, KEY), Bodies.of("x"));
    assertThatThrownBy(() -> buckets.delete(bucket))
        .isInstanceOf(StoreFailure.BucketNotEmpty.class);
    assertThat(Bodies.drain(objects.open(new Read(bucket, KEY)))).asString().isEqualTo("x");
    objects.put(new Put(bucket, KEY), Bodies.of("y"));
    objects.delete(new Delete(bucket, KEY));
    buckets.delete(bucket);
    assertThat(buckets.find(NAME)).isEmpty();
  }

  @Test
  void uploads_in_progress_end_with_their_bucket() {
    Bucket bucket = create();
    Upload upload = objects.begin(begin(bucket));
    buckets.delete(bucket);
    Bucket again = create();
    assertThatThrownBy(
            () ->
                objects
                    .parts(new UploadRef(again, KEY, upload.id()), 0, 0, Permit.OfUpload.ANY)
                    .upload())
        .isInstanceOf(StoreFailure.NoSuchUpload.class);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_bucket_with_a_delete_marker_is_not_deleted() {
    Bucket bucket = buckets.setVersioning(create(), Versioning.ENABLED);
    Deleted marker = objects.delete(new Delete(bucket, KEY));
    assertThatThrownBy(() -> buckets.delete(bucket))
        .isInstanceOf(StoreFailure.BucketNotEmpty.class);
    objects.delete(new Delete(bucket, KEY, ANNA, marker.version(), io.tarn.store.Conditions.NONE));
    buckets.delete(bucket);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void versioning_is_switched_on_and_suspended_but_never_off() {
    Bucket bucket = create();
    Bucket on = buckets.setVersioning(bucket, Versioning.ENABLED);
    assertThat(on.versioning()).isEqualTo(Versioning.ENABLED);
    assertThat(on.id()).isEqualTo(bucket.id());
    assertThat(on.revision()).isNotEqualTo(bucket.revision());
    assertThat(buckets.find(NAME)).contains(on);
    assertThat(buckets.setVersioning(bucket, Versioning.SUSPENDED).versioning())
        .isEqualTo(Versioning.SUSPENDED);
    assertThatThrownBy(() -> buckets.setVersioning(on, Versioning.OFF))
        .isInstanceOf(StoreFailure.Invalid.class);
  }

  @Test
  @Needs(Claim.VERSIONS)
  void a_write_with_a_stale_bucket_follows_the_rules_of_now() {
    Bucket stale = create();
    buckets.setVersioning(stale, Versioning.ENABLED);
    Written written = objects.put(new Put(stale, KEY), Bodies.of("x"));
    assertThat(written.version()).isNotEqualTo(io.tarn.store.Version.NULL);
    assertThat(objects.delete(new Delete(stale, KEY)).deleteMarker()).isTrue();
    assertThat(objects.delete(new Delete(stale, new Key("never"))).deleteMarker()).isTrue();
  }

  @Test
  void documents_are_kept_by_kind() {
    Bucket bucket = create();
    assertThat(buckets.document(bucket, DocumentKind.CORS)).isEmpty();
    buckets.setDocument(bucket, DocumentKind.CORS, "<CORS/>");
    buckets.setDocument(bucket, DocumentKind.POLICY, "{\"ü\":1}");
    assertThat(buckets.document(bucket, DocumentKind.CORS)).contains("<CORS/>");
    buckets.setDocument(bucket, DocumentKind.CORS, "<CORS>2</CORS>");
    assertThat(buckets.document(bucket, DocumentKind.CORS)).contains("<CORS>2</CORS>");
    buckets.removeDocument(bucket, DocumentKind.CORS);
    buckets.removeDocument(bucket, DocumentKind.CORS);
    assertThat(buckets.document(bucket, DocumentKind.CORS)).isEmpty();
    assertThat(buckets.document(bucket, DocumentKind.POLICY)).contains("{\"ü\":1}");
  }

  @Test
  void a_bucket_is_created_with_its_documents_or_not_at_all() {
    var documents = Map.of(DocumentKind.OWNERSHIP, "enforced", DocumentKind.TAGGING, "<ü/>");
    Bucket bucket = buckets.create(new CreateBucket(NAME, ANNA, "", documents));
    assertThat(buckets.document(bucket, DocumentKind.OWNERSHIP)).contains("enforced");
    assertThat(buckets.document(bucket, DocumentKind.TAGGING)).contains("<ü/>");
    assertThat(buckets.document(bucket, DocumentKind.ACL)).isEmpty();
    var others = Map.of(DocumentKind.OWNERSHIP, "mine", DocumentKind.ACL, "open");
    assertThatThrownBy(() -> buckets.create(new CreateBucket(NAME, BERT, "", others)))
        .isInstanceOf(StoreFailure.BucketExists.class);
    assertThat(buckets.document(bucket, DocumentKind.OWNERSHIP)).contains("enforced");
    assertThat(buckets.document(bucket, DocumentKind.ACL)).isEmpty();
    buckets.removeDocument(bucket, DocumentKind.OWNERSHIP);
    assertThat(buckets.document(bucket, DocumentKind.OWNERSHIP)).isEmpty();
    buckets.delete(bucket);
    assertThat(buckets.document(create(), DocumentKind.TAGGING)).isEmpty();
  }

  @Test
  void the_buckets_of_an_owner_are_paged_by_name() {
    for (String name : List.of("aaa", "aab", "abb", "bbb", "bbc")) {
      buckets.create(new CreateBucket(new BucketName(name), ANNA, ""));
    }
    buckets.create(new CreateBucket(new BucketName("aac"), BERT, ""));
    assertThat(names("", 2)).containsExactly("aaa", "aab", "abb", "bbb", "bbc");
    assertThat(names("a", 2)).containsExactly("aaa", "aab", "abb");
    assertThat(names("c", 2)).isEmpty();
    assertThat(buckets.page(ANNA, "", "", 5).truncated()).isFalse();
    assertThat(buckets.page(ANNA, "", "", 4).truncated()).isTrue();
    assertThat(buckets.page(ANNA, "", "", 0)).isEqualTo(new BucketPage(List.of(), false));
  }

  private List<String> names(String prefix, int limit) {
    List<String> names = new ArrayList<>();
    String after = "";
    for (int i = 0; i < 10; i++) {
      BucketPage page = buckets.page(ANNA, prefix, after, limit);
      for (Bucket bucket : page.buckets()) names.add(bucket.name().text());
      if (!page.truncated()) return names;
      after = names.getLast();
    }
    throw new AssertionError("a listing without end");
  }
}
