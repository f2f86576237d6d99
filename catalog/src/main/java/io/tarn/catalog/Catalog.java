package io.tarn.catalog;

import io.tarn.meta.MetaStore;
import io.tarn.meta.RowCache;
import io.tarn.meta.Tokens;
import io.tarn.store.TenantId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Tenants, users, access keys and policies. Thread-safe and blocking. Changes are durable when a
/// method returns, and seen by every [#find] that begins after; changes made on other nodes are
/// seen as soon as the metadata store announces them, else within the configured time.
public final class Catalog implements AutoCloseable {
  private static final int LONGEST_PAGE = 1000;
  private static final int LONGEST_ACCESS_KEY = 128;

  private final CatalogStore store;
  private final KeyRing keyRing;
  private final CatalogSettings settings;
  private final Tenants tenants;
  private final Users users;
  private final AccessKeys accessKeys;
  private final Policies policies;
  private final RootAccount root;
  private final Callers callers;
  private final RowCache<String, Optional<Credential>> credentials;
  private final RowCache<TenantId, Optional<Tenant>> knownTenants;

  private Catalog(
      CatalogStore store, KeyRing keyRing, CatalogSettings settings, LongSupplier nanos) {
    this.store = store;
    this.keyRing = keyRing;
    this.settings = settings;
    var ids = new Ids(new SecureRandom());
    this.tenants = new Tenants(store, ids);
    this.users = new Users(store, ids);
    this.accessKeys = new AccessKeys(store, keyRing, ids);
    this.policies = new Policies(store);
    this.root = new RootAccount(store, keyRing, ids);
    this.callers = new Callers(store, keyRing);
    this.credentials = store.keep(new RowCache<>(bounds(settings), nanos));
    this.knownTenants = store.keep(new RowCache<>(bounds(settings), nanos));
  }

  private static <V> RowCache.Bounds<Optional<V>> bounds(CatalogSettings settings) {
    return new RowCache.Bounds<>(
        settings.cacheEntries(),
        _ -> 1,
        found -> found.isPresent() ? settings.cacheFor() : settings.unknownFor());
  }

  /// Opens the catalog in a store, which stays its owner's to close. `directory` is where the
  /// master key is kept when the settings name no other place; at first start the key is made there
  /// and is durable before anything is sealed. Fails with [MasterKeyFailure] when the key is
  /// missing or malformed.
  public static Catalog open(
      MetaStore meta, Tokens tokens, CatalogSettings settings, Path directory) {
    return open(meta, tokens, settings, directory, System::nanoTime);
  }

  /// `nanos` is the clock by which what is remembered grows old.
  public static Catalog open(
      MetaStore meta, Tokens tokens, CatalogSettings settings, Path directory, LongSupplier nanos) {
    var store = new CatalogStore(meta, tokens);
    return new Catalog(store, KeyRing.open(store, settings, directory), settings, nanos);
  }

  /// The same with settings that have a master key: there is no file.
  public static Catalog open(
      MetaStore meta, Tokens tokens, CatalogSettings settings, LongSupplier nanos) {
    if (settings.masterKey().isEmpty()) throw new IllegalArgumentException("no master key");
    return open(meta, tokens, settings, Path.of(""), nanos);
  }

  /// Call it once after [#open], before anything is served. At first start it makes the first
  /// tenant, `default`, and its root; later it gives the root the credentials of the settings if
  /// they are others. Durable when it returns, so that what is printed is never lost. Fails with
  /// [MasterKeyFailure] when the master key is not the one that sealed what is stored.
  public RootCredentials bootstrap() {
    return root.ensure(new KeyPair(settings.rootUser(), settings.rootPassword()));
  }

  /// Who calls with this access key; empty when it is unknown, or it, its user or its tenant is
  /// disabled. Answered from memory but for the first time and after a change.
  public Optional<Credential> find(String accessKey) {
    if (accessKey.isEmpty() || accessKey.length() > LONGEST_ACCESS_KEY) return Optional.empty();
    Optional<Credential> known = credentials.get(accessKey);
    return known != null ? known : credentials.read(accessKey, () -> callers.read(accessKey));
  }

  /// The tenant, from memory as [#find].
  public Optional<Tenant> tenant(TenantId id) {
    Optional<Tenant> known = knownTenants.get(id);
    return known != null ? known : knownTenants.read(id, () -> tenants.find(id));
  }

  public Tenants tenants() {
    return tenants;
  }

  public Users users() {
    return users;
  }

  public AccessKeys accessKeys() {
    return accessKeys;
  }

  public Policies policies() {
    return policies;
  }

  /// Replaces the master key in its file and seals every secret anew. May be cut off at any point;
  /// the next start finishes it. Returns the number of secrets sealed. [Refused] when the key is
  /// given by a setting.
  public int rotateMasterKey() {
    return keyRing.rotate();
  }

  static int page(int limit) {
    if (limit < 1) throw new Refused(Refused.Why.INVALID, "a page has at least one entry");
    return Math.min(limit, LONGEST_PAGE);
  }

  @Override
  public void close() {
    store.close();
  }
}
