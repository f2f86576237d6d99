package io.tarn.console;

import static io.tarn.console.Directory.asked;

import io.tarn.catalog.AccessKey;
import io.tarn.catalog.Catalog;
import io.tarn.catalog.KeyPair;
import io.tarn.catalog.Owner;
import io.tarn.catalog.User;
import io.tarn.console.AdminOperation.AttachPolicy;
import io.tarn.console.AdminOperation.CreateKey;
import io.tarn.console.AdminOperation.CreateUser;
import io.tarn.store.TenantId;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator does with the users of a tenant and with access keys.
final class UserWork {
  private final Catalog catalog;
  private final Directory directory;
  private final int pageSize;

  UserWork(Catalog catalog, Directory directory, int pageSize) {
    this.catalog = catalog;
    this.directory = directory;
    this.pageSize = pageSize;
  }

  JsonNode list(String tenant, String after, Authority by) {
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("users");
    List<User> users = users(directory.tenant(tenant, by), after);
    for (User user : users) list.add(shown(user));
    return answer.put("next", users.size() < pageSize ? "" : users.getLast().name());
  }

  private List<User> users(TenantId tenant, String after) {
    return asked(() -> catalog.users().list(tenant, after, pageSize));
  }

  /// A user, with a key if one is asked for.
  JsonNode create(CreateUser request, Authority by) {
    TenantId tenant = directory.tenant(request.tenant(), by);
    User user = asked(() -> catalog.users().create(tenant, request.user()));
    if (!request.key().isGiven()) return shown(user);
    try {
      return withKey(shown(user), new Owner(tenant, user.name()), request.key(), by);
    } catch (AdminFailure e) { // all or nothing
      asked(
          () -> {
            catalog.users().delete(tenant, user.name());
            return user;
          });
      throw e;
    }
  }

  JsonNode delete(String tenant, String user, Authority by) {
    TenantId id = directory.tenant(tenant, by);
    return asked(
        () -> {
          catalog.users().delete(id, user, by::over);
          return Replies.object().put("name", user).put("deleted", true);
        });
  }

  JsonNode enable(String tenant, String user, boolean enabled, Authority by) {
    TenantId id = directory.tenant(tenant, by);
    return shown(asked(() -> catalog.users().setEnabled(id, user, enabled, by::over)));
  }

  JsonNode attach(AttachPolicy request, Authority by) {
    TenantId tenant = directory.tenant(request.tenant(), by);
    String user = request.user();
    String policy = request.policy();
    return shown(
        asked(
            () ->
                request.attached()
                    ? catalog.users().attach(tenant, user, policy, by::over)
                    : catalog.users().detach(tenant, user, policy, by::over)));
  }

  /// The keys of a user; without one, those of the tenant's root and then of its users by name,
  /// where a page ends behind all keys of a user.
  JsonNode keys(String tenantText, String user, String after, Authority by) {
    TenantId tenant = directory.tenant(tenantText, by);
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("keys");
    if (!user.isEmpty()) {
      addKeys(list, owner(tenant, user));
      return answer.put("next", "");
    }
    if (after.isEmpty()) addKeys(list, Owner.root(tenant));
    List<User> users = users(tenant, after);
    int seen = 0;
    while (seen < users.size() && (seen == 0 || list.size() < pageSize)) {
      addKeys(list, new Owner(tenant, users.get(seen++).name()));
    }
    boolean end = seen == users.size() && users.size() < pageSize;
    return answer.put("next", end ? "" : users.get(seen - 1).name());
  }

  private void addKeys(ArrayNode list, Owner owner) {
    for (AccessKey key : asked(() -> catalog.accessKeys().list(owner))) list.add(shown(key));
  }

  private Owner owner(TenantId tenant, String user) {
    if (asked(() -> catalog.users().find(tenant, user)).isEmpty()) {
      throw AdminFailure.notFound("There is no user " + user + " in this tenant.");
    }
    return new Owner(tenant, user);
  }

  JsonNode createKey(CreateKey request, Authority by) {
    TenantId tenant = directory.tenant(request.tenant(), by);
    return withKey(Replies.object(), new Owner(tenant, request.user()), request.key(), by);
  }

  /// The only time that the secret is shown.
  private ObjectNode withKey(
      ObjectNode answer, Owner owner, AdminOperation.KeyPair wanted, Authority by) {
    if (wanted.accessKey().isEmpty() != wanted.secret().isEmpty()) {
      throw AdminFailure.invalid("Give both accessKey and secretKey, or neither.");
    }
    KeyPair pair =
        asked(
            () ->
                catalog
                    .accessKeys()
                    .create(owner, new KeyPair(wanted.accessKey(), wanted.secret()), "", by::over));
    return answer.put("accessKey", pair.accessKey()).put("secretKey", pair.secret().reveal());
  }

  JsonNode deleteKey(String accessKey, Authority by) {
    return asked(
        () -> {
          catalog.accessKeys().delete(accessKey, by::over);
          return Replies.object().put("accessKey", accessKey).put("deleted", true);
        });
  }

  JsonNode enableKey(String accessKey, boolean enabled, Authority by) {
    return shown(asked(() -> catalog.accessKeys().setEnabled(accessKey, enabled, by::over)));
  }

  private static ObjectNode shown(User user) {
    ObjectNode shown =
        Replies.object()
            .put("name", user.name())
            .put("id", user.id())
            .put("enabled", user.enabled())
            .put("created", user.created().toString());
    ArrayNode policies = shown.putArray("policies");
    user.policies().forEach(policies::add);
    return shown;
  }

  private ObjectNode shown(AccessKey key) {
    return Replies.object()
        .put("accessKey", key.id())
        .put("tenant", directory.nameOf(key.owner().tenant()))
        .put("user", key.owner().isRoot() ? "root" : key.owner().user())
        .put("enabled", key.enabled())
        .put("created", key.created().toString());
  }
}
