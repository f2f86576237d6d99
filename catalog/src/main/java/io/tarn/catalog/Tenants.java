package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.Op;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The tenants. Changes are durable when a method returns, and fail with [Refused] or a
/// [io.tarn.store.StoreFailure]. A tenant is disabled, not deleted: it may own buckets.
public final class Tenants {
  private final Shelf shelf;
  private final Ids ids;

  Tenants(Shelf shelf, Ids ids) {
    this.shelf = shelf;
    this.ids = ids;
  }

  /// A new tenant with an id and a number of its own. It has no access key yet. The name must be
  /// free.
  public Tenant create(Tenant.Profile profile) {
    return create(profile, ids.tenant());
  }

  /// The same with a canonical id that was agreed on elsewhere; it must be free too.
  public Tenant create(Tenant.Profile profile, TenantId id) {
    return Shelf.settle(
        () -> {
          var tenant = new Tenant(id, ids.number(), profile, true, shelf.now());
          if (shelf.commit(guards(tenant), ops(tenant))) return Optional.of(tenant);
          if (shelf.get(RowKeys.tenantName(profile.name())).isPresent()) throw taken(profile);
          if (shelf.get(RowKeys.tenant(id)).isPresent())
            throw new Refused(Refused.Why.TAKEN, "there is a tenant with the id " + id);
          return Optional.empty();
        });
  }

  /// Deletes a tenant that has no users, with the keys of its root and its policies. Whether it
  /// owns buckets is for the caller to know: disable it, look, then delete. Never the first tenant.
  public void delete(TenantId id) {
    boolean _ =
        Shelf.settle(
            () -> {
              Entry row =
                  shelf.get(RowKeys.tenant(id)).orElseThrow(() -> Refused.unknown("tenant " + id));
              if (isFirst(id))
                throw new Refused(Refused.Why.IN_USE, "the first tenant cannot be deleted");
              if (!shelf.list(RowKeys.users(id), "", 1).isEmpty())
                throw new Refused(Refused.Why.IN_USE, "the tenant has users");
              // A key of its root made meanwhile writes the tenant's row, which the guard notices.
              var guard = new Guard.VersionIs(row.key(), row.version());
              boolean deleted = shelf.commit(List.of(guard), deletes(Rows.tenant(row)));
              return deleted ? Optional.of(true) : Optional.empty();
            });
  }

  private List<Op> deletes(Tenant tenant) {
    var owner = Owner.root(tenant.id());
    var ops = new ArrayList<Op>();
    ops.add(new Op.Delete(RowKeys.tenant(tenant.id())));
    ops.add(new Op.Delete(RowKeys.tenantName(tenant.profile().name())));
    ops.add(new Op.Delete(RowKeys.number(tenant.number())));
    for (String key : AccessKeys.idsOf(shelf, owner)) {
      ops.add(new Op.Delete(RowKeys.accessKey(key)));
      ops.add(new Op.Delete(RowKeys.owned(owner, key)));
    }
    for (Entry policy : shelf.list(RowKeys.policies(tenant.id()), "", Catalog.page(1000)))
      ops.add(new Op.Delete(policy.key()));
    return ops;
  }

  private boolean isFirst(TenantId id) {
    return shelf.get(RowKeys.ROOT).map(Rows::root).filter(r -> r.tenant().equals(id)).isPresent();
  }

  /// What makes sure that a tenant is new.
  static List<Guard> guards(Tenant tenant) {
    return List.of(
        new Guard.Absent(RowKeys.tenant(tenant.id())),
        new Guard.Absent(RowKeys.tenantName(tenant.profile().name())),
        new Guard.Absent(RowKeys.number(tenant.number())));
  }

  static List<Op> ops(Tenant tenant) {
    byte[] id = Rows.text(tenant.id().text());
    return List.of(
        new Op.Put(RowKeys.tenant(tenant.id()), Rows.write(tenant)),
        new Op.Put(RowKeys.tenantName(tenant.profile().name()), id),
        new Op.Put(RowKeys.number(tenant.number()), id));
  }

  private static Refused taken(Tenant.Profile profile) {
    return new Refused(Refused.Why.TAKEN, "there is a tenant " + profile.name() + " already");
  }

  /// Reads the store; front ends ask [Catalog#tenant].
  public Optional<Tenant> find(TenantId id) {
    return shelf.get(RowKeys.tenant(id)).map(Rows::tenant);
  }

  public Optional<Tenant> named(String name) {
    Refused.unless(() -> Names.checkTenant(name));
    return shelf.get(RowKeys.tenantName(name)).flatMap(row -> find(new TenantId(Rows.text(row))));
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
      names = shelf.list(RowKeys.TENANT_NAMES, last, wanted);
      for (Entry row : names) find(new TenantId(Rows.text(row))).ifPresent(tenants::add);
      if (!names.isEmpty())
        last = names.getLast().key().toString().substring(RowKeys.TENANT_NAMES.length());
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
      for (Tenant tenant : tenants)
        if (tenant.profile().email().equalsIgnoreCase(address) && found.size() < 2)
          found.add(tenant);
      if (tenants.size() < 1000 || found.size() > 1) break;
      after = tenants.getLast().profile().name();
    }
    return found;
  }

  /// Keys of a disabled tenant are as good as unknown. The first tenant cannot be disabled.
  public Tenant setEnabled(TenantId id, boolean enabled) {
    boolean first =
        shelf.get(RowKeys.ROOT).map(Rows::root).filter(r -> r.tenant().equals(id)).isPresent();
    if (first && !enabled)
      throw new Refused(Refused.Why.IN_USE, "the first tenant cannot be disabled");
    return change(id, t -> new Tenant(t.id(), t.number(), t.profile(), enabled, t.created()));
  }

  /// Changes names and address; the new name must be free.
  public Tenant setProfile(TenantId id, Tenant.Profile profile) {
    return change(id, t -> new Tenant(t.id(), t.number(), profile, t.enabled(), t.created()));
  }

  private Tenant change(TenantId id, UnaryOperator<Tenant> change) {
    return Shelf.settle(
        () -> {
          Entry row =
              shelf.get(RowKeys.tenant(id)).orElseThrow(() -> Refused.unknown("tenant " + id));
          Tenant old = Rows.tenant(row);
          Tenant fresh = change.apply(old);
          var guards = new ArrayList<Guard>();
          var ops = new ArrayList<Op>();
          guards.add(new Guard.VersionIs(row.key(), row.version()));
          ops.add(new Op.Put(row.key(), Rows.write(fresh)));
          if (!fresh.profile().name().equals(old.profile().name())) {
            var name = RowKeys.tenantName(fresh.profile().name());
            if (shelf.get(name).isPresent()) throw taken(fresh.profile());
            guards.add(new Guard.Absent(name));
            ops.add(new Op.Delete(RowKeys.tenantName(old.profile().name())));
            ops.add(new Op.Put(name, Rows.text(id.text())));
          }
          return shelf.commit(guards, ops) ? Optional.of(fresh) : Optional.empty();
        });
  }
}
