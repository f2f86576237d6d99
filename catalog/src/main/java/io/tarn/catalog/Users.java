package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.Op;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The users of tenants. Changes are durable when a method returns, and fail with [Refused] or a
/// [io.tarn.store.StoreFailure].
///
/// Whoever changes a user for somebody who may not change everybody passes a [Check]: it is asked
/// of the very row that is then replaced, so nothing comes in between.
public final class Users {
  /// Changes anybody.
  private static final Check ANY = (_, _) -> {};

  private final CatalogStore store;
  private final Ids ids;

  /// Asked of a user as it is and as it would be (the same where it would be gone); throws what the
  /// change then fails with.
  @FunctionalInterface
  public interface Check {
    void of(User before, User after);
  }

  Users(CatalogStore store, Ids ids) {
    this.store = store;
    this.ids = ids;
  }

  /// A new user without policies, who may therefore do nothing yet.
  public User create(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkUser(name));
    var user = new User(tenant, name, ids.user(), List.of(), true, store.now());
    var key = CatalogKeys.user(tenant, name);
    boolean stored =
        store.commit(
            List.of(new Guard.Present(CatalogKeys.tenant(tenant)), new Guard.Absent(key)),
            List.of(new Op.Put(key, CatalogValues.write(user))));
    if (stored) return user;
    if (store.get(key).isPresent()) {
      throw new Refused(Refused.Why.TAKEN, "there is a user " + name + " already");
    }
    throw Refused.unknown("tenant " + tenant);
  }

  public Optional<User> find(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkUser(name));
    return store.get(CatalogKeys.user(tenant, name)).map(CatalogValues::user);
  }

  /// Up to `limit` (at most 1,000) users by name, after that name; empty for the first page.
  public List<User> list(TenantId tenant, String after, int limit) {
    return store.list(CatalogKeys.users(tenant), after, Catalog.page(limit)).stream()
        .map(CatalogValues::user)
        .toList();
  }

  public User setEnabled(TenantId tenant, String name, boolean enabled) {
    return setEnabled(tenant, name, enabled, ANY);
  }

  /// Keys of a disabled user are as good as unknown.
  public User setEnabled(TenantId tenant, String name, boolean enabled, Check check) {
    return change(
        tenant,
        name,
        check,
        old -> {
          User user = old.enabled(enabled);
          return new Change(user, List.of(), List.of());
        });
  }

  public User attach(TenantId tenant, String name, String policy) {
    return attach(tenant, name, policy, ANY);
  }

  /// Attaches a named policy of the tenant, or a canned one; again is no error.
  public User attach(TenantId tenant, String name, String policy, Check check) {
    Refused.unless(() -> Names.checkPolicy(policy));
    return change(
        tenant,
        name,
        check,
        old -> {
          var policies = new ArrayList<>(old.policies());
          if (!policies.contains(policy)) policies.add(policy);
          if (policies.size() > User.MOST_POLICIES) {
            throw new Refused(
                Refused.Why.TOO_MANY,
                "a user has at most %d policies".formatted(User.MOST_POLICIES));
          }
          User user = old.with(policies);
          return held(tenant, policy, user);
        });
  }

  /// With the policy's row written anew, so that it is not deleted at the same moment.
  private Change held(TenantId tenant, String policy, User user) {
    if (CannedPolicies.documents().containsKey(policy)) {
      return new Change(user, List.of(), List.of());
    }
    Entry row =
        store
            .get(CatalogKeys.policy(tenant, policy))
            .orElseThrow(() -> Refused.unknown("policy " + policy));
    return new Change(
        user,
        List.of(new Guard.VersionIs(row.key(), row.version())),
        List.of(new Op.Put(row.key(), row.value())));
  }

  public User detach(TenantId tenant, String name, String policy) {
    return detach(tenant, name, policy, ANY);
  }

  /// Detaches a policy; that it is not attached is no error.
  public User detach(TenantId tenant, String name, String policy, Check check) {
    return change(
        tenant,
        name,
        check,
        old -> {
          List<String> policies = old.policies().stream().filter(p -> !p.equals(policy)).toList();
          User user = old.with(policies);
          return new Change(user, List.of(), List.of());
        });
  }

  /// The user as it shall be, with what must hold and happen besides.
  private record Change(User user, List<Guard> guards, List<Op> ops) {}

  private User change(TenantId tenant, String name, Check check, Function<User, Change> change) {
    return CatalogStore.settle(
        () -> {
          Entry row = row(tenant, name);
          User before = CatalogValues.user(row);
          Change wanted = change.apply(before);
          check.of(before, wanted.user);
          var guards = new ArrayList<Guard>(wanted.guards);
          var ops = new ArrayList<Op>(wanted.ops);
          guards.add(new Guard.VersionIs(row.key(), row.version()));
          ops.add(new Op.Put(row.key(), CatalogValues.write(wanted.user)));
          return store.commit(guards, ops) ? Optional.of(wanted.user) : Optional.empty();
        });
  }

  public void delete(TenantId tenant, String name) {
    delete(tenant, name, ANY);
  }

  /// Deletes the user with all access keys.
  public void delete(TenantId tenant, String name, Check check) {
    boolean _ =
        CatalogStore.settle(
            () -> {
              Entry row = row(tenant, name);
              User user = CatalogValues.user(row);
              check.of(user, user);
              var owner = new Owner(tenant, name);
              var ops = new ArrayList<Op>();
              ops.add(new Op.Delete(row.key()));
              // A key made meanwhile writes the user's row, which the guard notices.
              for (String id : AccessKeys.idsOf(store, owner)) {
                ops.add(new Op.Delete(CatalogKeys.accessKey(id)));
                ops.add(new Op.Delete(CatalogKeys.owned(owner, id)));
              }
              boolean deleted =
                  store.commit(List.of(new Guard.VersionIs(row.key(), row.version())), ops);
              return deleted ? Optional.of(true) : Optional.empty();
            });
  }

  private Entry row(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkUser(name));
    return store
        .get(CatalogKeys.user(tenant, name))
        .orElseThrow(() -> Refused.unknown("user " + name));
  }
}
