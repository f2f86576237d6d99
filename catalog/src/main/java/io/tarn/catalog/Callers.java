package io.tarn.catalog;

import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.meta.Entry;
import io.tarn.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts together, out of the rows, who calls with an access key. Anything disabled on the way makes
/// the key unknown; a policy that is missing or cannot be read denies everything.
final class Callers {
  private static final Logger LOG = LoggerFactory.getLogger(Callers.class);

  private final CatalogStore store;
  private final KeyRing keyRing;

  Callers(CatalogStore store, KeyRing keyRing) {
    this.store = store;
    this.keyRing = keyRing;
  }

  Optional<Credential> read(String accessKey) {
    Optional<Entry> row = store.get(CatalogKeys.accessKey(accessKey));
    if (row.isEmpty()) return Optional.empty();
    CatalogValues.SealedKey sealed = CatalogValues.accessKey(row.get());
    AccessKey key = sealed.key();
    if (!key.enabled()) return Optional.empty();
    Optional<Caller> caller = caller(key);
    if (caller.isEmpty()) return Optional.empty();
    Secret secret = keyRing.open(sealed.secret(), key.owner().tenant(), accessKey);
    return Optional.of(new Credential(secret, row.get().version(), caller.get()));
  }

  private Optional<Caller> caller(AccessKey key) {
    Owner owner = key.owner();
    Optional<Tenant> tenant =
        store.get(CatalogKeys.tenant(owner.tenant())).map(CatalogValues::tenant);
    if (tenant.isEmpty() || !tenant.get().enabled()) return Optional.empty();
    Account account = tenant.get().account();
    if (owner.isRoot()) return Optional.of(new Caller.Root(account, key.id()));
    Optional<User> user =
        store
            .get(CatalogKeys.user(owner.tenant(), owner.user()))
            .map(CatalogValues::user)
            .filter(User::enabled);
    return user.map(
        u -> new Caller.User(account, u.name(), u.id(), key.id(), policies(u), ceiling(key)));
  }

  private static Policy ceiling(AccessKey key) {
    return key.ceiling().isEmpty() ? Policy.EVERYTHING : parsed(key.ceiling(), "of the access key");
  }

  private List<Policy> policies(User user) {
    var policies = new ArrayList<Policy>(user.policies().size());
    for (String name : user.policies()) policies.add(policy(user, name));
    return policies;
  }

  private Policy policy(User user, String name) {
    Policy canned = CannedPolicies.policies().get(name);
    if (canned != null) return canned;
    Optional<Entry> row = store.get(CatalogKeys.policy(user.tenant(), name));
    if (row.isPresent()) return parsed(CatalogValues.text(row.get()), name);
    LOG.error("policy {} of user {} is missing: the user may do nothing", name, user.name());
    return Policy.UNREADABLE;
  }

  private static Policy parsed(String document, String name) {
    try {
      return Policy.ofIdentity(document, name);
    } catch (MalformedPolicy e) {
      LOG.error("policy {} cannot be read: who has it may do nothing", name, e);
      return Policy.UNREADABLE;
    }
  }
}
