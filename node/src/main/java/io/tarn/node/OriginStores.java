package io.tarn.node;

import io.tarn.console.Origins;
import io.tarn.settings.Name;
import io.tarn.settings.Secret;
import io.tarn.store.Bucket;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import io.tarn.upstream.OriginKeys;
import io.tarn.upstream.OriginProbe;
import io.tarn.upstream.OriginSettings;
import io.tarn.upstream.S3Origin;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The stores of the origins that the settings name.
final class OriginStores implements Origins, AutoCloseable {
  private final Map<String, S3Origin> origins = new TreeMap<>();

  OriginStores(Map<Name, OriginSettings> settings, InstantSource clock) {
    settings.forEach(
        (name, origin) -> {
          var keys = new OriginKeys(origin.accessKey(), origin.secretKey(), Secret.NONE);
          origins.put(name.text(), new S3Origin(name.text(), origin, () -> keys, clock));
        });
  }

  /// By their names.
  Map<String, ObjectStore> byName() {
    return Map.copyOf(origins);
  }

  @Override
  public Home.Linked examine(Bucket bucket, Home.Linked wanted) {
    S3Origin origin = origins.get(wanted.origin());
    if (origin == null) {
      throw new StoreFailure.Unavailable(
          "the settings name no origin %s; they name %s. Start the server with --origins.%s.endpoint=… and its keys"
              .formatted(
                  wanted.origin(),
                  origins.isEmpty() ? "none" : String.join(", ", origins.keySet()),
                  wanted.origin()),
          null);
    }
    var everything =
        new Home.Linked(wanted.origin(), wanted.bucket(), wanted.prefix(), Capability.ALL);
    var tried =
        new Bucket(
            bucket.name(),
            bucket.id(),
            bucket.revision(),
            bucket.owner(),
            bucket.region(),
            bucket.created(),
            bucket.versioning(),
            everything);
    Set<Capability> found = OriginProbe.examine(origin, tried);
    return new Home.Linked(wanted.origin(), wanted.bucket(), wanted.prefix(), found);
  }

  @Override
  public void close() {
    origins.values().forEach(S3Origin::close);
  }
}
