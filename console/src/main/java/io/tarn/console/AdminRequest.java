package io.tarn.console;

import io.tarn.console.AdminOperation.AddVolume;
import io.tarn.console.AdminOperation.AttachPolicy;
import io.tarn.console.AdminOperation.ChangeTenant;
import io.tarn.console.AdminOperation.CheckVolume;
import io.tarn.console.AdminOperation.CollectGarbage;
import io.tarn.console.AdminOperation.CreateBucket;
import io.tarn.console.AdminOperation.CreateKey;
import io.tarn.console.AdminOperation.CreateTenant;
import io.tarn.console.AdminOperation.CreateUser;
import io.tarn.console.AdminOperation.DeleteBucket;
import io.tarn.console.AdminOperation.DeleteKey;
import io.tarn.console.AdminOperation.DeletePolicy;
import io.tarn.console.AdminOperation.DeleteTenant;
import io.tarn.console.AdminOperation.DeleteUser;
import io.tarn.console.AdminOperation.EnableKey;
import io.tarn.console.AdminOperation.EnableUser;
import io.tarn.console.AdminOperation.EvictCache;
import io.tarn.console.AdminOperation.ExplainKey;
import io.tarn.console.AdminOperation.ForgetVolume;
import io.tarn.console.AdminOperation.GetBackup;
import io.tarn.console.AdminOperation.GetBucketCache;
import io.tarn.console.AdminOperation.GetCache;
import io.tarn.console.AdminOperation.GetCheck;
import io.tarn.console.AdminOperation.GetPolicy;
import io.tarn.console.AdminOperation.GetScrub;
import io.tarn.console.AdminOperation.GetStatus;
import io.tarn.console.AdminOperation.KeyPair;
import io.tarn.console.AdminOperation.LinkBucket;
import io.tarn.console.AdminOperation.ListBuckets;
import io.tarn.console.AdminOperation.ListKeys;
import io.tarn.console.AdminOperation.ListPolicies;
import io.tarn.console.AdminOperation.ListTenants;
import io.tarn.console.AdminOperation.ListUsers;
import io.tarn.console.AdminOperation.ListVolumes;
import io.tarn.console.AdminOperation.Person;
import io.tarn.console.AdminOperation.PinPrefix;
import io.tarn.console.AdminOperation.ReloadCertificate;
import io.tarn.console.AdminOperation.RotateMasterKey;
import io.tarn.console.AdminOperation.SetPolicy;
import io.tarn.console.AdminOperation.SetVersioning;
import io.tarn.console.AdminOperation.StartBackup;
import io.tarn.console.AdminOperation.StartCheck;
import io.tarn.console.AdminOperation.StartScrub;
import io.tarn.console.AdminOperation.SyncBucket;
import io.tarn.console.AdminOperation.UnlinkBucket;
import io.tarn.console.AdminOperation.WarmCache;
import io.tarn.request.S3Request;
import io.tarn.settings.Secret;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Versioning;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A request of the admin API on its way to become an operation. Knows the API's paths, which stand
/// here only.
///
/// ```text
/// GET    status                      GET POST       scrub            POST  garbage
/// GET    volumes                     POST           volumes          DELETE volumes/{id}
/// GET    backup                      POST           backup
/// GET    fsck                        POST           fsck
/// POST   master-key/rotate           POST           certificate/reload
/// GET    buckets                     POST           buckets          DELETE buckets/{name}
/// PUT    buckets/{name}/versioning
/// GET    cache                       GET            cache/{bucket}   GET    cache/{bucket}/key
/// POST   cache/{bucket}/warm         POST           cache/{bucket}/evict
/// PUT    cache/{bucket}/pins         DELETE         cache/{bucket}/pins
/// POST   cache/{bucket}/sync
/// GET    tenants                     POST           tenants          DELETE PATCH tenants/{tenant}
/// GET    users                       POST           users            DELETE PATCH users/{name}
/// PUT    users/{name}/policies/{policy}             DELETE users/{name}/policies/{policy}
/// GET    keys                        POST           keys             DELETE PATCH keys/{key}
/// GET    policies                    GET PUT DELETE policies/{name}
/// GET    volumes                     POST           volumes          DELETE POST volumes/{id}
/// ```
///
/// A list is a page. Its `next` is empty at the end, else the `after` of the page that follows.
final class AdminRequest {
  static final String ROOT = "/admin/v1/";

  /// Longer than any name, and than a tenant's and a bucket's together.
  private static final int LONGEST_AFTER = 256;

  private final S3Request request;
  private final byte[] body;
  private final List<String> path;
  private final Fields fields;

  private AdminRequest(S3Request request, byte[] body) {
    this.request = request;
    this.body = body;
    this.path = List.of(request.path().substring(ROOT.length()).split("/", -1));
    this.fields = isDocument() ? Fields.of(new byte[0]) : Fields.of(body);
  }

  /// What the request asks for. Fails with [AdminFailure] when that is nothing.
  static AdminOperation parse(S3Request request, byte[] body) {
    if (!request.path().startsWith(ROOT)) throw unknownPath();
    var parsed = new AdminRequest(request, body);
    AdminOperation operation =
        switch (parsed.path.size()) {
          case 1 -> parsed.collection();
          case 2 -> parsed.member();
          case 3 -> parsed.property();
          case 4 -> parsed.attachment();
          default -> throw unknownPath();
        };
    parsed.fields.end();
    return operation;
  }

  /// A policy is sent as it is, not as a field.
  private boolean isDocument() {
    return request.method().equals("PUT") && path.size() == 2 && path.getFirst().equals("policies");
  }

  private AdminOperation collection() {
    return switch (request.method() + " " + path.getFirst()) {
      case "GET status" -> new GetStatus();
      case "GET cache" -> new GetCache();
      case "GET buckets" -> new ListBuckets(tenant(), query("prefix"), after());
      case "POST buckets" ->
          new CreateBucket(bucket(fields.required("name")), fields.text("tenant"));
      case "GET tenants" -> new ListTenants(after());
      case "POST tenants" ->
          new CreateTenant(
              fields.required("name"),
              fields.text("id"),
              new Person(fields.text("displayName"), fields.text("email")),
              keyPair());
      case "GET users" -> new ListUsers(tenant(), after());
      case "POST users" ->
          new CreateUser(fields.text("tenant"), fields.required("name"), keyPair());
      case "GET keys" -> new ListKeys(tenant(), query("user"), after());
      case "POST keys" -> new CreateKey(fields.text("tenant"), fields.text("user"), keyPair());
      case "GET policies" -> new ListPolicies(tenant(), after());
      case "GET scrub" -> new GetScrub();
      case "POST scrub" -> new StartScrub();
      case "POST garbage" -> new CollectGarbage();
      case "GET fsck" -> new GetCheck();
      case "POST fsck" -> new StartCheck(repair(fields.text("repair")));
      case "GET backup" -> new GetBackup();
      case "POST backup" -> new StartBackup(fields.required("directory"));
      case "GET volumes" -> new ListVolumes();
      case "POST volumes" -> new AddVolume(fields.required("directory"));
      default -> throw wrongMethodOrPath();
    };
  }

  private AdminOperation member() {
    String name = path.get(1);
    return switch (request.method() + " " + path.getFirst()) {
      case "DELETE buckets" -> new DeleteBucket(bucket(name));
      case "GET cache" -> new GetBucketCache(bucket(name));
      case "DELETE tenants" -> new DeleteTenant(name(name));
      case "PATCH tenants" ->
          new ChangeTenant(
              name(name),
              fields.optional("name"),
              fields.optional("displayName"),
              fields.optional("email"),
              fields.optionalFlag("enabled"));
      case "DELETE users" -> new DeleteUser(tenant(), name(name));
      case "PATCH users" -> new EnableUser(tenant(), name(name), fields.flag("enabled"));
      case "DELETE keys" -> new DeleteKey(name(name));
      case "PATCH keys" -> new EnableKey(name(name), fields.flag("enabled"));
      case "GET policies" -> new GetPolicy(tenant(), name(name));
      case "PUT policies" -> new SetPolicy(tenant(), name(name), document());
      case "DELETE policies" -> new DeletePolicy(tenant(), name(name));
      case "POST master-key" -> verb("rotate", new RotateMasterKey());
      case "POST certificate" -> verb("reload", new ReloadCertificate());
      case "POST volumes" -> new CheckVolume(name(name));
      case "DELETE volumes" -> new ForgetVolume(name(name));
      default -> throw wrongMethodOrPath();
    };
  }

  /// An operation that has one word for what it does to the only thing of its kind.
  private AdminOperation verb(String word, AdminOperation operation) {
    if (!path.get(1).equals(word)) throw unknownPath();
    return operation;
  }

  private AdminOperation property() {
    if (path.getFirst().equals("cache")) return ofCache(bucket(path.get(1)));
    if (!path.getFirst().equals("buckets")) throw unknownPath();
    if (path.get(2).equals("link")) return link();
    if (!path.get(2).equals("versioning")) throw unknownPath();
    if (!request.method().equals("PUT")) throw AdminFailure.methodNotAllowed(request.method());
    return new SetVersioning(bucket(path.get(1)), versioning(fields.required("versioning")));
  }

  private AdminOperation link() {
    BucketName bucket = bucket(path.get(1));
    return switch (request.method()) {
      case "PUT" ->
          new LinkBucket(
              bucket,
              fields.text("tenant"),
              linked(
                  new LinkRequest(
                      fields.text("origin"),
                      fields.text("bucket"),
                      prefix(fields.text("prefix")),
                      fields.texts("settings"),
                      fields.text("credentials"))));
      case "DELETE" -> new UnlinkBucket(bucket);
      default -> throw AdminFailure.methodNotAllowed(request.method());
    };
  }

  private static LinkRequest linked(LinkRequest request) {
    boolean named = !request.origin().isEmpty();
    boolean own = !request.settings().isEmpty();
    if (named == own) {
      throw AdminFailure.invalid(
          "Name an origin of the server's settings (\"origin\"), or give the \"settings\" of one.");
    }
    if (named && !request.credentials().isEmpty()) {
      throw AdminFailure.invalid("An origin of the server's settings has its keys there.");
    }
    return request;
  }

  private AdminOperation ofCache(BucketName bucket) {
    return switch (request.method() + " " + path.get(2)) {
      case "GET key" -> new ExplainKey(bucket, key(query("key")));
      case "POST warm" ->
          new WarmCache(
              bucket, fields.text("prefix"), fields.text("after"), atOnce(fields.text("atOnce")));
      case "POST sync" -> new SyncBucket(bucket, number(fields.text("upTo")));
      case "POST evict" ->
          new EvictCache(bucket, fields.text("prefix"), number(fields.text("after")));
      case "PUT pins" ->
          new PinPrefix(bucket, fields.text("prefix"), true, number(fields.text("after")));
      case "DELETE pins" -> new PinPrefix(bucket, query("prefix"), false, number(after()));
      default -> throw wrongMethodOrPath();
    };
  }

  private static Key key(String key) {
    if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > Key.MAX_BYTES) {
      throw AdminFailure.invalid("\"key\" is that of an object.");
    }
    return new Key(key);
  }

  /// How many objects are fetched at a time.
  private static int atOnce(String text) {
    long number = text.isEmpty() ? WarmCache.AT_ONCE : number(text);
    if (number >= 1 && number <= WarmCache.MOST_AT_ONCE) return (int) number;
    throw AdminFailure.invalid("\"atOnce\" is from 1 to %d.".formatted(WarmCache.MOST_AT_ONCE));
  }

  private static long number(String text) {
    if (text.isEmpty()) return 0;
    if (text.matches("[0-9]{1,18}")) return Long.parseLong(text);
    throw AdminFailure.invalid("\"%s\" is not a number.".formatted(text));
  }

  private static String prefix(String prefix) {
    if (prefix.getBytes(StandardCharsets.UTF_8).length < Key.MAX_BYTES / 2) return prefix;
    throw AdminFailure.invalid("A prefix has fewer than %d bytes.".formatted(Key.MAX_BYTES / 2));
  }

  private AdminOperation attachment() {
    if (!path.getFirst().equals("users") || !path.get(2).equals("policies")) throw unknownPath();
    boolean attached =
        switch (request.method()) {
          case "PUT" -> true;
          case "DELETE" -> false;
          default -> throw AdminFailure.methodNotAllowed(request.method());
        };
    return new AttachPolicy(tenant(), name(path.get(1)), name(path.get(3)), attached);
  }

  private String tenant() {
    return query("tenant");
  }

  private String after() {
    String after = query("after");
    if (after.length() > LONGEST_AFTER) {
      throw AdminFailure.invalid("\"after\" is the \"next\" of the page before, or left out.");
    }
    return after;
  }

  private String query(String name) {
    return request.query().text(name);
  }

  private KeyPair keyPair() {
    return new KeyPair(fields.text("accessKey"), Secret.of(fields.text("secretKey")));
  }

  private String document() {
    if (body.length == 0) throw AdminFailure.invalid("The body is the policy, and it is empty.");
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String name(String name) {
    if (name.isEmpty()) throw unknownPath();
    return name;
  }

  private static BucketName bucket(String name) {
    if (BucketName.valid(name)) return new BucketName(name);
    throw new AdminFailure(
        400,
        "InvalidBucketName",
        "A bucket name has 3 to 63 characters out of a-z, 0-9, '.' and '-'.");
  }

  private static boolean repair(String what) {
    if (what.isEmpty()) return false;
    if (what.equals("orphans")) return true;
    throw AdminFailure.invalid("What can be repaired are \"orphans\".");
  }

  private static Versioning versioning(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "enabled" -> Versioning.ENABLED;
      case "suspended" -> Versioning.SUSPENDED;
      default -> throw AdminFailure.invalid("Versioning is \"enabled\" or \"suspended\".");
    };
  }

  private AdminFailure wrongMethodOrPath() {
    boolean known =
        switch (path.getFirst()) {
          case "status", "scrub", "garbage", "backup", "fsck" -> path.size() == 1;
          case "cache" -> path.size() <= 2 || isOfCache(path.get(2));
          case "buckets", "tenants", "users", "keys", "policies", "volumes" -> true;
          case "master-key" -> path.size() == 2 && path.get(1).equals("rotate");
          case "certificate" -> path.size() == 2 && path.get(1).equals("reload");
          default -> false;
        };
    return known ? AdminFailure.methodNotAllowed(request.method()) : unknownPath();
  }

  private static boolean isOfCache(String word) {
    return List.of("key", "warm", "evict", "pins", "sync").contains(word);
  }

  private static AdminFailure unknownPath() {
    return AdminFailure.notFound("There is nothing under this path; see /admin/v1/status.");
  }
}
