package io.tarn.catalog;

import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The named policies of tenants, and the canned ones that each of them has: `readonly`,
/// `writeonly`, `readwrite`, `diagnostics`, `consoleAdmin`. Changes are durable when a method
/// returns, and fail with [Refused] or a [io.tarn.store.StoreFailure].
public final class Policies {
  private static final int PAGE = 500;

  /// Changes any.
  private static final Check ANY = _ -> {};

  private final CatalogStore store;

  Policies(CatalogStore store) {
    this.store = store;
  }

  /// A policy as it was given.
  public record Named(String name, String document, boolean canned) {}

  /// Asked of a policy before it is replaced or deleted, with the text that is in force, empty for
  /// none; throws what the change then fails with. Whoever attaches the policy in between makes it
  /// be asked again.
  @FunctionalInterface
  public interface Check {
    void of(String document);
  }

  public void put(TenantId tenant, String name, String document) {
    put(tenant, name, document, ANY);
  }

  /// Makes or replaces a policy; users who have it are under the new one with the next request.
  /// Fails with [MalformedPolicy] when the document is not one.
  public void put(TenantId tenant, String name, String document, Check check) {
    Refused.unless(() -> Names.checkPolicy(name));
    checkNotCanned(name);
    Policy _ = Policy.newOfIdentity(document, name);
    MetaKey key = CatalogKeys.policy(tenant, name);
    boolean _ =
        CatalogStore.settle(
            () -> {
              Optional<Entry> row = store.get(key);
              check.of(row.map(CatalogValues::text).orElse(""));
              Guard same =
                  row.isPresent()
                      ? new Guard.VersionIs(key, row.get().version())
                      : new Guard.Absent(key);
              var there = new Guard.Present(CatalogKeys.tenant(tenant));
              if (store.commit(
                  List.of(there, same), List.of(new Op.Put(key, CatalogValues.text(document))))) {
                return Optional.of(true);
              }
              if (store.get(CatalogKeys.tenant(tenant)).isEmpty()) {
                throw Refused.unknown("tenant " + tenant);
              }
              return Optional.empty();
            });
  }

  /// All users who have the policy.
  public List<User> holders(TenantId tenant, String name) {
    var holders = new ArrayList<User>();
    var page = new ArrayList<User>();
    String after = "";
    do {
      page.clear();
      for (Entry row : store.list(CatalogKeys.users(tenant), after, PAGE)) {
        page.add(CatalogValues.user(row));
      }
      for (User user : page) {
        if (user.policies().contains(name)) holders.add(user);
        after = user.name();
      }
    } while (page.size() == PAGE);
    return holders;
  }

  public Optional<Named> find(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkPolicy(name));
    String canned = CannedPolicies.documents().get(name);
    if (canned != null) return Optional.of(new Named(name, canned, true));
    return store
        .get(CatalogKeys.policy(tenant, name))
        .map(row -> new Named(name, CatalogValues.text(row), false));
  }

  /// Up to `limit` (at most 1,000) policies by name, after that name; empty for the first page.
  public List<Named> list(TenantId tenant, String after, int limit) {
    String prefix = CatalogKeys.policies(tenant);
    var found = new TreeMap<String, Named>();
    CannedPolicies.documents()
        .forEach((name, json) -> found.put(name, new Named(name, json, true)));
    for (Entry row : store.list(prefix, after, Catalog.page(limit))) {
      String name = row.key().toString().substring(prefix.length());
      found.put(name, new Named(name, CatalogValues.text(row), false));
    }
    return found.tailMap(after, after.isEmpty()).values().stream()
        .limit(Catalog.page(limit))
        .toList();
  }

  public void delete(TenantId tenant, String name) {
    delete(tenant, name, ANY);
  }

  /// Refused while a user has it.
  public void delete(TenantId tenant, String name, Check check) {
    Refused.unless(() -> Names.checkPolicy(name));
    checkNotCanned(name);
    MetaKey key = CatalogKeys.policy(tenant, name);
    boolean _ =
        CatalogStore.settle(
            () -> {
              Entry row = store.get(key).orElseThrow(() -> Refused.unknown("policy " + name));
              check.of(CatalogValues.text(row));
              checkUnused(tenant, name);
              // Whoever attaches it meanwhile writes its row, which the guard notices.
              var guard = new Guard.VersionIs(key, row.version());
              boolean done = store.commit(List.of(guard), List.of(new Op.Delete(key)));
              return done ? Optional.of(true) : Optional.empty();
            });
  }

  private void checkUnused(TenantId tenant, String name) {
    for (User user : holders(tenant, name)) {
      throw new Refused(Refused.Why.IN_USE, "user " + user.name() + " has policy " + name);
    }
  }

  private static void checkNotCanned(String name) {
    if (CannedPolicies.documents().containsKey(name)) {
      throw new Refused(Refused.Why.TAKEN, "the canned policy " + name + " cannot be changed");
    }
  }
}
