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

  private final Shelf shelf;

  Policies(Shelf shelf) {
    this.shelf = shelf;
  }

  /// A policy as it was given.
  public record Named(String name, String document, boolean canned) {}

  /// Makes or replaces a policy; users who have it are under the new one with the next request.
  /// Fails with [MalformedPolicy] when the document is not one.
  public void put(TenantId tenant, String name, String document) {
    Refused.unless(() -> Names.checkPolicy(name));
    checkNotCanned(name);
    Policy _ = Policy.ofIdentity(document, name);
    boolean stored =
        shelf.commit(
            List.of(new Guard.Present(RowKeys.tenant(tenant))),
            List.of(new Op.Put(RowKeys.policy(tenant, name), Rows.text(document))));
    if (!stored) throw Refused.unknown("tenant " + tenant);
  }

  public Optional<Named> find(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkPolicy(name));
    String canned = CannedPolicies.documents().get(name);
    if (canned != null) return Optional.of(new Named(name, canned, true));
    return shelf
        .get(RowKeys.policy(tenant, name))
        .map(row -> new Named(name, Rows.text(row), false));
  }

  /// Up to `limit` (at most 1,000) policies by name, after that name; empty for the first page.
  public List<Named> list(TenantId tenant, String after, int limit) {
    String prefix = RowKeys.policies(tenant);
    var found = new TreeMap<String, Named>();
    CannedPolicies.documents()
        .forEach((name, json) -> found.put(name, new Named(name, json, true)));
    for (Entry row : shelf.list(prefix, after, Catalog.page(limit))) {
      String name = row.key().toString().substring(prefix.length());
      found.put(name, new Named(name, Rows.text(row), false));
    }
    return found.tailMap(after, after.isEmpty()).values().stream()
        .limit(Catalog.page(limit))
        .toList();
  }

  /// Refused while a user has it.
  public void delete(TenantId tenant, String name) {
    Refused.unless(() -> Names.checkPolicy(name));
    checkNotCanned(name);
    MetaKey key = RowKeys.policy(tenant, name);
    boolean _ =
        Shelf.settle(
            () -> {
              Entry row = shelf.get(key).orElseThrow(() -> Refused.unknown("policy " + name));
              checkUnused(tenant, name);
              // Whoever attaches it meanwhile writes its row, which the guard notices.
              var guard = new Guard.VersionIs(key, row.version());
              boolean done = shelf.commit(List.of(guard), List.of(new Op.Delete(key)));
              return done ? Optional.of(true) : Optional.empty();
            });
  }

  private void checkUnused(TenantId tenant, String name) {
    var page = new ArrayList<User>();
    String after = "";
    do {
      page.clear();
      for (Entry row : shelf.list(RowKeys.users(tenant), after, PAGE)) page.add(Rows.user(row));
      for (User user : page) {
        if (user.policies().contains(name))
          throw new Refused(Refused.Why.IN_USE, "user " + user.name() + " has policy " + name);
        after = user.name();
      }
    } while (page.size() == PAGE);
  }

  private static void checkNotCanned(String name) {
    if (CannedPolicies.documents().containsKey(name))
      throw new Refused(Refused.Why.TAKEN, "the canned policy " + name + " cannot be changed");
  }
}
