package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;
import static io.tarn.console.RunningConsole.ROOT_SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.console.RunningConsole.Answer;
import io.tarn.identity.Action;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every operation of the admin API, by every kind of caller, on every kind of target.
class AuthorityTableTest {
  @TempDir Path directory;
  private RunningConsole console;
  private Staff staff;
  private TenantId first;
  private TenantId other;
  private int made;

  @BeforeEach
  void start() {
    console = new RunningConsole(directory, ConsoleSettings.DEFAULTS);
    staff = new Staff(console);
    first = staff.first();
    other = staff.other();
  }

  @AfterEach
  void stop() {
    console.close();
  }

  /// Who asks. The secret of all but the root is the same.
  private enum Asker {
    ANONYMOUS,
    TOKEN,
    ROOT,
    /// Has the canned policy `consoleAdmin`.
    ADMIN,
    /// Is allowed the one action that the operation needs, and nothing else.
    DELEGATE,
    /// Has the canned policy `readwrite`.
    PLAIN,
    /// Allowed all that is not one S3 action, on all buckets: the statement that made roots.
    NOT_ACTION,
    /// Allowed `*` on all buckets.
    ALL_ON_BUCKETS,
    /// Allowed `*` on `*`.
    ALL,
    OTHER_ROOT,
    OTHER_ADMIN;

    boolean isOperator() {
      return this == TOKEN || this == ROOT;
    }

    boolean isDelegate() {
      return this == ADMIN || this == DELEGATE;
    }
  }

  /// Whom it is done to, seen from who asks.
  private enum Target {
    NOBODY,
    SELF,
    LESSER,
    EQUAL,
    GREATER,
    ROOT,
    OTHER_USER,
    OTHER_ROOT;

    boolean isWithin() {
      return this == SELF || this == LESSER || this == EQUAL;
    }

    boolean isInTenant() {
      return this != OTHER_USER && this != OTHER_ROOT;
    }
  }

  /// What a delegate may do it to.
  private enum Power {
    /// It has no target.
    ANY,
    /// Only to what belongs to the own tenant.
    TENANT,
    /// Only to users who may do no more.
    USER,
    NONE
  }

  /// `USER`, `KEY`, `TENANT`, `POLICY` and `BUCKET` in target and body are filled in.
  private record Row(String method, String target, String body, Action action, Power power) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("GET", "status", "", Action.ADMIN_SERVER_INFO, Power.ANY),
          new Row("GET", "scrub", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("POST", "scrub", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("POST", "garbage", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("GET", "fsck", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("POST", "fsck", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("POST", "fsck", "{'repair':'orphans'}", Action.ADMIN_HEAL, Power.NONE),
          new Row("GET", "backup", "", Action.ADMIN_STORAGE_INFO, Power.ANY),
          new Row(
              "POST",
              "backup",
              "{'directory':'/srv/FRESH'}",
              Action.ADMIN_CHANGE_VOLUMES,
              Power.NONE),
          new Row("POST", "volumes/v1", "", Action.ADMIN_HEAL, Power.ANY),
          new Row("GET", "volumes", "", Action.ADMIN_STORAGE_INFO, Power.ANY),
          new Row(
              "POST",
              "volumes",
              "{'directory':'/srv/FRESH'}",
              Action.ADMIN_CHANGE_VOLUMES,
              Power.NONE),
          new Row("DELETE", "volumes/FRESH", "", Action.ADMIN_CHANGE_VOLUMES, Power.NONE),
          new Row("GET", "tenants", "", Action.ADMIN_LIST_TENANTS, Power.ANY),
          new Row("POST", "master-key/rotate", "", Action.ADMIN_ROTATE_MASTER_KEY, Power.NONE),
          new Row("POST", "certificate/reload", "", Action.ADMIN_RELOAD_CERTIFICATE, Power.ANY),
          new Row(
              "PATCH",
              "tenants/TENANT",
              "{'displayName':'FRESH'}",
              Action.ADMIN_UPDATE_TENANT,
              Power.NONE),
          new Row("POST", "tenants", "{'name':'FRESH'}", Action.ADMIN_CREATE_TENANT, Power.NONE),
          new Row("DELETE", "tenants/VICTIM", "", Action.ADMIN_DELETE_TENANT, Power.NONE),
          new Row("GET", "buckets?tenant=TENANT", "", Action.ADMIN_LIST_BUCKETS, Power.TENANT),
          new Row(
              "POST",
              "buckets",
              "{'name':'FRESH','tenant':'TENANT'}",
              Action.ADMIN_CREATE_BUCKET,
              Power.TENANT),
          new Row(
              "PUT",
              "buckets/FRESH/link",
              "{'origin':'far','bucket':'photos','tenant':'TENANT'}",
              Action.ADMIN_LINK_BUCKET,
              Power.NONE),
          new Row("DELETE", "buckets/BUCKET/link", "", Action.ADMIN_LINK_BUCKET, Power.NONE),
          new Row("GET", "cache", "", Action.ADMIN_CACHE_INFO, Power.ANY),
          new Row("GET", "cache/BUCKET", "", Action.ADMIN_CACHE_INFO, Power.TENANT),
          new Row("GET", "cache/BUCKET/key?key=k", "", Action.ADMIN_CACHE_INFO, Power.TENANT),
          new Row("POST", "cache/BUCKET/warm", "", Action.ADMIN_CHANGE_CACHE, Power.TENANT),
          new Row("POST", "cache/BUCKET/evict", "", Action.ADMIN_CHANGE_CACHE, Power.TENANT),
          new Row("POST", "cache/BUCKET/sync", "", Action.ADMIN_CHANGE_CACHE, Power.TENANT),
          new Row(
              "PUT",
              "cache/BUCKET/pins",
              "{'prefix':'k'}",
              Action.ADMIN_CHANGE_CACHE,
              Power.TENANT),
          new Row(
              "DELETE", "cache/BUCKET/pins?prefix=k", "", Action.ADMIN_CHANGE_CACHE, Power.TENANT),
          new Row("DELETE", "buckets/BUCKET", "", Action.ADMIN_DELETE_BUCKET, Power.TENANT),
          new Row(
              "PUT",
              "buckets/BUCKET/versioning",
              "{'versioning':'enabled'}",
              Action.ADMIN_SET_BUCKET_VERSIONING,
              Power.TENANT),
          new Row("GET", "users?tenant=TENANT", "", Action.ADMIN_LIST_USERS, Power.TENANT),
          new Row(
              "POST",
              "users",
              "{'name':'FRESH','tenant':'TENANT','accessKey':'FRESH','secretKey':'secretsecret'}",
              Action.ADMIN_CREATE_USER,
              Power.TENANT),
          new Row("DELETE", "users/USER?tenant=TENANT", "", Action.ADMIN_DELETE_USER, Power.USER),
          new Row(
              "PATCH",
              "users/USER?tenant=TENANT",
              "{'enabled':true}",
              Action.ADMIN_ENABLE_USER,
              Power.USER),
          new Row(
              "PATCH",
              "users/USER?tenant=TENANT",
              "{'enabled':false}",
              Action.ADMIN_DISABLE_USER,
              Power.USER),
          new Row(
              "PUT",
              "users/USER/policies/HARMLESS?tenant=TENANT",
              "",
              Action.ADMIN_ATTACH_USER_OR_GROUP_POLICY,
              Power.USER),
          new Row(
              "DELETE",
              "users/USER/policies/HARMLESS?tenant=TENANT",
              "",
              Action.ADMIN_ATTACH_USER_OR_GROUP_POLICY,
              Power.USER),
          new Row(
              "GET", "keys?tenant=TENANT", "", Action.ADMIN_LIST_SERVICE_ACCOUNTS, Power.TENANT),
          new Row(
              "POST",
              "keys",
              "{'user':'USER','tenant':'TENANT'}",
              Action.ADMIN_CREATE_SERVICE_ACCOUNT,
              Power.USER),
          new Row("DELETE", "keys/KEY", "", Action.ADMIN_REMOVE_SERVICE_ACCOUNT, Power.USER),
          new Row(
              "PATCH",
              "keys/KEY",
              "{'enabled':true}",
              Action.ADMIN_UPDATE_SERVICE_ACCOUNT,
              Power.USER),
          new Row("GET", "policies?tenant=TENANT", "", Action.ADMIN_LIST_POLICIES, Power.TENANT),
          new Row(
              "GET", "policies/readonly?tenant=TENANT", "", Action.ADMIN_GET_POLICY, Power.TENANT),
          new Row(
              "PUT",
              "policies/POLICY?tenant=TENANT",
              "{'Statement':{'Effect':'Allow','Action':'kms:Encrypt'}}",
              Action.ADMIN_CREATE_POLICY,
              Power.USER),
          new Row(
              "DELETE",
              "policies/HARMLESS?tenant=TENANT",
              "",
              Action.ADMIN_DELETE_POLICY,
              Power.TENANT));

  @Test
  void every_operation_stands_in_the_table() {
    Set<Class<?>> met = new HashSet<>();
    for (Row row : ROWS) {
      String target = "/admin/v1/" + row.target.replaceAll("[A-Z]{3,}", "name");
      String body = Staff.json(row.body.replaceAll("[A-Z]{3,}", "name"));
      var request = S3Request.of(row.method, target, RequestHeaders.of("host", "x"), List.of());
      AdminOperation operation = AdminRequest.parse(request, body.getBytes(StandardCharsets.UTF_8));
      assertThat(operation.action()).as(target).isEqualTo(row.action);
      met.add(operation.getClass());
    }
    Set<Class<?>> all =
        Stream.of(AdminOperation.class.getPermittedSubclasses()).collect(Collectors.toSet());
    assertThat(met).isEqualTo(all);
  }

  @Test
  void nobody_administers_who_was_not_meant_to_nor_whom_they_were_not_meant_to() {
    var wrong = new ArrayList<String>();
    for (Row row : ROWS) {
      for (Asker asker : Asker.values()) {
        for (Target target : targets(row)) {
          Scene scene = scene(row, asker, target);
          Answer answer = ask(scene, row.method, scene.target, scene.body);
          boolean denied = answer.status() == 401 || answer.status() == 403;
          boolean expected =
              asker.isOperator() || (asker.isDelegate() && isWithin(row.power, target));
          if (denied == expected) {
            wrong.add(
                "%s %s by %s on %s: %s"
                    .formatted(row.method, row.target, asker, target, answer.text()));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isWithin(Power power, Target target) {
    return switch (power) {
      case ANY -> true;
      case TENANT -> target.isInTenant();
      case USER -> target.isWithin();
      case NONE -> false;
    };
  }

  private static List<Target> targets(Row row) {
    return switch (row.power) {
      case ANY, NONE -> List.of(Target.NOBODY);
      case TENANT -> List.of(Target.SELF, Target.OTHER_USER);
      case USER -> {
        var targets = new ArrayList<>(List.of(Target.values()));
        targets.remove(Target.NOBODY);
        boolean ofRoots = row.target.startsWith("keys");
        if (!ofRoots) targets.removeAll(List.of(Target.ROOT, Target.OTHER_ROOT));
        yield targets;
      }
    };
  }

  /// One request, with users of its own.
  private record Scene(Asker asker, String key, String target, String body) {}

  private Scene scene(Row row, Asker asker, Target target) {
    String suffix = "-" + ++made;
    String me = "me" + suffix;
    List<String> mine = policies(asker, row.action, suffix);
    TenantId home = asker == Asker.OTHER_ADMIN ? other : first;
    staff.user(home, me, mine);
    String key =
        switch (asker) {
          case ROOT -> ROOT;
          case OTHER_ROOT -> "other-root";
          default -> me;
        };
    TenantId there = target.isInTenant() ? first : other;
    console.catalog.policies().put(there, "harmless" + suffix, Staff.denial());
    String victim =
        switch (target) {
          case SELF, NOBODY ->
              home.equals(there) ? me : staff.user(there, "victim" + suffix, List.of());
          case LESSER, OTHER_USER -> staff.user(there, "victim" + suffix, List.of());
          case EQUAL -> staff.user(there, "victim" + suffix, home.equals(there) ? mine : List.of());
          case GREATER -> staff.user(there, "victim" + suffix, greater(asker, suffix));
          case ROOT, OTHER_ROOT -> "";
        };
    String victimsKey =
        switch (target) {
          case ROOT -> ROOT;
          case OTHER_ROOT -> {
            var root = Staff.pair("root" + suffix);
            yield console.catalog.accessKeys().create(Owner.root(other), root).accessKey();
          }
          default -> victim;
        };
    console.buckets.create(new CreateBucket(new BucketName("bucket" + suffix), there, ""));
    if (row.target.contains("VICTIM")) {
      console.catalog.tenants().create(new Tenant.Profile("tenant" + suffix));
    }
    String tenant = there.equals(first) ? "default" : "other";
    boolean owned = row.target.contains("POLICY") && !victim.isEmpty();
    if (owned) {
      console
          .catalog
          .policies()
          .put(there, "owned" + suffix, Staff.allowing("'Action':'kms:Decrypt'"));
      console.catalog.users().attach(there, victim, "owned" + suffix);
    }
    return new Scene(
        asker,
        key,
        filled(row.target, suffix, victim, victimsKey, tenant),
        Staff.json(filled(row.body, suffix, victim, victimsKey, tenant)));
  }

  private static String filled(String text, String suffix, String user, String key, String tenant) {
    return text.replace("USER", user)
        .replace("KEY", key)
        .replace("VICTIM", "tenant" + suffix)
        .replace("TENANT", tenant)
        .replace("HARMLESS", "harmless" + suffix)
        .replace("POLICY", "owned" + suffix)
        .replace("BUCKET", "bucket" + suffix)
        .replace("FRESH", "fresh" + suffix);
  }

  private List<String> policies(Asker asker, Action action, String suffix) {
    String document =
        switch (asker) {
          case DELEGATE -> "'Action':'" + action.text() + "'";
          case NOT_ACTION -> "'NotAction':'s3:DeleteBucket','Resource':'arn:aws:s3:::*'";
          case ALL_ON_BUCKETS -> "'Action':'*','Resource':'arn:aws:s3:::*'";
          case ALL -> "'Action':'*','Resource':'*'";
          default -> "";
        };
    if (!document.isEmpty()) return List.of(staff.policy(first, "mine" + suffix, document));
    return switch (asker) {
      case ADMIN, OTHER_ADMIN -> List.of("consoleAdmin");
      case PLAIN -> List.of("readwrite");
      default -> List.of();
    };
  }

  /// Somebody who is not plainly within what this caller may do.
  private List<String> greater(Asker asker, String suffix) {
    if (asker != Asker.ADMIN) return List.of("readonly");
    // Only a grant of another tenant by name is more than all.
    Bucket bucket =
        console.buckets.create(new CreateBucket(new BucketName("named" + suffix), other, ""));
    String number = console.catalog.tenants().find(first).orElseThrow().number();
    console.buckets.setDocument(
        bucket,
        DocumentKind.POLICY,
        Staff.json(
            """
            {'Statement':{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::%s:user/victim%s'},
             'Action':'s3:GetObject','Resource':'arn:aws:s3:::named%s/*'}}\
            """
                .formatted(number, suffix, suffix)));
    return List.of();
  }

  private Answer ask(Scene scene, String method, String target, String body) {
    return switch (scene.asker) {
      case ANONYMOUS -> console.send(method, "/admin/v1/" + target, body);
      case TOKEN -> console.admin(method, "/" + target, body);
      case ROOT -> console.signed(ROOT, ROOT_SECRET, method, "/admin/v1/" + target, body);
      default -> staff.by(scene.key, method, target, body);
    };
  }
}
