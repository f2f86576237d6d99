package io.tarn.gateway;

import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.testkit.Claim;
import io.tarn.testkit.MemoryStore;
import io.tarn.testkit.Profile;
import io.tarn.upstream.BreakerSettings;
import io.tarn.upstream.OriginKeys;
import io.tarn.upstream.OriginMetrics;
import io.tarn.upstream.OriginSettings;
import io.tarn.upstream.S3Origin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Buckets that are known here, each linked to one of the same name, which is made at another
/// server when it is created. The two have the same versioning.
record FarBuckets(MemoryStore registry, Buckets far, String prefix, Set<Capability> capabilities)
    implements Buckets {
  static final String ORIGIN = "far";

  /// What another Tarn can do for this one.
  static final Set<Capability> CAPABILITIES =
      EnumSet.complementOf(EnumSet.of(Capability.ACLS, Capability.PERMITS_BY_TAGS));

  /// What contracts claim of it that S3 does not say.
  static final Profile PROFILE =
      Profile.COMPLETE
          .without(Claim.OWNERS, "the owner at the origin is another account")
          .without(Claim.BUCKETS_FOR_CLIENTS, "only an operator takes a link away")
          .without(Claim.ACLS, "owners have no names at the origin")
          .without(Claim.PERMITS_IN_ONE_STEP, "tags are a request of their own")
          .without(Claim.PART_LISTS, "a part list is a request for each thousand")
          .without(Claim.WRITTEN_FACTS, "an answer to a write has no time")
          .without(Claim.LISTED_FACTS, "a page has no checksums, and a head whole seconds")
          .without(Claim.OBJECTS_WITHOUT_CHECKSUM, "S3 gives each object one")
          .without(Claim.REASONS_OF_REFUSALS, "S3 has one error for several")
          .without(Claim.UNKNOWN_LENGTHS, "S3 wants the length first")
          .without(Claim.ANY_CHARACTER, "names of metadata are names of headers");

  /// A store that speaks to a server with the keys of its main tenant.
  static S3Origin origin(TestServer server) {
    var settings =
        new OriginSettings(
            server.endpoint(),
            TestServer.REGION,
            OriginSettings.Addressing.PATH,
            TestServer.Crowd.key("main"),
            Secret.of(TestServer.Crowd.password("main")),
            Secret.NONE,
            "",
            null,
            256,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            3,
            Settings.defaults(BreakerSettings.class));
    var keys = new OriginKeys(settings.accessKey(), settings.secretKey(), Secret.NONE);
    var metrics = new OriginMetrics(new Metrics(Settings.defaults(MetricsSettings.class)));
    return new S3Origin(ORIGIN, settings, () -> keys, metrics, InstantSource.system());
  }

  private TenantId main() {
    return new TenantId("main-canonical-id");
  }

  private Bucket there(Bucket bucket) {
    return far.find(bucket.name()).orElseThrow(() -> new StoreFailure.NoSuchBucket(bucket.name()));
  }

  @Override
  public Bucket create(CreateBucket request) {
    var home = new Home.Linked(ORIGIN, request.name().text(), prefix, capabilities);
    Bucket created =
        registry.create(
            new CreateBucket(
                request.name(), request.owner(), request.region(), home, request.documents()));
    far.create(new CreateBucket(request.name(), main(), ""));
    return created;
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    return registry.find(name);
  }

  @Override
  public void delete(Bucket bucket) {
    far.delete(there(bucket));
    registry.delete(bucket);
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    return registry.page(owner, prefix, after, limit);
  }

  @Override
  public Bucket setVersioning(Bucket bucket, Versioning versioning) {
    far.setVersioning(there(bucket), versioning);
    return registry.setVersioning(bucket, versioning);
  }

  @Override
  public Optional<String> document(Bucket bucket, DocumentKind kind) {
    return registry.document(bucket, kind);
  }

  @Override
  public void setDocument(Bucket bucket, DocumentKind kind, String document) {
    registry.setDocument(bucket, kind, document);
  }

  @Override
  public void removeDocument(Bucket bucket, DocumentKind kind) {
    registry.removeDocument(bucket, kind);
  }
}
