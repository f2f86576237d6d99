package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.Op;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The tenants. Changes are durable when a method returns, and fail with [Refused] or a
/// [io.tarn.store.StoreFailure]. A tenant is disabled, not deleted: it may own buckets.
public final class Tenants {
  private final CatalogStore store;
  private final Ids ids;

  Tenants(CatalogStore store, Ids ids) {
    this.store = store;
    this.ids = ids;
  }

  /// A new tenant with an id and a number of its own. It has no access key yet. The name must be
  /// free.
  public Tenant create(Tenant.Profile profile) {
    return create(profile, ids.tenant());
  }

  /// The same with a canonical id that was agreed on elsewhere; it must be free too.
  public Tenant create(Tenant.Profile profile, TenantId id) {
    return CatalogStore.settle(
        () -> {
          var tenant = new Tenant(id, ids.number(), profile, true, store.now());
          if (store.commit(guards(tenant), ops(tenant))) return Optional.of(tenant);
          if (store.get(CatalogKeys.tenantName(profile.name())).isPresent()) throw taken(profile);
          if (store.get(CatalogKeys.tenant(id)).isPresent()) {
            throw new Refused(Refused.Why.TAKEN, "there is a tenant with the id " + id);
          }
          return Optional.empty();
        });
  }

  /// Deletes a tenant that has no users, with the keys of its root and its policies. Whether it
  /// owns buckets is for the caller to know: disable it, look, then delete. Never the first tenant.
  public void delete(TenantId id) {
    boolean _ =
        CatalogStore.settle(
            () -> {
              Entry row =
                  store
                      .get(CatalogKeys.tenant(id))
                      .orElseThrow(() -> Refused.unknown("tenant " + id));
              if (isFirst(id)) {
                throw new Refused(Refused.Why.IN_USE, "the first tenant cannot be deleted");
              }
              if (!store.list(CatalogKeys.users(id), "", 1).isEmpty()) {
                throw new Refused(Refused.Why.IN_USE, "the tenant has users");
              }
              // A key of its root made meanwhile writes the tenant's row, which the guard notices.
              var guard = new Guard.VersionIs(row.key(), row.version());
              boolean deleted = store.commit(List.of(guard), deletes(CatalogValues.tenant(row)));
              return deleted ? Optional.of(true) : Optional.empty();
            });
  }

  private List<Op> deletes(Tenant tenant) {
    var owner = Owner.root(tenant.id());
    var ops = new ArrayList<Op>();
    ops.add(new Op.Delete(CatalogKeys.tenant(tenant.id())));
    ops.add(new Op.Delete(CatalogKeys.tenantName(tenant.profile().name())));
    ops.add(new Op.Delete(CatalogKeys.number(tenant.number())));
    for (String key : AccessKeys.idsOf(store, owner)) {
      ops.add(new Op.Delete(CatalogKeys.accessKey(key)));
      ops.add(new Op.Delete(CatalogKeys.owned(owner, key)));
    }
    for (Entry policy : store.list(CatalogKeys.policies(tenant.id()), "", Catalog.page(1000))) {
      ops.add(new Op.Delete(policy.key()));
    }
    return ops;
  }

  private boolean isFirst(TenantId id) {
    return store
        .get(CatalogKeys.ROOT)
        .map(CatalogValues::root)
        .filter(r -> r.tenant().equals(id))
        .isPresent();
  }

  /// What makes sure that a tenant is new.
  static List<Guard> guards(Tenant tenant) {
    return List.of(
        new Guard.Absent(CatalogKeys.tenant(tenant.id())),
        new Guard.Absent(CatalogKeys.tenantName(tenant.profile().name())),
        new Guard.Absent(CatalogKeys.number(tenant.number())));
  }

  static List<Op> ops(Tenant tenant) {
    byte[] id = CatalogValues.text(tenant.id().text());
    return List.of(
        new Op.Put(CatalogKeys.tenant(tenant.id()), CatalogValues.write(tenant)),
        new Op.Put(CatalogKeys.tenantName(tenant.profile().name()), id),
        new Op.Put(CatalogKeys.number(tenant.number()), id));
  }

  private static Refused taken(Tenant.Profile profile) {
    return new Refused(Refused.Why.TAKEN, "there is a tenant " + profile.name() + " already");
  }

  /// Reads the store; front ends ask [Catalog#tenant].
  public Optional<Tenant> find(TenantId id) {
    return store.get(CatalogKeys.tenant(id)).map(CatalogValues::tenant);
  }

  public Optional<Tenant> named(String name) {
    Refused.unless(() -> Names.checkTenant(name));
    return store
        .get(CatalogKeys.tenantName(name))
        .flatMap(row -> find(new TenantId(CatalogValues.text(row))));
  }

  /// Up to `limit` (at most 1,000) tenants by name, after that name; empty for the first page.
  public List<Tenant> list(String after, int limit) {
    int most = Catalog.page(limit);
    var tenants = new ArrayList<Tenant>();
    String last = after;
    int wanted;
    List<Entry> names;
    do {
      wanted = most - tenants.size();
      names = store.list(CatalogKeys.TENANT_NAMES, last, wanted);
      for (Entry row : names) find(new TenantId(CatalogValues.text(row))).ifPresent(tenants::add);
      if (!names.isEmpty()) {
        last = names.getLast().key().toString().substring(CatalogKeys.TENANT_NAMES.length());
      }
      // One that was deleted meanwhile must not make a page look like the last.
    } while (names.size() == wanted && tenants.size() < most);
    return tenants;
  }

  /// The tenants with this e-mail address, two at most. Reads all tenants: for what is rarely
  /// asked. Among more than 10,000 tenants the rest is not looked at.
  public List<Tenant> withEmail(String address) {
    var found = new ArrayList<Tenant>();
    if (address.isEmpty()) return found;
    String after = "";
    for (int page = 0; page < 10; page++) {
      List<Tenant> tenants = list(after, 1000);
      for (Tenant tenant : tenants) {
        if (tenant.profile().email().equalsIgnoreCase(address) && found.size() < 2) {
          found.add(tenant);
        }
      }
      if (tenants.size() < 1000 || found.size() > 1) break;
      after = tenants.getLast().profile().name();
    }
    return found;
  }

  /// Keys of a disabled tenant are as good as unknown. The first tenant cannot be disabled.
  public Tenant setEnabled(TenantId id, boolean enabled) {
    return change(id, same -> same, enabled);
  }

  /// Changes names and address, and whether its users may call unless `enabled` is null, in one
  /// step; a new name must be free.
  public Tenant change(
      TenantId id, UnaryOperator<Tenant.Profile> profile, @Nullable Boolean enabled) {
    if (enabled != null && !enabled && isFirst(id)) {
      throw new Refused(Refused.Why.IN_USE, "the first tenant cannot be disabled");
    }
    return change(
        id,
        t ->
            new Tenant(
                t.id(),
                t.number(),
                profile.apply(t.profile()),
                enabled == null ? t.enabled() : enabled,
                t.created()));
  }

  private Tenant change(TenantId id, UnaryOperator<Tenant> change) {
    return CatalogStore.settle(
        () -> {
          Entry row =
              store.get(CatalogKeys.tenant(id)).orElseThrow(() -> Refused.unknown("tenant " + id));
          Tenant old = CatalogValues.tenant(row);
          Tenant fresh = change.apply(old);
          var guards = new ArrayList<Guard>();
          var ops = new ArrayList<Op>();
          guards.add(new Guard.VersionIs(row.key(), row.version()));
          ops.add(new Op.Put(row.key(), CatalogValues.write(fresh)));
          if (!fresh.profile().name().equals(old.profile().name())) {
            var name = CatalogKeys.tenantName(fresh.profile().name());
            if (store.get(name).isPresent()) throw taken(fresh.profile());
            guards.add(new Guard.Absent(name));
            ops.add(new Op.Delete(CatalogKeys.tenantName(old.profile().name())));
            ops.add(new Op.Put(name, CatalogValues.text(id.text())));
          }
          return store.commit(guards, ops) ? Optional.of(fresh) : Optional.empty();
        });
  }
}
