package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes and reads the values of rows. What cannot be read is [StoreFailure.Corrupt], never
/// absent; a row of a newer format too.
///
/// Users are of format 2. In format 1, as 0.1.0 wrote it, they had no id: theirs is made of what
/// they have kept since they were made, and is written down with the first change.
final class CatalogValues {
  private static final JsonMapper JSON = new JsonMapper();
  static final int FORMAT = 1;
  static final int USER_FORMAT = 2;

  /// An access key as it is stored.
  record SealedKey(AccessKey key, byte[] secret) {}

  /// The root of the first tenant.
  record RootRow(TenantId tenant, String accessKey) {}

  private CatalogValues() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Entry row) {
    return new String(row.value(), StandardCharsets.UTF_8);
  }

  static byte[] write(Tenant tenant) {
    return bytes(
        row()
            .put("id", tenant.id().text())
            .put("number", tenant.number())
            .put("name", tenant.profile().name())
            .put("displayName", tenant.profile().displayName())
            .put("email", tenant.profile().email())
            .put("enabled", tenant.enabled())
            .put("created", tenant.created().toString()));
  }

  static Tenant tenant(Entry row) {
    return read(
        row,
        json ->
            new Tenant(
                new TenantId(string(json, "id")),
                string(json, "number"),
                new Tenant.Profile(
                    string(json, "name"), string(json, "displayName"), string(json, "email")),
                bool(json, "enabled"),
                created(json)));
  }

  static byte[] write(User user) {
    ObjectNode json =
        row(USER_FORMAT)
            .put("tenant", user.tenant().text())
            .put("name", user.name())
            .put("id", user.id())
            .put("enabled", user.enabled())
            .put("created", user.created().toString());
    ArrayNode policies = json.putArray("policies");
    user.policies().forEach(policies::add);
    return bytes(json);
  }

  static User user(Entry row) {
    return read(
        row,
        USER_FORMAT,
        json -> {
          var policies = new ArrayList<String>();
          for (JsonNode name : field(json, "policies")) policies.add(name.stringValue());
          var tenant = new TenantId(string(json, "tenant"));
          String name = string(json, "name");
          boolean enabled = bool(json, "enabled");
          Instant created = created(json);
          String id = format(json) == 1 ? Ids.userOf(tenant, name, created) : string(json, "id");
          return new User(tenant, name, id, policies, enabled, created);
        });
  }

  static byte[] write(SealedKey sealed) {
    AccessKey key = sealed.key;
    return bytes(
        row()
            .put("id", key.id())
            .put("tenant", key.owner().tenant().text())
            .put("user", key.owner().user())
            .put("ceiling", key.ceiling())
            .put("enabled", key.enabled())
            .put("created", key.created().toString())
            .put("secret", Base64.getEncoder().encodeToString(sealed.secret)));
  }

  static SealedKey accessKey(Entry row) {
    return read(
        row,
        json -> {
          var owner = new Owner(new TenantId(string(json, "tenant")), string(json, "user"));
          boolean enabled = bool(json, "enabled");
          String ceiling = string(json, "ceiling");
          var key = new AccessKey(string(json, "id"), owner, ceiling, enabled, created(json));
          return new SealedKey(key, Base64.getDecoder().decode(string(json, "secret")));
        });
  }

  static byte[] write(RootRow root) {
    return bytes(row().put("tenant", root.tenant.text()).put("accessKey", root.accessKey));
  }

  static RootRow root(Entry row) {
    return read(
        row, json -> new RootRow(new TenantId(string(json, "tenant")), string(json, "accessKey")));
  }

  private static ObjectNode row() {
    return row(FORMAT);
  }

  private static ObjectNode row(int format) {
    return JSON.createObjectNode().put("v", format);
  }

  private static byte[] bytes(ObjectNode json) {
    return JSON.writeValueAsBytes(json);
  }

  private static int format(JsonNode json) {
    return field(json, "v").intValue();
  }

  private static <T> T read(Entry row, Function<JsonNode, T> reader) {
    return read(row, FORMAT, reader);
  }

  private static <T> T read(Entry row, int newest, Function<JsonNode, T> reader) {
    try {
      JsonNode json = JSON.readTree(row.value());
      int format = format(json);
      if (format < 1 || format > newest) {
        throw new StoreFailure.Corrupt(
            "catalog row %s has format %d; this server knows %d"
                .formatted(row.key(), format, newest),
            null);
      }
      return reader.apply(json);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      // Not with its message: it may quote what is stored.
      throw new StoreFailure.Corrupt("catalog row " + row.key() + " cannot be read", null);
    }
  }

  private static JsonNode field(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) throw new IllegalArgumentException("no " + name);
    return value;
  }

  private static String string(JsonNode json, String name) {
    return field(json, name).stringValue();
  }

  private static boolean bool(JsonNode json, String name) {
    return field(json, name).booleanValue();
  }

  private static Instant created(JsonNode json) {
    return Instant.parse(string(json, "created"));
  }
}
