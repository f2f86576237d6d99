package io.tarn.upstream;

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
import io.tarn.store.Key;
import io.tarn.store.OriginTraffic;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.testkit.BucketsContract;
import io.tarn.testkit.Claim;
import io.tarn.testkit.MemoryStore;
import io.tarn.testkit.Profile;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// A server of somebody else that speaks S3, which whoever runs the tests has started. What it can
/// do is tried out; what it does otherwise than S3, and nothing can be done about, is in its
/// profile.
final class ForeignServer implements AutoCloseable {
  /// The property that says where they are: `name=endpoint`, with commas between.
  static final String PROPERTY = "tarn.foreign";

  private static final String FILES = "its objects are files";
  private static final String FIVE = "it takes none below five MiB but the last";

  private final String name;
  private final S3Origin origin;
  private final OriginClient client;
  private final Set<Capability> capabilities;

  private ForeignServer(String name, String endpoint) {
    this.name = name;
    var keys = new OriginKeys("origin", Secret.of("origin-secret-key"), Secret.NONE);
    var metrics = new OriginMetrics(new Metrics(Settings.defaults(MetricsSettings.class)));
    OriginSettings settings = FarServer.settings(endpoint, OriginSettings.Addressing.PATH, null);
    this.origin = new S3Origin(name, settings, () -> keys, metrics, InstantSource.system());
    this.client =
        new OriginClient(
            name, settings, () -> keys, metrics, InstantSource.system(), OriginTraffic.UNTOLD);
    String tried = create();
    var everything = new Home.Linked(name, tried, "tried/", Capability.ALL);
    this.capabilities = OriginProbe.examine(origin, bucket(everything));
    System.out.println(name + " was found to have " + capabilities);
  }

  private static Bucket bucket(Home home) {
    var owner = new TenantId("owner");
    return new Bucket(new BucketName("near"), 1, 1, owner, "", Instant.EPOCH, Versioning.OFF, home);
  }

  /// Makes a bucket there, and says how it is called.
  private String create() {
    String called = "contract-" + UUID.randomUUID();
    OriginRequest request =
        OriginRequest.ofBucket("PUT", new LinkedPlace(new BucketName("near"), called, ""));
    OriginAnswer _ = new OriginCalls(client).done(request, OriginFailures.Subject.of(new Key("-")));
    return called;
  }

  static Stream<ForeignServer> all() {
    String said = System.getProperty(PROPERTY, "");
    return said.isEmpty()
        ? Stream.empty()
        : Stream.of(said.split(","))
            .map(one -> one.split("=", 2))
            .map(one -> new ForeignServer(one[0], one[1]));
  }

  /// Fresh and empty: another bucket for each.
  BucketsContract.Both both() {
    return new BucketsContract.Both(new Linked(new MemoryStore()), origin);
  }

  Profile profile() {
    Profile profile =
        Profile.COMPLETE
            .without(Claim.OWNERS, "the owner at the origin is another account")
            .without(Claim.BUCKETS_FOR_CLIENTS, "only an operator takes a link away")
            .without(Claim.ACLS, "owners have no names at the origin")
            .without(Claim.VERSIONS, "of versions a linked bucket shows the latest")
            .without(Claim.PERMITS_IN_ONE_STEP, "tags are a request of their own")
            .without(Claim.PART_LISTS, "a part list is a request for each thousand")
            .without(Claim.WRITTEN_FACTS, "an answer to a write has no time")
            .without(Claim.LISTED_FACTS, "a page has no checksums, and a head whole seconds")
            .without(Claim.OBJECTS_WITHOUT_CHECKSUM, "S3 gives each object one")
            .without(Claim.REASONS_OF_REFUSALS, "S3 has one error for several")
            .without(Claim.UNKNOWN_LENGTHS, "S3 wants the length first")
            .without(Claim.ANY_CHARACTER, "names of metadata are names of headers");
    profile = found(profile, Capability.TAGS, Claim.TAGS);
    profile = found(profile, Capability.CONDITIONAL_WRITES, Claim.CONDITIONAL_WRITES);
    profile = found(profile, Capability.CONDITIONAL_DELETES, Claim.CONDITIONAL_DELETES);
    return switch (name) {
      case "s3proxy" ->
          profile
              .without(Claim.KEYS_THAT_ARE_NO_PATHS, FILES)
              .without(Claim.ANY_DELIMITER, "S3Proxy groups by slashes")
              .without(Claim.CHECKSUMS, "S3Proxy tells them with the bytes only")
              .without(Claim.SMALL_PARTS, FIVE)
              .without(Claim.STRICT_UPLOADS, "S3Proxy takes parts for uploads that are over")
              .without(Claim.LISTED_UPLOADS, "S3Proxy lists them in no order")
              .without(Claim.PART_NUMBERS, "S3Proxy knows no parts of objects")
              .without(Claim.PAGED_PARTS, "S3Proxy lists all parts, or none")
              .without(Claim.LONG_NAMES, "S3Proxy writes to a file of a longer name first")
              .without(Claim.STRICT_DELETES, "S3Proxy says of nothing that it was deleted");
      case "moto" ->
          profile
              .without(Claim.CHECKSUMS, "moto keeps only what the client asked for by name")
              .without(Claim.STRICT_UPLOADS, "moto compares little, and fails where one is over")
              .without(Claim.LISTED_UPLOADS, "moto lists them in no order")
              .without(Claim.PART_NUMBERS, "moto counts parts anew");
      case "versitygw" ->
          profile
              .without(Claim.KEYS_THAT_ARE_NO_PATHS, FILES)
              .without(Claim.SMALL_PARTS, FIVE)
              .without(Claim.STRICT_UPLOADS, "versitygw takes checksums with a gap")
              .without(Claim.LISTED_UPLOADS, "versitygw does not go on at an upload")
              .without(Claim.STRICT_DELETES, "versitygw says of nothing that it was deleted");
      default -> profile;
    };
  }

  private Profile found(Profile profile, Capability capability, Claim claim) {
    if (capabilities.contains(capability)) return profile;
    return profile.without(claim, name + " was tried out, and cannot");
  }

  @Override
  public void close() {
    origin.close();
    client.close();
  }

  @Override
  public String toString() {
    return name;
  }

  /// Buckets that are known here, each linked to one of its own.
  private final class Linked implements Buckets {
    private final MemoryStore registry;

    Linked(MemoryStore registry) {
      this.registry = registry;
    }

    @Override
    public Bucket create(CreateBucket request) {
      var home = new Home.Linked(name, ForeignServer.this.create(), "", capabilities);
      return registry.create(
          new CreateBucket(
              request.name(), request.owner(), request.region(), home, request.documents()));
    }

    @Override
    public Optional<Bucket> find(BucketName name) {
      return registry.find(name);
    }

    @Override
    public void delete(Bucket bucket) {
      registry.delete(bucket);
    }

    @Override
    public BucketPage page(TenantId owner, String prefix, String after, int limit) {
      return registry.page(owner, prefix, after, limit);
    }

    @Override
    public Bucket setVersioning(Bucket bucket, Versioning versioning) {
      throw new StoreFailure.Unsupported(Capability.VERSIONS);
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
}
