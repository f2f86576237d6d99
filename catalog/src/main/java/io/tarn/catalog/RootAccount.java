package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.settings.Secret;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The first tenant and the credentials of its root: made at first start, replaced when the
/// settings give others.
final class RootAccount {
  private static final Tenant.Profile FIRST = new Tenant.Profile("default");

  private final CatalogStore store;
  private final KeyRing keyRing;
  private final Ids ids;

  RootAccount(CatalogStore store, KeyRing keyRing, Ids ids) {
    this.store = store;
    this.keyRing = keyRing;
    this.ids = ids;
  }

  RootCredentials ensure(KeyPair given) {
    return keyRing.sealing(seal -> CatalogStore.settle(() -> tryEnsure(given, seal)));
  }

  private Optional<RootCredentials> tryEnsure(KeyPair given, Seal seal) {
    Optional<Entry> row = store.get(CatalogKeys.ROOT);
    return row.isEmpty() ? first(given, seal) : later(row.get(), given, seal);
  }

  private Optional<RootCredentials> first(KeyPair given, Seal seal) {
    boolean generated = given.accessKey().isEmpty();
    KeyPair pair = generated ? new KeyPair(ids.accessKey(), ids.secret()) : given;
    var tenant = new Tenant(ids.tenant(), ids.number(), FIRST, true, store.now());
    var key = new AccessKey(pair.accessKey(), Owner.root(tenant.id()), "", true, store.now());
    var guards = new ArrayList<Guard>(Tenants.guards(tenant));
    guards.add(new Guard.Absent(CatalogKeys.ROOT));
    guards.add(new Guard.Absent(CatalogKeys.accessKey(key.id())));
    var ops = new ArrayList<Op>(Tenants.ops(tenant));
    ops.addAll(AccessKeys.ops(key, pair.secret(), seal));
    ops.add(
        new Op.Put(
            CatalogKeys.ROOT,
            CatalogValues.write(new CatalogValues.RootRow(tenant.id(), key.id()))));
    if (!store.commit(guards, ops)) return Optional.empty();
    RootCredentials.Origin origin =
        generated ? RootCredentials.Origin.GENERATED : RootCredentials.Origin.GIVEN;
    return Optional.of(new RootCredentials(tenant, pair, origin));
  }

  private Optional<RootCredentials> later(Entry rootRow, KeyPair given, Seal seal) {
    CatalogValues.RootRow root = CatalogValues.root(rootRow);
    Entry keyRow = present(CatalogKeys.accessKey(root.accessKey()));
    Tenant tenant = CatalogValues.tenant(present(CatalogKeys.tenant(root.tenant())));
    byte[] sealed = CatalogValues.accessKey(keyRow).secret();
    Secret secret = keyRing.open(sealed, root.tenant(), root.accessKey());
    var stored = new KeyPair(root.accessKey(), secret);
    if (given.accessKey().isEmpty() || given.equals(stored)) {
      return Optional.of(new RootCredentials(tenant, stored, RootCredentials.Origin.STORED));
    }
    if (!replace(
        new CatalogValues.RootRow(root.tenant(), given.accessKey()),
        rootRow,
        keyRow,
        given,
        seal)) {
      return Optional.empty();
    }
    return Optional.of(new RootCredentials(tenant, given, RootCredentials.Origin.REPLACED));
  }

  private boolean replace(
      CatalogValues.RootRow fresh, Entry rootRow, Entry keyRow, KeyPair given, Seal seal) {
    TenantId tenant = fresh.tenant();
    String oldId = CatalogValues.accessKey(keyRow).key().id();
    var guards = new ArrayList<Guard>();
    guards.add(new Guard.VersionIs(rootRow.key(), rootRow.version()));
    guards.add(new Guard.VersionIs(keyRow.key(), keyRow.version()));
    if (!oldId.equals(given.accessKey())) {
      MetaKey row = CatalogKeys.accessKey(given.accessKey());
      if (store.get(row).isPresent()) throw AccessKeys.taken(given.accessKey());
      guards.add(new Guard.Absent(row));
    }
    var key = new AccessKey(given.accessKey(), Owner.root(tenant), "", true, store.now());
    List<Op> ops = new ArrayList<>();
    ops.add(new Op.Delete(keyRow.key()));
    ops.add(new Op.Delete(CatalogKeys.owned(Owner.root(tenant), oldId)));
    ops.addAll(AccessKeys.ops(key, given.secret(), seal));
    ops.add(new Op.Put(CatalogKeys.ROOT, CatalogValues.write(fresh)));
    return store.commit(guards, ops);
  }

  private Entry present(MetaKey key) {
    return store
        .get(key)
        .orElseThrow(() -> new StoreFailure.Corrupt("catalog row " + key + " is missing", null));
  }
}
