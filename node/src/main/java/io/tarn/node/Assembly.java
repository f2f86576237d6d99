package io.tarn.node;

import io.tarn.bytes.BlockPool;
import io.tarn.bytes.Crc64Nvme;
import io.tarn.bytes.Ingest;
import io.tarn.catalog.BucketRegistry;
import io.tarn.catalog.Catalog;
import io.tarn.catalog.Credential;
import io.tarn.catalog.RootCredentials;
import io.tarn.console.Access;
import io.tarn.console.AdminWork;
import io.tarn.console.Console;
import io.tarn.console.ConsoleMetrics;
import io.tarn.console.LinkRequest;
import io.tarn.console.LocalAccess;
import io.tarn.console.Origins;
import io.tarn.files.FilesAccess;
import io.tarn.files.FilesBucket;
import io.tarn.gateway.GatewaySettings;
import io.tarn.gateway.MalformedRequests;
import io.tarn.gateway.S3Gateway;
import io.tarn.gateway.Stores;
import io.tarn.gateway.Telemetry;
import io.tarn.health.HealthAnswers;
import io.tarn.health.Vitals;
import io.tarn.http.HttpCounts;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.identity.Caller;
import io.tarn.index.IndexBackends;
import io.tarn.index.IndexedContents;
import io.tarn.index.IndexedStore;
import io.tarn.index.TokenLease;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.observe.Metrics;
import io.tarn.observe.RequestLog;
import io.tarn.settings.Address;
import io.tarn.signature.Authentication;
import io.tarn.signature.Service;
import io.tarn.signature.SigningRules;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.Home;
import io.tarn.store.Homes;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.upstream.OriginMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running node: every `new`, top to bottom, in the order things are needed. What is started last
/// ends first.
final class Assembly implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final TarnConfig config;
  private final Storage storage;
  private final RootCredentials root;
  private final Catalog catalog;
  private final BucketRegistry buckets;
  private final IndexedStore objects;
  private final OriginStores origins;
  private final RequestLog requestLog;
  private final ExecutorService hashing;
  private final NodeVitals vitals;
  private final Care care;
  private final HttpServer s3;
  private final HttpServer admin;
  private final @Nullable FilesEndpoint files;
  private final LocalAccess access;

  /// Starts everything. Fails with [io.tarn.store.StoreFailure] or [java.io.UncheckedIOException],
  /// saying what to do; nothing is left running then that would keep the process alive.
  static Assembly start(TarnConfig config) {
    return start(config, () -> "", Map.of());
  }

  /// - `failure`: why the process is about to end, if it is
  /// - `environment`: its variables, where the keys for origins may be
  static Assembly start(
      TarnConfig config, Supplier<String> failure, Map<String, String> environment) {
    return new Assembly(
        config, new World(failure, Clocks.SYSTEM, NodeMembership.ALONE, environment));
  }

  static Assembly start(
      TarnConfig config, Supplier<String> failure, Clocks clocks, NodeMembership membership) {
    return new Assembly(config, new World(failure, clocks, membership, Map.of()));
  }

  /// What there is around a node.
  private record World(
      Supplier<String> failure,
      Clocks clocks,
      NodeMembership membership,
      Map<String, String> environment) {}

  private Assembly(TarnConfig config, World world) {
    this.config = config;
    Clocks clocks = world.clocks;
    NodeMembership membership = world.membership;
    InstantSource clock = clocks.wall();
    var metrics = new Metrics(config.metrics());
    var credentials = new NamedCredentials(config.credentials(), world.environment, clock);
    var counted = new OriginMetrics(metrics);
    storage = Storage.open(config, clocks, membership, new OriginAccess(credentials, counted));
    MetaStore meta = storage.meta();

    var tokens = new Tokens(clock, storage.number());
    var backends = new IndexBackends(meta, storage.blobs(), tokens, clock, storage.number());
    // Before anything else writes.
    var lease = TokenLease.take(backends);
    var memory =
        new BucketRegistry.Memory(
            config.catalog().cacheEntries(), config.catalog().cacheFor(), clocks.nanos());
    buckets =
        new BucketRegistry(
            meta, tokens, new IndexedContents(backends), config.gateway().region(), memory);
    Buckets linkable = storage.hasOwnBuckets() ? buckets : new LinkedBucketsOnly(buckets);
    objects = new IndexedStore(backends, lease, buckets, storage.index());
    catalog = storage.catalog(tokens, clocks.nanos());
    root = catalog.bootstrap();

    meta.publish(metrics);
    var cache = new SharedCache(config, storage.directory(), metrics, clock);
    var opener = new OriginOpener(config, storage.directory(), credentials, cache, counted);
    origins = new OriginStores(opener, cache, buckets, clock);
    origins.resume(buckets.linked());
    requestLog = RequestLog.start(config.log());
    hashing =
        Executors.newFixedThreadPool(
            cores(), Thread.ofPlatform().daemon().name("hash-", 0).factory());
    hashing.execute(Assembly::loadChecksums);
    Storage.Identity identity = storage.identity();
    var node =
        new Vitals.Node(
            ProgramVersion.TEXT, identity.node(), config.gateway().region(), clock.instant());
    care = storage.care(objects, this::reloadCertificate);
    var watched =
        new NodeVitals.Watched(objects.reaper(), config.index().reaper().patience(), clock);
    var served =
        new NodeVitals.Served(storage.hasOwnBuckets() ? watched : null, origins, world.failure);
    vitals = new NodeVitals(node, care, meta, served);
    var health = new HealthAnswers(vitals);
    var gateway =
        new S3Gateway(
            new S3Gateway.Wiring(
                config.gateway(),
                new Stores(linkable, new Homes(objects, new FilesBucket(objects), origins::of)),
                new CatalogCallers(catalog),
                new Telemetry(metrics, requestLog),
                clock,
                identity.tokenSecret(),
                identity.node(),
                new Ingest(hashing, new BlockPool(config.gateway().bodyBlocks().bytes()))));
    access = LocalAccess.fresh(url(config.consoleAddress()), url(config.http().listen()));
    var console =
        new Console(
            config.console(),
            metrics,
            access(clock),
            new AdminWork(
                new AdminWork.Parts(
                    catalog,
                    root.tenant().id(),
                    linkable,
                    vitals,
                    care,
                    care.membership(),
                    origins,
                    clock),
                config.console()));

    if (storage.hasOwnBuckets()) objects.reaper().start();
    HttpSettings listeners = config.http();
    s3 =
        HttpServer.start(listeners, health.before(gateway), new MalformedRequests(identity.node()));
    admin =
        HttpServer.start(
            listeners
                .with(listeners.memory().dividedBy(8))
                .listeningOn(config.consoleAddress().host(), config.consoleAddress().port()),
            console);
    files = config.files().address() == null ? null : files(metrics, clock);
    ConsoleMetrics.ofNode(metrics, vitals);
    ConsoleMetrics.ofScrubs(metrics, care, clock);
    Map<String, Supplier<HttpCounts>> counts = new TreeMap<>();
    counts.put("s3", s3::counts);
    counts.put("console", admin::counts);
    if (files != null) counts.put("files", files::counts);
    ConsoleMetrics.ofListeners(metrics, counts);
    storage.admit(access);
    care.start();
    Exposure.of(config, root.pair()).ifPresent(what -> LOG.warn("{}: {}", what, Exposure.ADVICE));
  }

  /// Beside the rest of the start, or the first body would wait for it.
  private static void loadChecksums() {
    if (!Crc64Nvme.load()) {
      LOG.warn(
          "the library of fast checksums cannot be loaded (is the directory for temporary files"
              + " writable and executable?): uploads take more of the processor");
    }
  }

  private boolean reloadCertificate() {
    // Both, whatever the first one says: they have the same files.
    boolean reloaded = s3.reloadTls();
    if (files != null) reloaded &= files.reloadTls();
    return admin.reloadTls() && reloaded;
  }

  private FilesEndpoint files(Metrics metrics, InstantSource clock) {
    var callers = new CatalogCallers(catalog);
    var access =
        new FilesAccess(
            FilesEndpoint.isOpen(config),
            config.files().token(),
            new Authentication(callers::secret, rules(Service.S3, config.gateway().clockSkew())),
            accessKey -> Optional.ofNullable(callers.caller(accessKey)),
            buckets,
            clock);
    return FilesEndpoint.start(
        config, new FilesEndpoint.Parts(storage, objects, origins, access, vitals, metrics), root);
  }

  private Access access(InstantSource clock) {
    SigningRules rules = rules(Service.ADMIN, config.console().clockSkew());
    var callers = new CatalogCallers(catalog);
    return new Access(
        new Authentication(callers::secret, rules),
        accessKey -> catalog.find(accessKey).map(Credential::caller),
        new Caller.Root(root.tenant().account(), root.pair().accessKey()),
        access.token(),
        clock);
  }

  private SigningRules rules(Service service, Duration clockSkew) {
    GatewaySettings gateway = config.gateway();
    return new SigningRules(
        service,
        gateway.region(),
        Set.copyOf(gateway.otherRegions()),
        gateway.anyRegion(),
        clockSkew,
        256,
        false);
  }

  private String url(Address address) {
    return AdminEndpoint.url(address, config.http().certificate() != null);
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  TarnConfig config() {
    return config;
  }

  RootCredentials root() {
    return root;
  }

  OriginStores origins() {
    return origins;
  }

  Buckets buckets() {
    return buckets;
  }

  Storage storage() {
    return storage;
  }

  int s3Port() {
    return s3.port();
  }

  int adminPort() {
    return admin.port();
  }

  /// Where the files API is, where it is served.
  OptionalInt filesPort() {
    return files == null ? OptionalInt.empty() : OptionalInt.of(files.port());
  }

  /// Makes a bucket of the first tenant that is linked so, after the origin was tried out; or does
  /// nothing when there is that bucket.
  ///
  /// @throws StoreFailure when it cannot be linked, or the name is another bucket's
  void link(BucketName name, LinkRequest wanted) {
    Optional<Bucket> there = buckets.find(name);
    if (there.isPresent()) {
      boolean same =
          there.get().home() instanceof Home.Linked(var origin, var bucket, var prefix, var _)
              && origin.equals(wanted.origin())
              && bucket.equals(wanted.bucket())
              && prefix.equals(wanted.prefix());
      if (same) return;
      throw new StoreFailure.Unavailable(
          "there is a bucket %s in this directory that is another one; choose another directory, or"
                  .formatted(name)
              + " unlink it there (`tarn bucket unlink`)",
          null);
    }
    TenantId owner = root.tenant().id();
    Origins.Linked link = origins.examine(name, owner, wanted);
    try {
      origins.linked(
          buckets.create(new CreateBucket(name, owner, "", link.home(), link.documents())));
    } catch (StoreFailure.BucketExists e) {
      link(name, wanted); // another server was faster
    }
  }

  /// Takes no new requests and lets those in flight finish, as long as the configuration allows.
  void drain() {
    vitals.startDraining();
    long end = System.nanoTime() + config.drain().toNanos();
    boolean finished = s3.drain(config.drain());
    if (files != null) finished &= files.drain(Duration.ofNanos(end - System.nanoTime()));
    if (!finished) {
      System.err.print("tarn: some requests were cut off; raise --drain to wait longer\n");
    }
  }

  @Override
  public void close() {
    storage.dismiss(access);
    s3.close();
    if (files != null) files.close();
    admin.close();
    care.close();
    objects.reaper().close();
    origins.close();
    hashing.shutdown();
    catalog.close();
    buckets.close();
    storage.close();
    requestLog.close();
  }
}
