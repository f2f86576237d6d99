package io.tarn.conformance;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.KeyPair;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.settings.Secret;
import io.tarn.store.Acl;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.DocumentKind;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.testkit.Bodies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A day's work on a store: each operation that takes more than one step on a disk, at least once.
/// The same day on the model says what each operation should have come to.
final class Day {
  static final TenantId OWNER = new TenantId("anna");

  private static final TenantId LAB = new TenantId("1ab0".repeat(16));

  /// Larger than what travels inside a commit.
  static final int LARGE = 70_000;

  private static final int SMALL = 100;

  /// Every operation is all or nothing.
  record Operation(String name, Runnable work) {}

  private final Buckets buckets;
  private final ObjectStore objects;
  private final Catalog catalog;
  private final List<Operation> operations = new ArrayList<>();
  private final List<CompleteUpload.Chosen> parts = new ArrayList<>();
  private final List<Version> versions = new ArrayList<>();
  private final List<UploadRef> uploads = new ArrayList<>();
  private final List<Bucket> at = new ArrayList<>();

  /// `tidy` collects what has become garbage.
  Day(Buckets buckets, ObjectStore objects, Catalog catalog, Runnable tidy) {
    this.buckets = buckets;
    this.objects = objects;
    this.catalog = catalog;
    plan("create a bucket", () -> at.add(create("bucket")));
    plainWrites();
    plan("collect the garbage", tidy);
    multipart();
    plan("collect the garbage of an upload", tidy);
    versioned();
    documents();
    callers();
    plan("create another bucket", () -> at.add(create("another")));
    plan("begin an upload in it", () -> begin(at.getLast(), "lost"));
    plan("put a part into that", () -> part(1, LARGE + 10));
    plan("delete that bucket", () -> buckets.delete(at.removeLast()));
    plan("collect the last garbage", tidy);
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  private void plan(String name, Runnable work) {
    operations.add(new Operation(name, work));
  }

  private Bucket create(String name) {
    return buckets.create(new CreateBucket(new BucketName(name), OWNER, ""));
  }

  private void plainWrites() {
    plan("put a small object", () -> put("small", SMALL));
    plan("put a large object", () -> put("large", LARGE));
    plan("overwrite large by large", () -> put("large", LARGE + 1));
    plan("overwrite large by small", () -> put("large", SMALL + 1));
    plan("overwrite small by large", () -> put("small", LARGE + 2));
    plan("copy a large object", () -> copy("small", "copy"));
    plan("copy the copy", () -> copy("copy", "second copy"));
    plan("copy an object onto itself", () -> copy("second copy", "second copy"));
    plan("change tags", () -> tag("copy"));
    plan("delete a large object", () -> delete("small", Version.LATEST));
    plan("delete a copy", () -> delete("second copy", Version.LATEST));
  }

  private void multipart() {
    plan("begin an upload", () -> begin("parts"));
    plan("put a part", () -> part(1, LARGE + 3));
    plan("replace a part", () -> part(1, LARGE + 4));
    plan("put a second part", () -> part(2, LARGE + 5));
    plan("put a part that is not chosen", () -> part(3, LARGE + 6));
    plan("copy a part that is not chosen", () -> copyPart(4, "copy"));
    plan("complete the upload", () -> complete(2));
    plan("begin an upload to be aborted", () -> begin("aborted"));
    plan("put a part of it", () -> part(1, LARGE + 7));
    plan("abort the upload", () -> objects.abort(uploads.getLast(), Permit.OfUpload.ANY));
  }

  private void versioned() {
    plan(
        "switch versioning on",
        () -> at.set(0, buckets.setVersioning(bucket(), Versioning.ENABLED)));
    plan("put a large version", () -> put("large", LARGE + 8));
    plan("put a small version", () -> put("large", SMALL + 2));
    plan("set a delete marker", () -> delete("large", Version.LATEST));
    plan("delete the marker", () -> delete("large", versions.getLast()));
    plan("delete a large version", () -> delete("large", versions.get(versions.size() - 3)));
    plan("set a marker on parts", () -> delete("parts", Version.LATEST));
    plan("delete the parts for good", () -> delete("parts", Version.NULL));
    plan(
        "suspend versioning",
        () -> at.set(0, buckets.setVersioning(bucket(), Versioning.SUSPENDED)));
    plan("replace the null version", () -> put("copy", LARGE + 9));
    plan("set a null marker", () -> delete("copy", Version.LATEST));
  }

  private void documents() {
    plan("set a document", () -> buckets.setDocument(bucket(), DocumentKind.POLICY, "first"));
    plan("replace it", () -> buckets.setDocument(bucket(), DocumentKind.POLICY, "second"));
    plan("remove it", () -> buckets.removeDocument(bucket(), DocumentKind.POLICY));
    plan("share an object", () -> share("large"));
  }

  private void callers() {
    plan("make a tenant", () -> catalog.tenants().create(new Tenant.Profile("lab"), LAB));
    plan("give its root a key", () -> key("LABROOTKEY0000000001", "", ""));
    plan("put a policy", () -> catalog.policies().put(LAB, "readers", policy("s3:GetObject")));
    plan("replace it", () -> catalog.policies().put(LAB, "readers", policy("s3:Get*")));
    plan("make a user", () -> catalog.users().create(LAB, "mia"));
    plan("attach the policy", () -> catalog.users().attach(LAB, "mia", "readers"));
    plan("give the user a key", () -> key("LABMIAKEY00000000001", "mia", ""));
    plan("and a narrower one", () -> key("LABMIAKEY00000000002", "mia", policy("s3:GetObject")));
    plan("disable a key", () -> catalog.accessKeys().setEnabled("LABMIAKEY00000000001", false));
    plan("delete a key", () -> catalog.accessKeys().delete("LABMIAKEY00000000001"));
    plan("disable the user", () -> catalog.users().setEnabled(LAB, "mia", false));
    plan("detach the policy", () -> catalog.users().detach(LAB, "mia", "readers"));
    plan("delete the policy", () -> catalog.policies().delete(LAB, "readers"));
    plan("delete the user with its key", () -> catalog.users().delete(LAB, "mia"));
    plan(
        "describe the tenant",
        () ->
            catalog.tenants().change(LAB, _ -> new Tenant.Profile("laboratory", "Lab", ""), null));
    plan("disable the tenant", () -> catalog.tenants().setEnabled(LAB, false));
    plan("delete the tenant", () -> catalog.tenants().delete(LAB));
  }

  private void key(String id, String user, String ceiling) {
    var pair = new KeyPair(id, Secret.of("the-secret-of-" + id));
    catalog.accessKeys().create(new Owner(LAB, user), pair, ceiling);
  }

  private static String policy(String action) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}\
    """
        .formatted(action);
  }

  private Bucket bucket() {
    return at.getFirst();
  }

  private void put(String key, int length) {
    var body = Bodies.of(Bodies.bytes(length, length));
    versions.add(objects.put(new Put(bucket(), new Key(key)), body).version());
  }

  private void copy(String from, String to) {
    var source = new Read(bucket(), new Key(from));
    objects.copy(new Copy(source, new Put(bucket(), new Key(to)), true, true, null));
  }

  private void tag(String key) {
    var tags = new Annotate.SetTags(new Tags(Map.of("color", "green")));
    objects.annotate(new Annotate(bucket(), new Key(key), Version.LATEST, tags));
  }

  private void share(String key) {
    var everyone = new Acl.Grant(new Acl.Everyone(), Acl.Permission.READ);
    var shared = new Annotate.SetAcl(new Acl(List.of(everyone)));
    objects.annotate(new Annotate(bucket(), new Key(key), Version.LATEST, shared));
  }

  private void delete(String key, Version version) {
    var delete = new Delete(bucket(), new Key(key), OWNER, version, Conditions.NONE);
    versions.add(objects.delete(delete).version());
  }

  private void begin(String key) {
    begin(bucket(), key);
  }

  private void begin(Bucket bucket, String key) {
    var put = new Put(bucket, new Key(key));
    Upload upload = objects.begin(new BeginUpload(put, OWNER, null, ChecksumType.COMPOSITE));
    uploads.add(new UploadRef(bucket, new Key(key), upload.id()));
    parts.clear();
  }

  private void copyPart(int number, String from) {
    var source = new ObjectStore.PartSource(new Read(bucket(), new Key(from)), null);
    objects.copyPart(uploads.getLast(), number, source);
  }

  private void part(int number, int length) {
    var body = Bodies.of(Bodies.bytes(length, length));
    Part part = objects.putPart(uploads.getLast(), number, body);
    parts.removeIf(earlier -> earlier.number() == number);
    parts.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
  }

  private void complete(int count) {
    List<CompleteUpload.Chosen> chosen = parts.subList(0, count);
    objects.complete(
        new CompleteUpload(
            uploads.getLast(), chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING));
  }
}
