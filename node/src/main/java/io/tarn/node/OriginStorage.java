package io.tarn.node;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.CatalogSettings;
import io.tarn.console.LocalAccess;
import io.tarn.health.Vitals.Alarm;
import io.tarn.health.Vitals.DiskCalls;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.index.IndexSettings;
import io.tarn.index.IndexedStore;
import io.tarn.memory.MemoryVolume;
import io.tarn.meta.ConditionalWrites;
import io.tarn.meta.ImageMetaStore;
import io.tarn.meta.ImageObject;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Tokens;
import io.tarn.settings.Name;
import io.tarn.settings.Secret;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ReservedKeys;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.upstream.OriginCredentials;
import io.tarn.upstream.S3Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Objects at an origin, for a server without files: the metadata is one (`.tarn/catalog`), and the
/// master key another (`.tarn/master.key`), unless the settings have it. So any number of servers
/// are one, and each may vanish. It has no bytes of its own: all buckets are linked.
///
/// Whoever can read what is below `.tarn/` at the origin has the key that seals the secrets.
final class OriginStorage implements Storage {
  private static final int LONGEST_KEY = 4096;
  private static final String KEY_COMMENT =
      "# The master key of Tarn. Without it no access key can be checked: keep a copy of it.\n";
  /// Tells what is counted of it from what is counted of its bucket's objects.
  private static final String METADATA = ":metadata";

  private static final TenantId NOBODY = new TenantId("-");

  private final TarnConfig config;
  private final Place place;
  private final S3Origin origin;
  private final Bucket bucket;
  private final Secret masterKey;
  private final ImageMetaStore meta;
  private final Identity identity;
  private final int number = new SecureRandom().nextInt(Tokens.NODES);

  /// Where it is: the origin's name in the settings, the bucket there, and what stands before each
  /// key.
  record Place(String origin, String bucket, String prefix) {
    /// `ORIGIN:BUCKET` or `ORIGIN:BUCKET/PREFIX`, as the setting has it that is called so.
    static Place of(String setting, String text) {
      int colon = text.indexOf(':');
      int slash = text.indexOf('/');
      String bucket = text.substring(colon + 1, slash < 0 ? text.length() : slash);
      if (colon < 1 || bucket.isEmpty() || (slash >= 0 && slash < colon)) {
        throw new IllegalArgumentException(setting + " is ORIGIN:BUCKET or ORIGIN:BUCKET/PREFIX");
      }
      return new Place(
          text.substring(0, colon), bucket, slash < 0 ? "" : text.substring(slash + 1));
    }

    @Override
    public String toString() {
      return "s3://%s/%s%s at %s".formatted(bucket, prefix, ReservedKeys.PREFIX, origin);
    }
  }

  OriginStorage(TarnConfig config, Clocks clocks, OriginAccess access) {
    this.config = config;
    place = Place.of("stateless", config.stateless());
    OriginConfig far = origin(config.origins(), place.origin());
    OriginCredentials keys = access.credentials().of(place.origin(), far.s3());
    origin =
        new S3Origin(place.origin() + METADATA, far.s3(), keys, access.metrics(), clocks.wall());
    bucket = bucket(place);
    boolean opened = false;
    try {
      ConditionalWrites.require(origin, bucket, ReservedKeys.PREFIX);
      masterKey = masterKey();
      identity = new Identity(UUID.randomUUID().toString(), tokenSecret(masterKey));
      meta = ImageMetaStore.open(object("catalog"), config.image());
      RowFormats.admit(meta);
      opened = true;
    } finally {
      if (!opened) origin.close();
    }
  }

  private static OriginConfig origin(Map<Name, OriginConfig> origins, String name) {
    return origins.entrySet().stream()
        .filter(each -> each.getKey().text().equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow(
            () ->
                new StoreFailure.Unavailable(
                    "stateless names the origin %s, which the settings do not name; add --origins.%s.s3.endpoint=…"
                        .formatted(name, name),
                    null));
  }

  /// As the store of the origin wants it. No client sees it.
  private static Bucket bucket(Place place) {
    var home = new Home.Linked(place.origin(), place.bucket(), place.prefix(), Capability.ALL);
    var name = new BucketName(BucketName.valid(place.bucket()) ? place.bucket() : "metadata");
    return new Bucket(name, 0, 0, NOBODY, "", Instant.EPOCH, Versioning.OFF, home);
  }

  private ImageObject object(String name) {
    return new ImageObject(origin, bucket, new Key(ReservedKeys.PREFIX + name));
  }

  /// The key of the settings, of the file that they name, or the one that is kept at the origin,
  /// which is made once, before there is any metadata.
  private Secret masterKey() {
    CatalogSettings settings = config.catalog();
    if (!settings.masterKey().isEmpty()) return settings.masterKey();
    Path file = settings.keyFile();
    if (file != null) return read(file);
    ImageObject kept = object("master.key");
    byte[] there = load(kept);
    if (there == null) {
      if (load(object("catalog"), config.image().size().bytes() * 2) != null) {
        throw new StoreFailure.Unavailable(
            "%s has a catalog and no master.key: put it back from your copy, or give catalog.master-key; without it no access key can be checked"
                .formatted(place),
            null);
      }
      there = make(kept);
    }
    return Secret.of(new String(there, StandardCharsets.US_ASCII));
  }

  private static Secret read(Path file) {
    try {
      return Secret.of(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the master key: " + e, e);
    }
  }

  private static byte[] make(ImageObject kept) {
    String key = Base64.getEncoder().encodeToString(MemoryStorage.secret());
    byte[] text = (KEY_COMMENT + key + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      var _ = kept.create(text);
      return text;
    } catch (StoreFailure.ConditionFailed | StoreFailure.Conflict | StoreFailure.Indeterminate e) {
      // Another server made it, or this one did and does not know.
      byte[] there = load(kept);
      if (there == null) throw e;
      return there;
    }
  }

  private static byte @Nullable [] load(ImageObject object) {
    return load(object, LONGEST_KEY);
  }

  private static byte @Nullable [] load(ImageObject object, long most) {
    try {
      ImageObject.Found found = object.load(null, most);
      return found == null ? null : found.bytes();
    } catch (StoreFailure.NoSuchKey e) {
      return null;
    }
  }

  /// The same on all servers, and no second secret to keep.
  private static byte[] tokenSecret(Secret masterKey) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = masterKey.reveal().strip().getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal("tarn continuation tokens".getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  @Override
  public MetaStore meta() {
    return meta;
  }

  /// None: a bucket whose objects would be here cannot be made.
  @Override
  public Blobs blobs() {
    return new MemoryVolume(0);
  }

  @Override
  public boolean hasOwnBuckets() {
    return false;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public IndexSettings index() {
    return config.index();
  }

  @Override
  public Catalog catalog(Tokens tokens, LongSupplier nanos) {
    return Catalog.open(meta, tokens, config.catalog().sealedBy(masterKey), nanos);
  }

  @Override
  public @Nullable Path directory() {
    return null;
  }

  @Override
  public Care care(IndexedStore objects, BooleanSupplier certificate) {
    return new Watched(objects, certificate);
  }

  /// There is no place that only the same user can read.
  @Override
  public void admit(LocalAccess access) {}

  @Override
  public void dismiss(LocalAccess access) {}

  @Override
  public String shown() {
    return "Catalog  " + place + "; nothing is kept on this machine";
  }

  @Override
  public void close() {
    meta.close();
    origin.close();
  }

  /// How much of its bound the catalog takes, in place of volumes.
  private final class Watched extends DisklessCare {
    Watched(IndexedStore objects, BooleanSupplier certificate) {
      super(objects, certificate);
    }

    @Override
    public List<VolumeState> volumes() {
      long size = config.image().size().bytes();
      long free = Math.max(0, size - meta.bytes());
      String problem = meta.health().problem().orElse("");
      return List.of(
          new VolumeState("origin", place.toString(), free, size, 0, DiskCalls.NONE, problem));
    }

    @Override
    public List<Alarm> alarms() {
      return List.of();
    }
  }
}
