package io.tarn.console;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Policies;
import io.tarn.catalog.Tenant;
import io.tarn.catalog.User;
import io.tarn.identity.Caller;
import io.tarn.identity.Containment;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.store.Bucket;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Over whom an administrator has power, once policies allow the operation as such.
///
/// The operator, who is the root of the first tenant or holds the token of the run, has power over
/// everybody. A user of the first tenant to whom administration was delegated has power over users
/// of that tenant who may do no more than he ([Containment]), and over nothing else: no other
/// tenant, no root, no policy that allows more than his own. So whatever is made, given or changed
/// by somebody, he could have done without (docs/design/005-administration.md).
sealed interface Authority {
  /// Fails unless a tenant and its buckets are the administrator's to change and to look at.
  void over(TenantId tenant);

  /// Fails unless tenants, and their roots, are the administrator's to make and remove.
  void overTenants();

  /// Fails unless the disks of the server's machine are the administrator's to use.
  void overDisks();

  /// Fails unless the origins that the settings name are the administrator's to give away.
  void overOrigins();

  /// Fails unless the key that seals all secrets is the administrator's to replace.
  void overMasterKey();

  /// Fails unless the keys of this owner are the administrator's to make and change.
  void over(Owner owner);

  /// Fails unless a user is the administrator's to change in this way; `before` and `after` are the
  /// same where policies stay as they are.
  void over(User before, User after);

  /// Fails unless a policy is the administrator's to change from one text to another. Each may be
  /// empty, for none.
  void over(TenantId tenant, String policy, String before, String after);

  /// May do everything.
  record Operator() implements Authority {
    @Override
    public void over(TenantId tenant) {}

    @Override
    public void overTenants() {}

    @Override
    public void overDisks() {}

    @Override
    public void overOrigins() {}

    @Override
    public void overMasterKey() {}

    @Override
    public void over(Owner owner) {}

    @Override
    public void over(User before, User after) {}

    @Override
    public void over(TenantId tenant, String policy, String before, String after) {}
  }

  /// A user who administers.
  record Delegate(Caller.User user, Catalog catalog, Buckets buckets) implements Authority {
    private static final int PAGE = 1000;

    @Override
    public void over(TenantId tenant) {
      if (!tenant.equals(user.tenant())) {
        throw refused("another tenant; the root of the first tenant may");
      }
    }

    @Override
    public void overTenants() {
      throw refused("tenants and their roots; the root of the first tenant may");
    }

    @Override
    public void overDisks() {
      throw refused("the disks of the server; the root of the first tenant may");
    }

    @Override
    public void overOrigins() {
      throw refused("the origins of the server; the root of the first tenant may");
    }

    @Override
    public void overMasterKey() {
      throw refused("the server's master key; the root of the first tenant may");
    }

    @Override
    public void over(Owner owner) {
      over(owner.tenant());
      if (owner.isRoot()) throw refused("keys of a root; the root of the first tenant may");
      Optional<User> held = catalog.users().find(owner.tenant(), owner.user());
      if (held.isEmpty()) throw AdminFailure.notFound("There is no user " + owner.user() + ".");
      over(held.get(), held.get());
    }

    @Override
    public void over(User before, User after) {
      over(before.tenant());
      requireNoCeiling();
      boolean self = before.name().equals(user.name());
      var containment = new Containment(user);
      requireWithin(containment.holds(policies(before, "", ""), self), before.name());
      if (!after.policies().equals(before.policies())) {
        requireWithin(containment.holds(policies(after, "", ""), self), after.name());
      }
      if (!self) requireNoFavour(containment, before.name());
    }

    @Override
    public void over(TenantId tenant, String policy, String before, String after) {
      over(tenant);
      requireNoCeiling();
      var containment = new Containment(user);
      for (String document : List.of(before, after)) {
        if (!document.isEmpty() && !containment.holds(List.of(parsed(document, policy)), false)) {
          throw refused(
              "policy " + policy + ", which allows more, or denies less, than your own policies");
        }
      }
      for (User holder : catalog.policies().holders(tenant, policy)) {
        boolean self = holder.name().equals(user.name());
        List<Policy> now = policies(holder, policy, before);
        List<Policy> then = policies(holder, policy, after);
        requireWithin(containment.holds(now, self) && containment.holds(then, self), holder.name());
        if (!self) requireNoFavour(containment, holder.name());
      }
    }

    /// A key that was made for less than its user may do would else make one that does more.
    private void requireNoCeiling() {
      if (user.ceiling() != Policy.EVERYTHING) {
        throw refused("users, keys and policies with a key that has a ceiling");
      }
    }

    private void requireWithin(boolean within, String name) {
      if (within) return;
      throw refused("user " + name + ", who would be or is allowed more than you are");
    }

    /// What policies of buckets allow to a user by name counts as well. All are read: this is rare.
    private void requireNoFavour(Containment containment, String name) {
      var named = new Caller.User(user.account(), name, "", List.of());
      String after = "";
      List<Tenant> tenants;
      do {
        tenants = catalog.tenants().list(after, PAGE);
        for (Tenant tenant : tenants) requireNoFavour(containment, named, tenant.id());
        if (!tenants.isEmpty()) after = tenants.getLast().profile().name();
      } while (tenants.size() == PAGE);
    }

    private void requireNoFavour(Containment containment, Caller.User named, TenantId owner) {
      String after = "";
      BucketPage page;
      do {
        page = buckets.page(owner, "", after, PAGE);
        for (Bucket bucket : page.buckets()) {
          if (!containment.holdsIn(policyOf(bucket), owner, named)) {
            throw refused(
                "user %s: the policy of bucket %s may allow more to that name than to you"
                    .formatted(named.name(), bucket.name()));
          }
        }
        if (page.truncated()) after = page.buckets().getLast().name().text();
      } while (page.truncated());
    }

    /// One that cannot be read denies everything to everybody alike.
    private Policy policyOf(Bucket bucket) {
      Optional<String> document = buckets.document(bucket, DocumentKind.POLICY);
      if (document.isEmpty()) return Policy.NONE;
      try {
        return Policy.ofBucket(document.get(), bucket.name());
      } catch (MalformedPolicy e) {
        return Policy.UNREADABLE;
      }
    }

    /// The policies of a user, with this text for the one of this name; empty for no such policy.
    private List<Policy> policies(User held, String instead, String document) {
      var policies = new ArrayList<Policy>(held.policies().size());
      for (String name : held.policies()) {
        String text = name.equals(instead) ? document : documentOf(held.tenant(), name);
        policies.add(parsed(text, name));
      }
      return policies;
    }

    private String documentOf(TenantId tenant, String name) {
      return catalog.policies().find(tenant, name).map(Policies.Named::document).orElse("");
    }

    /// What is missing or cannot be read could be anything one day.
    private static Policy parsed(String document, String name) {
      try {
        return document.isEmpty() ? Policy.UNREADABLE : Policy.ofIdentity(document, name);
      } catch (MalformedPolicy e) {
        return Policy.UNREADABLE;
      }
    }

    private static AdminFailure refused(String what) {
      return new AdminFailure(
          403, "AccessDenied", "These credentials do not administer " + what + ".");
    }
  }
}
