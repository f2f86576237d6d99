package io.tarn.identity;

import static io.tarn.identity.Fixtures.OURS;
import static io.tarn.identity.Fixtures.THEIRS;
import static io.tarn.identity.Fixtures.bucketPolicy;
import static io.tarn.identity.Fixtures.user;
import static io.tarn.identity.Fixtures.userPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.BucketName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizerTest {
  private static final Policy READS =
      userPolicy("{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}");
  private static final Policy DENIES =
      userPolicy("{'Effect':'Deny','Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}");
  private static final Policy SILENT =
      userPolicy("{'Effect':'Allow','Action':'s3:PutObject','Resource':'*'}");

  private static Caller caller(String who) {
    return switch (who) {
      case "anonymous" -> Caller.anonymous();
      case "root" -> new Caller.Root(OURS, "AKROOT");
      case "foreign-root" -> new Caller.Root(THEIRS, "AKTHEM");
      case "user" -> user(OURS, "bob", SILENT);
      case "user+" -> user(OURS, "bob", SILENT, READS);
      case "user-" -> user(OURS, "bob", READS, DENIES);
      case "foreign-user" -> user(THEIRS, "eve", SILENT);
      case "foreign-user+" -> user(THEIRS, "eve", READS);
      case "foreign-user-" -> user(THEIRS, "eve", READS, DENIES);
      default -> throw new IllegalArgumentException(who);
    };
  }

  private static Policy policy(String what) {
    return switch (what) {
      case "none" -> Policy.NONE;
      case "unreadable" -> Policy.UNREADABLE;
      case "all" -> bucketPolicy(statement("Allow", "'Principal':'*'"));
      case "none-allowed" -> bucketPolicy(statement("Deny", "'Principal':'*'"));
      case "all-but" ->
          bucketPolicy(
              statement("Allow", "'Principal':'*'"), statement("Deny", "'Principal':{'AWS':'*'}"));
      case "account" -> aws("arn:aws:iam::111111111111:root");
      case "account-number" -> aws("111111111111");
      case "canonical" ->
          bucketPolicy(
              statement("Allow", "'Principal':{'CanonicalUser':'" + THEIRS.tenant().text() + "'}"));
      case "bob" -> aws("arn:aws:iam::111111111111:user/bob");
      case "bob-by-id" -> aws("arn:aws:iam::" + OURS.tenant().text() + ":user/bob");
      case "their-account" -> aws("arn:aws:iam::222222222222:root");
      case "eve" -> aws("arn:aws:iam::222222222222:user/eve");
      case "not-eve" ->
          bucketPolicy(
              statement("Allow", "'Principal':'*'"),
              statement("Deny", "'NotPrincipal':{'AWS':['arn:aws:iam::222222222222:user/eve']}"));
      default -> throw new IllegalArgumentException(what);
    };
  }

  private static Policy aws(String principal) {
    return bucketPolicy(statement("Allow", "'Principal':{'AWS':'" + principal + "'}"));
  }

  private static String statement(String effect, String principal) {
    return "{'Effect':'%s',%s,'Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}"
        .formatted(effect, principal);
  }

  @ParameterizedTest(name = "{0} under {1}: {2}")
  @CsvSource({
    "anonymous, none, false",
    "anonymous, all, true",
    "anonymous, none-allowed, false",
    "anonymous, all-but, false",
    "anonymous, account, false",
    "anonymous, bob, false",
    "anonymous, not-eve, false",
    "anonymous, unreadable, false",
    "root, none, true",
    "root, all, true",
    "root, bob, true",
    "root, none-allowed, false",
    "root, all-but, false",
    "root, not-eve, false",
    "root, unreadable, false",
    "foreign-root, none, false",
    "foreign-root, all, true",
    "foreign-root, all-but, false",
    "foreign-root, their-account, true",
    "foreign-root, canonical, true",
    "foreign-root, account, false",
    "foreign-root, eve, false",
    "foreign-root, unreadable, false",
    "user, none, false",
    "user, all, true",
    "user, bob, true",
    "user, bob-by-id, true",
    "user, account, false",
    "user, account-number, false",
    "user, eve, false",
    "user, all-but, false",
    "user+, none, true",
    "user+, account, true",
    "user+, none-allowed, false",
    "user+, not-eve, false",
    "user+, unreadable, false",
    "user-, none, false",
    "user-, all, false",
    "user-, bob, false",
    "foreign-user, none, false",
    "foreign-user, all, false",
    "foreign-user, eve, false",
    "foreign-user, their-account, false",
    "foreign-user+, none, false",
    "foreign-user+, all, true",
    "foreign-user+, eve, true",
    "foreign-user+, their-account, true",
    "foreign-user+, canonical, true",
    "foreign-user+, account, false",
    "foreign-user+, bob, false",
    "foreign-user+, all-but, false",
    "foreign-user+, not-eve, true",
    "foreign-user-, all, false",
  })
  void decides_as_iam_does(String who, String what, boolean expected) {
    Decision decision =
        Fixtures.decide(caller(who), Fixtures.get("k"), ConditionContext.NONE, policy(what));
    assertThat(decision.allowed()).as(decision.reason()).isEqualTo(expected);
    assertThat(decision.reason()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"anonymous", "foreign-root", "user", "user+", "foreign-user", "foreign-user+"})
  void nobody_but_the_owner_gets_anything_without_a_policy(String who) {
    for (Action action : Action.values()) {
      if (action == Action.GET_OBJECT) continue;
      if (action == Action.PUT_OBJECT && who.startsWith("user")) continue;
      var demand = Fixtures.demand(action, "k");
      assertThat(Fixtures.decide(caller(who), demand, ConditionContext.NONE, Policy.NONE).allowed())
          .as("%s %s", who, action)
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Action.class,
      names = {"GET_BUCKET_POLICY", "PUT_BUCKET_POLICY", "DELETE_BUCKET_POLICY"})
  void the_owners_root_can_always_mend_the_policy(Action action) {
    Policy lockout =
        bucketPolicy("{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}");
    var demand = Fixtures.demand(action, "");
    for (Policy policy : List.of(lockout, Policy.UNREADABLE)) {
      assertThat(Fixtures.decide(caller("root"), demand, ConditionContext.NONE, policy).allowed())
          .isTrue();
      assertThat(
              Fixtures.decide(caller("foreign-root"), demand, ConditionContext.NONE, policy)
                  .allowed())
          .isFalse();
    }
    var other = Fixtures.demand(Action.DELETE_BUCKET, "");
    assertThat(Fixtures.decide(caller("root"), other, ConditionContext.NONE, lockout).allowed())
        .isFalse();
  }

  @Test
  void a_version_has_actions_of_its_own() {
    var version = Fixtures.demand(Action.GET_OBJECT_VERSION, "k");
    assertThat(
            Fixtures.decide(caller("user+"), version, ConditionContext.NONE, Policy.NONE).allowed())
        .isFalse();
  }

  @Test
  void not_action_and_not_resource_are_complements() {
    Policy allBut =
        userPolicy(
            "{'Effect':'Allow','NotAction':'s3:Delete*','NotResource':'arn:aws:s3:::box/secret/*'}");
    Caller bob = user(OURS, "bob", allBut);
    assertThat(allowed(bob, Action.GET_OBJECT, "k")).isTrue();
    assertThat(allowed(bob, Action.DELETE_OBJECT, "k")).isFalse();
    assertThat(allowed(bob, Action.GET_OBJECT, "secret/k")).isFalse();
  }

  private static boolean allowed(Caller caller, Action action, String key) {
    var demand = Fixtures.demand(action, key);
    return Fixtures.decide(caller, demand, ConditionContext.NONE, Policy.NONE).allowed();
  }

  @Test
  void a_key_never_exceeds_its_ceiling_nor_its_user() {
    Policy ceiling =
        userPolicy("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::box/in/*'}");
    Caller narrow = new Caller.User(OURS, "bob", "AIDABOB", "AK", List.of(READS), ceiling);
    assertThat(allowed(narrow, Action.GET_OBJECT, "in/k")).isTrue();
    assertThat(allowed(narrow, Action.GET_OBJECT, "out/k")).isFalse();
    assertThat(allowed(narrow, Action.DELETE_OBJECT, "in/k")).isFalse();
    Caller denying = new Caller.User(OURS, "bob", "AIDABOB", "AK", List.of(READS), DENIES);
    assertThat(allowed(denying, Action.GET_OBJECT, "in/k")).isFalse();
    Decision byBucket =
        Fixtures.decide(narrow, Fixtures.get("out/k"), ConditionContext.NONE, policy("bob"));
    assertThat(byBucket.allowed()).isFalse();
  }

  @Test
  void deny_alone_allows_nothing() {
    Policy denyOnly = userPolicy("{'Effect':'Deny','Action':'s3:Put*','Resource':'*'}");
    assertThat(allowed(user(OURS, "bob", denyOnly), Action.GET_OBJECT, "k")).isFalse();
    assertThat(allowed(user(OURS, "bob"), Action.GET_OBJECT, "k")).isFalse();
  }

  @Test
  void buckets_are_made_and_listed_in_the_callers_own_tenant() {
    Policy maker =
        userPolicy(
            "{'Effect':'Allow','Action':['s3:CreateBucket','s3:ListAllMyBuckets'],"
                + "'Resource':'arn:aws:s3:::*'}");
    for (Caller caller : List.of(caller("root"), user(OURS, "bob", maker))) {
      var create = new Demand.OnBucket(Action.CREATE_BUCKET, new BucketName("new"));
      var list = new Demand.OnTenant(Action.LIST_ALL_MY_BUCKETS);
      assertThat(
              Authorizer.decide(caller, create, ConditionContext.NONE, Rules.of(caller.tenant()))
                  .allowed())
          .isTrue();
      assertThat(
              Authorizer.decide(caller, list, ConditionContext.NONE, Rules.of(caller.tenant()))
                  .allowed())
          .isTrue();
    }
    Caller nobody = Caller.anonymous();
    var create = new Demand.OnBucket(Action.CREATE_BUCKET, new BucketName("new"));
    assertThat(
            Authorizer.decide(nobody, create, ConditionContext.NONE, Rules.of(nobody.tenant()))
                .allowed())
        .isFalse();
  }

  @Test
  void what_the_caller_is_cannot_be_spoofed_by_the_request() {
    Policy mine =
        bucketPolicy(
            "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject',"
                + "'Resource':'arn:aws:s3:::box/home/${aws:username}/*'}");
    var lies =
        Fixtures.context(
            Map.of(
                "aws:username", List.of("bob"),
                "aws:PrincipalArn", List.of("arn:aws:iam::111111111111:user/bob")));
    Demand home = Fixtures.get("home/bob/k");
    assertThat(Fixtures.decide(user(OURS, "bob"), home, ConditionContext.NONE, mine).allowed())
        .isTrue();
    assertThat(Fixtures.decide(user(OURS, "eve"), home, lies, mine).allowed()).isFalse();
    assertThat(Fixtures.decide(caller("anonymous"), home, lies, mine).allowed()).isFalse();
    assertThat(Fixtures.decide(caller("foreign-root"), home, lies, mine).allowed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "root, 111111111111, arn:aws:iam::111111111111:root, Account",
    "user, AIDAbob1111, arn:aws:iam::111111111111:user/bob, User",
    "anonymous, anonymous, '', Anonymous",
  })
  void the_keys_of_the_caller_have_their_values(String who, String id, String arn, String type) {
    var question =
        new Question(caller(who), Fixtures.get("k"), OURS.tenant(), ConditionContext.NONE);
    assertThat(question.values(new ConditionKey(ConditionName.OfCaller.USER_ID, "")))
        .containsExactly(id);
    assertThat(
            String.join(
                "", question.values(new ConditionKey(ConditionName.OfCaller.PRINCIPAL_ARN, ""))))
        .isEqualTo(arn);
    assertThat(question.values(new ConditionKey(ConditionName.OfCaller.PRINCIPAL_TYPE, "")))
        .containsExactly(type);
  }

  /// Of our bob and theirs, by what the policy of our bucket says and both may do by their own.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Allow | *   | 'StringEquals':{'aws:username':'bob'}       | true  | false",
        "Allow | *   | 'StringLike':{'aws:username':'b*'}          | true  | false",
        "Allow | *   | 'StringEqualsIfExists':{'aws:username':'bob'} | true | false",
        "Allow | *   | 'Null':{'aws:username':'false'}             | true  | false",
        "Allow | *   | 'StringNotEquals':{'aws:username':'eve'}    | true  | false",
        "Allow | *   | 'StringEquals':{'aws:userid':'AIDAbob1111'} | true  | false",
        "Allow | *   | 'StringEquals':{'aws:userid':'AIDAbob2222'} | false | true",
        "Allow | *   | 'StringEquals':{'aws:userid':'bob'}         | false | false",
        "Allow | ${aws:username} | 'Null':{'aws:PrincipalArn':'false'} | true | false",
        "Allow | *   | 'StringEquals':{'s3:prefix':'${aws:username}'} | true | false",
        "Deny  | *   | 'StringEquals':{'aws:username':'bob'}       | false | false",
        "Deny  | *   | 'StringNotEquals':{'aws:username':'bob'}    | true  | false",
        "Deny  | *   | 'StringNotEquals':{'aws:username':'eve'}    | false | false",
        "Deny  | *   | 'StringNotLike':{'s3:prefix':'${aws:username}'} | true | false",
        "Deny  | *   | 'StringEquals':{'aws:userid':'AIDAbob2222'} | true  | false",
      })
  void names_of_users_of_two_tenants_never_meet(
      String effect, String key, String condition, boolean ours, boolean theirs) {
    String resource = "'arn:aws:s3:::box/home/%s'".formatted(key);
    String allowed = effect.equals("Deny") ? "," + everybody() : "";
    Policy bucket =
        bucketPolicy(
            "{'Effect':'%s','Principal':'*','Action':'s3:GetObject','Resource':%s,'Condition':{%s}}%s"
                .formatted(effect, resource, condition, allowed));
    var prefix = Fixtures.context(Map.of("s3:prefix", List.of("bob")));
    Policy own =
        userPolicy(
            "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::box/home/${aws:username}'}");
    Demand home = Fixtures.get("home/bob");
    assertThat(Fixtures.decide(user(OURS, "bob"), home, prefix, bucket).allowed()).isEqualTo(ours);
    Caller foreign = user(THEIRS, "bob", own);
    assertThat(Fixtures.decide(foreign, home, prefix, bucket).allowed()).isEqualTo(theirs);
    Authorizer.Settled settled = Fixtures.settle(foreign, home, prefix, bucket);
    assertThat(Fixtures.decide(settled.caller(), home, prefix, settled.bucketPolicy()).allowed())
        .as("in a request about many objects")
        .isEqualTo(theirs);
  }

  private static String everybody() {
    return "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}";
  }

  @Test
  void circumstances_are_looked_up_only_when_asked() {
    ConditionContext untouchable =
        _ -> {
          throw new IllegalStateException("looked up");
        };
    assertThat(
            Fixtures.decide(caller("root"), Fixtures.get("k"), untouchable, policy("all"))
                .allowed())
        .isTrue();
    assertThat(
            Fixtures.decide(caller("user+"), Fixtures.get("k"), untouchable, Policy.NONE).allowed())
        .isTrue();
  }
}
