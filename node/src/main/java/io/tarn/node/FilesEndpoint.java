package io.tarn.node;

import io.tarn.catalog.RootCredentials;
import io.tarn.files.FilesAccess;
import io.tarn.files.FilesGateway;
import io.tarn.files.FilesOrigin;
import io.tarn.files.FilesSettings;
import io.tarn.health.HealthAnswers;
import io.tarn.health.Vitals;
import io.tarn.http.HttpCounts;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.index.IndexedStore;
import io.tarn.observe.Metrics;
import io.tarn.settings.Address;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.time.Duration;
import java.util.Map;

/// The listener of the files API, and the bucket behind it.
final class FilesEndpoint implements AutoCloseable {
  /// What the files are for clients of S3.
  static final BucketName BUCKET = new BucketName("files");

  private final FilesGateway gateway;
  private final HttpServer server;

  /// What there is of the node.
  record Parts(
      Storage storage,
      IndexedStore objects,
      OriginStores origins,
      FilesAccess access,
      Vitals vitals,
      Metrics metrics) {}

  private FilesEndpoint(FilesGateway gateway, HttpServer server) {
    this.gateway = gateway;
    this.server = server;
  }

  private static Address address(TarnConfig config) {
    Address address = config.files().address();
    if (address == null) throw new IllegalStateException("there is no files API");
    return address;
  }

  /// Whether it is open to whoever is on this machine.
  static boolean isOpen(TarnConfig config) {
    return Reach.of(address(config)) == Reach.THIS_MACHINE && config.files().token().isEmpty();
  }

  /// @throws StoreFailure when the settings do not allow it, or the bucket is somebody else's
  static FilesEndpoint start(TarnConfig config, Parts parts, RootCredentials root) {
    FilesSettings settings = config.files();
    if (!isOpen(config) && settings.token().isEmpty()) {
      throw refused(
          "other machines reach the files API at %s: set TARN_FILES_TOKEN, such as to `openssl rand -hex 20`, or serve it at 127.0.0.1:%d"
              .formatted(address(config), address(config).port()));
    }
    if (!parts.storage.hasOwnBuckets()) {
      throw refused("the files API needs a server with directories, and this one keeps nothing");
    }
    TenantId owner = root.tenant().id();
    Bucket bucket = bucket(parts.access.buckets(), owner);
    FilesOrigin origin =
        settings.origin().isEmpty()
            ? null
            : parts.origins.files(OriginStorage.Place.of("files.origin", settings.origin()), owner);
    var gateway =
        new FilesGateway(
            new FilesGateway.Wiring(
                settings,
                parts.objects,
                bucket,
                origin,
                parts.access,
                parts.vitals,
                parts.metrics));
    gateway.start();
    boolean done = false;
    try {
      HttpSettings listeners = config.http();
      HttpServer server =
          HttpServer.start(
              listeners
                  .with(listeners.memory().dividedBy(4))
                  .listeningOn(address(config).host(), address(config).port()),
              new HealthAnswers(parts.vitals).before(gateway));
      done = true;
      return new FilesEndpoint(gateway, server);
    } finally {
      if (!done) gateway.close();
    }
  }

  private static Bucket bucket(Buckets buckets, TenantId owner) {
    try {
      return buckets.create(new CreateBucket(BUCKET, owner, "", new Home.Files(), Map.of()));
    } catch (StoreFailure.BucketExists e) {
      if (e.bucket().home() instanceof Home.Files) return e.bucket();
      throw refused(
          "the files API keeps its files in a bucket called %s, and there is one that is not its own; copy what is in it to another bucket and delete it"
              .formatted(BUCKET));
    }
  }

  private static StoreFailure refused(String why) {
    return new StoreFailure.Unavailable(why, null);
  }

  int port() {
    return server.port();
  }

  HttpCounts counts() {
    return server.counts();
  }

  boolean reloadTls() {
    return server.reloadTls();
  }

  boolean drain(Duration patience) {
    return server.drain(patience);
  }

  @Override
  public void close() {
    server.close();
    gateway.close();
  }
}
