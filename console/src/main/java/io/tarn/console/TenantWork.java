package io.tarn.console;

import static io.tarn.console.Directory.asked;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.KeyPair;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.console.AdminOperation.ChangeTenant;
import io.tarn.console.AdminOperation.CreateTenant;
import io.tarn.store.TenantId;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator does with tenants.
final class TenantWork {
  private final Catalog catalog;
  private final Directory directory;
  private final BucketWork buckets;
  private final int pageSize;

  TenantWork(Catalog catalog, Directory directory, BucketWork buckets, int pageSize) {
    this.catalog = catalog;
    this.directory = directory;
    this.buckets = buckets;
    this.pageSize = pageSize;
  }

  JsonNode list(String after) {
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("tenants");
    List<Tenant> tenants = catalog.tenants().list(after, pageSize);
    for (Tenant tenant : tenants) list.add(shown(tenant));
    return answer.put("next", tenants.size() < pageSize ? "" : tenants.getLast().profile().name());
  }

  /// A tenant with a root key of its own; the only time that its secret is shown.
  JsonNode create(CreateTenant request, Authority by) {
    by.overTenants();
    AdminOperation.KeyPair wanted = request.root();
    if (wanted.accessKey().isEmpty() != wanted.secret().isEmpty()) {
      throw AdminFailure.invalid("Give both accessKey and secretKey, or neither.");
    }
    if (!wanted.accessKey().isEmpty()
        && asked(() -> catalog.accessKeys().find(wanted.accessKey())).isPresent()) {
      throw AdminFailure.conflict("Taken", "the access key " + wanted.accessKey() + " is taken");
    }
    Tenant tenant = asked(() -> made(request));
    try {
      KeyPair root =
          asked(
              () ->
                  catalog
                      .accessKeys()
                      .create(
                          Owner.root(tenant.id()),
                          new KeyPair(wanted.accessKey(), wanted.secret())));
      return shown(tenant)
          .put("accessKey", root.accessKey())
          .put("secretKey", root.secret().reveal());
    } catch (AdminFailure e) { // a tenant nobody can enter is not left behind
      asked(
          () -> {
            catalog.tenants().delete(tenant.id());
            return tenant;
          });
      throw e;
    }
  }

  private Tenant made(CreateTenant request) {
    Tenant.Profile profile = profile(request);
    return request.id().isEmpty()
        ? catalog.tenants().create(profile)
        : catalog.tenants().create(profile, canonical(request.id()));
  }

  private static Tenant.Profile profile(CreateTenant request) {
    try {
      return new Tenant.Profile(
          request.name(), request.person().displayName(), request.person().email());
    } catch (IllegalArgumentException e) {
      throw AdminFailure.invalid(String.valueOf(e.getMessage()));
    }
  }

  /// Canonical ids look like those of AWS, because clients and policies tell them from names by it.
  private static TenantId canonical(String id) {
    boolean hex =
        id.length() == 64
            && id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    if (!hex) throw AdminFailure.invalid("A canonical id is 64 hexadecimal digits in lower case.");
    return new TenantId(id);
  }

  /// Removes a tenant that owns nothing. It is disabled before anybody looks, so that nothing is
  /// made meanwhile, and enabled again when it cannot go.
  JsonNode delete(String text, Authority by) {
    by.overTenants();
    Tenant tenant = directory.tenant(text);
    if (tenant.id().equals(directory.root())) {
      throw AdminFailure.conflict("InUse", "The first tenant cannot be deleted.");
    }
    Tenant _ = asked(() -> catalog.tenants().setEnabled(tenant.id(), false));
    if (buckets.any(tenant.id())) throw kept(tenant, "buckets; delete them first");
    if (!asked(() -> catalog.users().list(tenant.id(), "", 1)).isEmpty()) {
      throw kept(tenant, "users; delete them first");
    }
    return asked(
        () -> {
          catalog.tenants().delete(tenant.id());
          return shown(tenant).put("deleted", true);
        });
  }

  /// What is shown of it, and whether its users may call. All in one step, or none of it.
  JsonNode change(ChangeTenant change, Authority by) {
    by.overTenants();
    Tenant tenant = directory.tenant(change.tenant());
    return shown(
        asked(
            () ->
                catalog
                    .tenants()
                    .change(tenant.id(), was -> changed(was, change), change.enabled())));
  }

  private static Tenant.Profile changed(Tenant.Profile was, ChangeTenant change) {
    try {
      return new Tenant.Profile(
          Objects.requireNonNullElse(change.name(), was.name()),
          Objects.requireNonNullElse(change.displayName(), was.displayName()),
          Objects.requireNonNullElse(change.email(), was.email()));
    } catch (IllegalArgumentException e) {
      throw AdminFailure.invalid(String.valueOf(e.getMessage()));
    }
  }

  /// Replaces the key that seals the secrets of all tenants, and seals each anew.
  JsonNode rotateMasterKey(Authority by) {
    by.overMasterKey();
    return Replies.object().put("sealed", asked(catalog::rotateMasterKey));
  }

  private AdminFailure kept(Tenant tenant, String what) {
    Tenant _ = asked(() -> catalog.tenants().setEnabled(tenant.id(), tenant.enabled()));
    return AdminFailure.conflict(
        "InUse", "Tenant %s owns %s.".formatted(tenant.profile().name(), what));
  }

  /// Adds how much there is to the state of the node.
  ObjectNode count(ObjectNode status) {
    long known = 0;
    long owned = 0;
    String after = "";
    List<Tenant> page;
    do {
      page = catalog.tenants().list(after, pageSize);
      for (Tenant tenant : page) owned += buckets.count(tenant.id());
      known += page.size();
      if (!page.isEmpty()) after = page.getLast().profile().name();
    } while (page.size() == pageSize);
    status.putObject("counts").put("tenants", known).put("buckets", owned);
    return status;
  }

  private static ObjectNode shown(Tenant tenant) {
    return Replies.object()
        .put("name", tenant.profile().name())
        .put("id", tenant.id().text())
        .put("number", tenant.number())
        .put("displayName", tenant.profile().displayName())
        .put("email", tenant.profile().email())
        .put("enabled", tenant.enabled())
        .put("created", tenant.created().toString());
  }
}
