package io.tarn.identity;

import static io.tarn.identity.Fixtures.OURS;
import static io.tarn.identity.Fixtures.THEIRS;
import static io.tarn.identity.Fixtures.bucketPolicy;
import static io.tarn.identity.Fixtures.user;
import static io.tarn.identity.Fixtures.userPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Acl;
import io.tarn.store.Acl.Grant;
import io.tarn.store.Acl.Permission;
import io.tarn.store.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What ACLs add to the guard: ACL, caller and action.
class AclGuardTest {
  private static final Policy ANYTHING =
      userPolicy("{'Effect':'Allow','Action':'s3:*','Resource':'*'}");
  private static final Policy DENIES =
      userPolicy("{'Effect':'Deny','Action':'s3:*','Resource':'*'}");
  private static final Policy BUCKET_DENIES =
      bucketPolicy(
          "{'Effect':'Deny','Principal':'*','Action':'s3:*',"
              + "'Resource':['arn:aws:s3:::box','arn:aws:s3:::box/*']}");

  private static Caller caller(String who) {
    return switch (who) {
      case "nobody" -> Caller.anonymous();
      case "root" -> new Caller.Root(OURS, "AKROOT");
      case "user" -> user(OURS, "bob");
      case "user-" -> user(OURS, "bob", DENIES);
      case "their-root" -> new Caller.Root(THEIRS, "AKTHEM");
      case "their-user" -> user(THEIRS, "eve");
      case "their-user+" -> user(THEIRS, "eve", ANYTHING);
      case "their-user-" -> user(THEIRS, "eve", ANYTHING, DENIES);
      default -> throw new IllegalArgumentException(who);
    };
  }

  /// `all:READ`, `known:WRITE`, `them:FULL_CONTROL`, `us:READ`, or `-` for private.
  private static Acl acl(String text) {
    if (text.equals("-")) return Acl.PRIVATE;
    String[] words = text.split(":", -1);
    Acl.Grantee grantee =
        switch (words[0]) {
          case "all" -> new Acl.Everyone();
          case "known" -> new Acl.Authenticated();
          case "them" -> new Acl.Account(THEIRS.tenant());
          case "us" -> new Acl.Account(OURS.tenant());
          case "owner" -> new Acl.Owner();
          default -> throw new IllegalArgumentException(text);
        };
    return new Acl(List.of(new Grant(grantee, Permission.valueOf(words[1]))));
  }

  private static Acls acls(Acl bucket, @Nullable OwnerAndAcl object) {
    return acls(bucket, object, null);
  }

  private static Acls acls(Acl bucket, @Nullable OwnerAndAcl object, @Nullable TenantId initiator) {
    return new Acls() {
      @Override
      public Acl bucket() {
        return bucket;
      }

      @Override
      public @Nullable OwnerAndAcl object() {
        return object;
      }

      @Override
      public @Nullable TenantId initiator() {
        return initiator;
      }
    };
  }

  private static boolean allowed(Caller caller, Action action, Policy policy, Acls acls) {
    var demand = Fixtures.demand(action, "key");
    return Authorizer.decide(
            caller, demand, ConditionContext.NONE, new Rules(OURS.tenant(), policy, acls))
        .allowed();
  }

  @ParameterizedTest(name = "{0} {1} with {2} on the bucket: {3}")
  @CsvSource({
    "nobody, LIST_BUCKET, -, false",
    "nobody, LIST_BUCKET, all:READ, true",
    "nobody, LIST_BUCKET, all:WRITE, false",
    "nobody, LIST_BUCKET, known:READ, false",
    "nobody, LIST_BUCKET, owner:FULL_CONTROL, false",
    "nobody, LIST_BUCKET_VERSIONS, all:READ, true",
    "nobody, LIST_BUCKET_MULTIPART_UPLOADS, all:FULL_CONTROL, true",
    "nobody, PUT_OBJECT, all:WRITE, true",
    "nobody, DELETE_OBJECT, all:FULL_CONTROL, false",
    "nobody, ABORT_MULTIPART_UPLOAD, all:FULL_CONTROL, false",
    "nobody, LIST_MULTIPART_UPLOAD_PARTS, all:FULL_CONTROL, false",
    "their-root, ABORT_MULTIPART_UPLOAD, -, true",
    "their-root, LIST_MULTIPART_UPLOAD_PARTS, -, true",
    "their-root, DELETE_OBJECT, them:FULL_CONTROL, false",
    "their-user, ABORT_MULTIPART_UPLOAD, -, false",
    "their-user+, ABORT_MULTIPART_UPLOAD, -, true",
    "their-user-, ABORT_MULTIPART_UPLOAD, -, false",
    "user, ABORT_MULTIPART_UPLOAD, -, false",
    "nobody, DELETE_OBJECT_VERSION, all:FULL_CONTROL, false",
    "nobody, PUT_OBJECT, all:READ, false",
    "nobody, GET_OBJECT, all:FULL_CONTROL, false",
    "nobody, DELETE_BUCKET, all:FULL_CONTROL, false",
    "nobody, PUT_BUCKET_POLICY, all:FULL_CONTROL, false",
    "nobody, GET_BUCKET_ACL, all:READ_ACP, true",
    "nobody, PUT_BUCKET_ACL, all:READ_ACP, false",
    "nobody, PUT_BUCKET_ACL, all:WRITE_ACP, true",
    "their-root, LIST_BUCKET, known:READ, true",
    "their-root, LIST_BUCKET, them:READ, true",
    "their-root, LIST_BUCKET, us:READ, false",
    "their-root, PUT_OBJECT, them:FULL_CONTROL, true",
    "their-user, LIST_BUCKET, them:READ, false",
    "their-user, LIST_BUCKET, all:READ, false",
    "their-user+, LIST_BUCKET, them:READ, true",
    "their-user+, LIST_BUCKET, -, false",
    "their-user-, LIST_BUCKET, all:READ, false",
    "user, LIST_BUCKET, -, false",
    "user, LIST_BUCKET, us:READ, false",
    "user, LIST_BUCKET, all:READ, true",
    "user-, LIST_BUCKET, all:READ, false",
    "root, LIST_BUCKET, -, true",
  })
  void a_bucket_is_opened_as_far_as_its_acl_says(
      String who, Action action, String acl, boolean allowed) {
    Acls acls = acls(acl(acl), null, THEIRS.tenant());
    assertThat(allowed(caller(who), action, Policy.NONE, acls)).isEqualTo(allowed);
    assertThat(allowed(caller(who), action, BUCKET_DENIES, acls)).as("denied").isFalse();
  }

  @ParameterizedTest(name = "{0} {1} with {2} on an object of {3}: {4}")
  @CsvSource({
    "nobody, GET_OBJECT, -, us, false",
    "nobody, GET_OBJECT, all:READ, us, true",
    "nobody, GET_OBJECT_VERSION, all:READ, us, true",
    "nobody, GET_OBJECT, all:WRITE, us, false",
    "nobody, GET_OBJECT_TAGGING, all:READ, us, false",
    "nobody, DELETE_OBJECT, all:FULL_CONTROL, us, false",
    "nobody, PUT_OBJECT, all:FULL_CONTROL, us, false",
    "nobody, GET_OBJECT_ACL, all:READ_ACP, us, true",
    "nobody, PUT_OBJECT_ACL, all:WRITE_ACP, us, true",
    "nobody, PUT_OBJECT_ACL, all:READ, us, false",
    "their-root, GET_OBJECT, known:READ, us, true",
    "their-root, GET_OBJECT, them:READ, us, true",
    "their-root, GET_OBJECT, us:READ, us, false",
    "their-root, GET_OBJECT, -, them, true",
    "their-root, PUT_OBJECT_ACL, -, them, true",
    "their-root, PUT_OBJECT_TAGGING, -, them, true",
    "their-root, DELETE_OBJECT, -, them, false",
    "their-user, GET_OBJECT, -, them, false",
    "their-user+, GET_OBJECT, -, them, true",
    "their-user, GET_OBJECT, all:READ, us, false",
    "user, GET_OBJECT, all:READ, us, true",
    "user, GET_OBJECT, us:READ, them, false",
  })
  void an_object_is_opened_as_far_as_its_acl_says(
      String who, Action action, String acl, String owner, boolean allowed) {
    TenantId of = owner.equals("us") ? OURS.tenant() : THEIRS.tenant();
    Acls acls = acls(Acl.PRIVATE, new OwnerAndAcl(of, acl(acl)));
    assertThat(allowed(caller(who), action, Policy.NONE, acls)).isEqualTo(allowed);
    assertThat(allowed(caller(who), action, BUCKET_DENIES, acls)).as("denied").isFalse();
  }

  @Test
  void nobody_in_particular_owns_nothing() {
    Acls acls = acls(Acl.PRIVATE, new OwnerAndAcl(TenantId.ANONYMOUS, Acl.PRIVATE));
    assertThat(allowed(Caller.anonymous(), Action.GET_OBJECT, Policy.NONE, acls)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void private_lists_allow_nothing_to_anybody(Action action) {
    Acls acls = acls(Acl.PRIVATE, new OwnerAndAcl(OURS.tenant(), Acl.PRIVATE));
    for (String who : List.of("nobody", "their-root", "their-user+", "user")) {
      assertThat(allowed(caller(who), action, Policy.NONE, acls)).as(who).isFalse();
    }
  }

  @Test
  void acls_are_not_asked_when_something_else_decides() {
    Acls trap =
        new Acls() {
          @Override
          public Acl bucket() {
            throw new AssertionError("asked for the bucket's ACL");
          }

          @Override
          public OwnerAndAcl object() {
            throw new AssertionError("asked for the object's ACL");
          }

          @Override
          public TenantId initiator() {
            throw new AssertionError("asked for the upload");
          }
        };
    assertThat(allowed(caller("root"), Action.GET_OBJECT, Policy.NONE, trap)).isTrue();
    assertThat(allowed(caller("their-root"), Action.GET_OBJECT, BUCKET_DENIES, trap)).isFalse();
    assertThat(allowed(user(OURS, "bob", ANYTHING), Action.GET_OBJECT, Policy.NONE, trap)).isTrue();
  }

  @ParameterizedTest(name = "{0} {1} with {2}: {3}")
  @CsvSource({
    "root, GET_OBJECT, -, false",
    "root, GET_OBJECT_TAGGING, us:READ, false",
    "root, GET_OBJECT, us:READ, true",
    "root, GET_OBJECT, us:FULL_CONTROL, true",
    "root, PUT_OBJECT_ACL, us:READ, false",
    "root, DELETE_OBJECT, -, true",
    "root, PUT_OBJECT, -, true",
    "nobody, GET_OBJECT, -, false",
    "nobody, GET_OBJECT, all:READ, true",
    "their-root, GET_OBJECT, -, true",
  })
  void the_owner_of_an_object_decides_who_reads_it(
      String who, Action action, String acl, boolean agrees) {
    assertThat(Authorizer.agrees(caller(who), action, new OwnerAndAcl(THEIRS.tenant(), acl(acl))))
        .isEqualTo(agrees);
  }
}
