package io.tarn.node;

import io.tarn.cache.CacheUsage;
import io.tarn.cache.NearCache;
import io.tarn.cache.QueueStatus;
import io.tarn.cache.WriteBack;
import io.tarn.cache.WriteQueue;
import io.tarn.catalog.BucketRegistry;
import io.tarn.console.LinkRequest;
import io.tarn.console.Origins;
import io.tarn.files.FilesOrigin;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.ReservedKeys;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.upstream.OriginKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The origins that buckets are linked to: those that the settings name, which are opened at a
/// start, and those of one bucket each ([BucketOrigins]).
final class OriginStores implements Origins, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OriginStores.class);

  private final Map<String, OpenOrigin> named = new TreeMap<>();
  private final OriginOpener opener;
  private final SharedCache cache;
  private final BucketOrigins own;
  private final Buckets buckets;
  private final InstantSource clock;
  private final LateProbes late;

  /// Opens those that the settings name.
  ///
  /// @throws StoreFailure when one of them cannot be; says what to change
  OriginStores(
      OriginOpener opener, SharedCache cache, BucketRegistry buckets, InstantSource clock) {
    this.opener = opener;
    this.cache = cache;
    this.buckets = buckets;
    this.clock = clock;
    this.own = new BucketOrigins(opener, buckets);
    this.late = new LateProbes(buckets, bucket -> origin(bucket), clock);
    boolean done = false;
    try {
      opener.named().forEach((name, config) -> named.put(name, opener.named(name, config)));
      done = true;
    } finally {
      if (!done) close();
    }
  }

  /// After a start: what these buckets are linked to is opened, and what is pinned of them stays.
  void resume(List<Bucket> linked) {
    Set<BucketName> names = linked.stream().map(Bucket::name).collect(Collectors.toSet());
    for (QueueStatus left : cache.queue().left()) {
      if (names.contains(left.bucket())) continue;
      LOG.warn(
          "{} acknowledged writes are of bucket {}, which is not linked any more: they stay",
          left.writes(),
          left.bucket());
    }
    cache.unpinOthers(linked.stream().map(Bucket::id).collect(Collectors.toSet()));
    for (Bucket bucket : linked) {
      if (own.isOwn(bucket)) {
        own.resume(bucket);
      } else {
        Optional.ofNullable(named.get(link(bucket).origin()))
            .ifPresent(open -> PinnedBlocks.resume(open, buckets, bucket));
      }
    }
    late.begin(linked);
  }

  /// What requests to each origin of the settings are signed with, as far as it is known: by its
  /// name, for people.
  Map<String, String> signing() {
    Map<String, String> found = new TreeMap<>();
    named.forEach(
        (name, open) -> {
          if (open instanceof OpenOrigin.OfS3(var _, var _, var _, var credentials)) {
            found.put(name, NamedCredentials.described(credentials));
          }
        });
    return found;
  }

  /// Waits for the keys of all origins of the settings, for as long as fetching them may take.
  ///
  /// @throws StoreFailure when there should be some and are none
  void awaitKeys() {
    for (OpenOrigin open : named.values()) {
      if (open instanceof OpenOrigin.OfS3(var _, var _, var _, var credentials)) {
        OriginKeys _ = credentials.keys();
      }
    }
  }

  /// Why origins are not asked at present, by their names; those that are there are not in it.
  Map<String, String> absences() {
    Map<String, String> away = new TreeMap<>();
    Stream.concat(named.values().stream(), own.opened().stream())
        .forEach(
            open -> {
              if (open instanceof OpenOrigin.OfS3(var far, var _, var _, var _)) {
                away.put(far.name(), far.absence());
              }
            });
    away.values().removeIf(String::isEmpty);
    return away;
  }

  private static Home.Linked link(Bucket bucket) {
    return (Home.Linked) bucket.home();
  }

  /// Where requests about a linked bucket go; what is Tarn's own there is left out.
  ///
  /// @throws StoreFailure.Unavailable when its origin is not there
  ObjectStore of(Bucket bucket) {
    return new ReservedKeys(origin(bucket).foremost());
  }

  private OpenOrigin origin(Bucket bucket) {
    if (own.isOwn(bucket)) return own.of(bucket);
    return named(link(bucket).origin());
  }

  private OpenOrigin named(String origin) {
    OpenOrigin there = named.get(origin);
    if (there != null) return there;
    throw new StoreFailure.Unavailable(
        "the settings name no origin %s; they name %s. Start the server with --origins.%s.s3.endpoint=… and its keys"
            .formatted(
                origin, named.isEmpty() ? "none" : String.join(", ", named.keySet()), origin),
        null);
  }

  /// Where files go that are to be at an origin, as `files.origin` has it. What can be done with
  /// the bucket there is found out when it is first wanted.
  ///
  /// @throws StoreFailure.Unavailable when the settings name no such origin
  FilesOrigin files(OriginStorage.Place place, TenantId owner) {
    OpenOrigin origin = named(place.origin());
    var found = new AtomicReference<@Nullable Bucket>();
    return new FilesOrigin(
        "%s:%s/%s".formatted(place.origin(), place.bucket(), place.prefix()),
        origin.far(),
        () -> {
          Bucket known = found.get();
          if (known != null) return known;
          Bucket examined = examined(origin, place, owner);
          found.set(examined);
          return examined;
        });
  }

  private static Bucket examined(OpenOrigin origin, OriginStorage.Place place, TenantId owner) {
    Bucket tried = bucket(place, owner, Capability.ALL);
    return bucket(place, owner, origin.examine(tried));
  }

  private static Bucket bucket(
      OriginStorage.Place place, TenantId owner, Set<Capability> capabilities) {
    var home = new Home.Linked(place.origin(), place.bucket(), place.prefix(), capabilities);
    return new Bucket(FilesEndpoint.BUCKET, 0, 0, owner, "", Instant.EPOCH, Versioning.OFF, home);
  }

  @Override
  public Linked examine(BucketName name, TenantId owner, LinkRequest request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var record = new LinkRecord(request.settings(), request.credentials(), now);
    Home.Linked home;
    if (!request.origin().isEmpty()) {
      home = examine(named(request.origin()), name, owner, request);
    } else {
      try (OpenOrigin tried =
          opener.open(Home.Linked.ofItsOwn(name), record.config(), record.credentials())) {
        home = examine(tried, name, owner, request);
      }
    }
    return new Linked(home, Map.of(DocumentKind.LINK, record.document()));
  }

  private static Home.Linked examine(
      OpenOrigin origin, BucketName name, TenantId owner, LinkRequest request) {
    String called = request.origin().isEmpty() ? Home.Linked.ofItsOwn(name) : request.origin();
    String there = request.bucket().isEmpty() ? origin.usualBucket(name) : request.bucket();
    var everything = new Home.Linked(called, there, request.prefix(), Capability.ALL);
    var tried = new Bucket(name, 0, 0, owner, "", Instant.EPOCH, Versioning.OFF, everything);
    Set<Capability> found = origin.examine(tried);
    return new Home.Linked(called, there, request.prefix(), found);
  }

  @Override
  public void linked(Bucket bucket) {
    if (own.isOwn(bucket)) own.resume(bucket);
  }

  @Override
  public void unlinked(Bucket bucket) {
    Optional<OpenOrigin> open =
        own.isOwn(bucket)
            ? own.forget(bucket)
            : Optional.ofNullable(named.get(link(bucket).origin()));
    open.map(OpenOrigin::cache).ifPresent(near -> PinnedBlocks.giveUp(near, bucket));
    if (own.isOwn(bucket)) open.ifPresent(OpenOrigin::close);
  }

  @Override
  public Optional<NearCache> cache(Bucket bucket) {
    return Optional.ofNullable(origin(bucket).cache());
  }

  @Override
  public Optional<CacheUsage> usage() {
    return cache.usage();
  }

  @Override
  public Optional<Kept> kept(Bucket bucket) {
    return buckets
        .document(bucket, DocumentKind.LINK)
        .map(text -> LinkRecord.of(bucket, text))
        .map(record -> new Kept(record.settings(), record.credentials(), record.probed()));
  }

  private Optional<WriteQueue> queue() {
    return cache.queue().queue();
  }

  @Override
  public Optional<QueueStatus> queued(Bucket bucket) {
    return queue().map(each -> each.status(bucket));
  }

  @Override
  public Optional<QueueStatus.Newest> queued(Bucket bucket, Key key) {
    return queue().flatMap(each -> each.status(bucket, key));
  }

  @Override
  public Optional<QueueStatus> sync(Bucket bucket, long upTo, Duration timeout) {
    WriteBack front = origin(bucket).front();
    if (front != null) front.hurry();
    return queue().map(each -> each.sync(bucket, upTo, timeout));
  }

  @Override
  public void unlink(Bucket bucket, Runnable away) {
    Optional<WriteQueue> queue = queue();
    if (queue.isEmpty()) {
      away.run();
      return;
    }
    try (WriteQueue.Leaving leaving = queue.get().leave(bucket)) {
      away.run();
      leaving.gone();
    }
  }

  @Override
  public void close() {
    late.close();
    own.close();
    named.values().forEach(OpenOrigin::close);
    cache.close();
  }
}
