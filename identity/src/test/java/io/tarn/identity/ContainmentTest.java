package io.tarn.identity;

import static io.tarn.identity.Fixtures.OURS;
import static io.tarn.identity.Fixtures.THEIRS;
import static io.tarn.identity.Fixtures.bucketPolicy;
import static io.tarn.identity.Fixtures.user;
import static io.tarn.identity.Fixtures.userPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainmentTest {
  private static final List<Action> ACTIONS =
      List.of(Action.GET_OBJECT, Action.PUT_OBJECT, Action.LIST_BUCKET, Action.ADMIN_LIST_USERS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'Action':'s3:*','Resource':'*'                  | 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/*'        | true
          'Action':'s3:Get*','Resource':'arn:aws:s3:::a/*'| 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/b*'       | true
          'Action':'s3:Get*','Resource':'arn:aws:s3:::a/*'| 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/*x?'      | true
          'Action':'s3:Get*','Resource':'arn:aws:s3:::a/*'| 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/${aws:username}' | true
          'Action':'s3:*','Resource':'arn:aws:s3:::a/*'   | 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a'          | false
          'Action':'s3:*','Resource':'arn:aws:s3:::a/*'   | 'Action':'s3:GetObject','Resource':'arn:aws:s3:::?/b'        | false
          'Action':'s3:*','Resource':'arn:aws:s3:::a/*'   | 'Action':'s3:GetObject','Resource':'arn:aws:s3:::*/b'        | false
          'Action':'s3:*','Resource':'arn:aws:s3:::a/*'   | 'Action':'s3:GetObject','NotResource':'arn:aws:s3:::b/*'     | false
          'Action':'s3:*','Resource':'arn:aws:s3:::a/*b*' | 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/*'        | false
          'Action':'s3:*','Resource':'arn:aws:s3:::a/${*}'| 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/x'        | false
          'Action':'s3:*','Resource':'arn:aws:s3:::${aws:username}/*' | 'Action':'s3:*','Resource':'arn:aws:s3:::${aws:username}/*' | false
          'Action':'s3:*','NotResource':'arn:aws:s3:::b/*'| 'Action':'s3:GetObject','Resource':'arn:aws:s3:::a/*'        | false
          'Action':'s3:GetObject','Resource':'*'          | 'NotAction':'s3:PutObject','Resource':'*'                    | false
          'Action':'*','Resource':'*'                     | 'Action':'admin:ListUsers'                                   | false
          'Action':'admin:*'                              | 'Action':'admin:ListUsers'                                   | true
          'Action':'admin:*'                              | 'Action':'*','Resource':'arn:aws:s3:::a/*'                   | false
          'Action':'admin:*'                              | 'Action':'kms:*'                                             | true
          """)
  void what_is_allowed_is_within_what_is_allowed_more_widely(
      String outer, String inner, boolean within) {
    var containment = new Containment(user(OURS, "boss", allow(outer)));
    assertThat(containment.holds(List.of(allow(inner)), false)).isEqualTo(within);
  }

  private static Policy allow(String inside) {
    return userPolicy("{'Effect':'Allow'," + inside + "}");
  }

  @Test
  void two_statements_together_may_take_in_one() {
    Caller.User outer =
        user(
            OURS,
            "boss",
            allow("'Action':'s3:Get*','Resource':'*'"),
            allow("'Action':'s3:Put*','Resource':'arn:aws:s3:::a*'"));
    var containment = new Containment(outer);
    String both = "'Action':['s3:GetObject','s3:PutObject'],'Resource':";
    assertThat(
            containment.holds(
                List.of(allow(both + "['arn:aws:s3:::a','arn:aws:s3:::ab/*']")), false))
        .isTrue();
    assertThat(
            containment.holds(
                List.of(allow(both + "['arn:aws:s3:::a','arn:aws:s3:::b/*']")), false))
        .isFalse();
  }

  @Test
  void conditions_count_only_where_they_are_the_same_and_about_nobody() {
    String all = "'Action':'s3:*','Resource':'*'";
    String here = all + ",'Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}}";
    String there = all + ",'Condition':{'IpAddress':{'aws:SourceIp':'10.0.0.0/9'}}";
    String mine = all + ",'Condition':{'StringLike':{'aws:username':'b*'}}";
    String own = all + ",'Condition':{'StringEquals':{'s3:ExistingObjectTag/o':'${aws:userid}'}}";
    assertThat(within(all, here)).isTrue();
    assertThat(within(here, all)).isFalse();
    assertThat(within(here, here)).isTrue();
    assertThat(within(here, there)).as("too clever to see").isFalse();
    assertThat(within(mine, mine)).isFalse();
    assertThat(within(own, own)).isFalse();
    var self = new Containment(user(OURS, "bob", allow(mine), allow(own)));
    assertThat(self.holds(List.of(allow(mine), allow(own)), true)).isTrue();
  }

  private static boolean within(String outer, String inner) {
    return new Containment(user(OURS, "boss", allow(outer))).holds(List.of(allow(inner)), false);
  }

  @Test
  void what_is_denied_to_the_one_must_be_denied_to_the_other() {
    Policy all = allow("'Action':'s3:*','Resource':'*'");
    String denial = "{'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::vault/*'}";
    var containment = new Containment(user(OURS, "boss", all, userPolicy(denial)));
    assertThat(containment.holds(List.of(all), false)).isFalse();
    assertThat(containment.holds(List.of(all, userPolicy(denial)), false)).isTrue();
    assertThat(containment.holds(List.of(all, userPolicy(denial.replace("/*", "/x"))), false))
        .isFalse();
    assertThat(containment.holds(List.of(Policy.UNREADABLE), false)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'Effect':'Allow','Principal':'*'                                            | true  | true
          'Effect':'Allow','Principal':{'AWS':'111111111111'}                         | true  | true
          'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111111111111:user/bob'}   | true  | false
          'Effect':'Allow','Principal':{'AWS':['arn:aws:iam::111111111111:user/bob','arn:aws:iam::111111111111:user/boss']} | true | true
          'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111111111111:user/boss'}  | true  | true
          'Effect':'Allow','Principal':'*','Condition':{'StringEquals':{'aws:username':'bob'}} | true | false
          'Effect':'Deny','Principal':'*'                                             | true  | true
          'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::111111111111:user/bob'}    | true  | true
          'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::111111111111:user/boss'}   | false | false
          'Effect':'Deny','NotPrincipal':{'AWS':'arn:aws:iam::111111111111:user/bob'} | false | false
          'Effect':'Deny','Principal':'*','Condition':{'StringEquals':{'aws:username':'boss'}} | false | false
          """)
  void a_policy_of_a_bucket_may_favour_a_name(String inside, boolean ours, boolean theirs) {
    Policy policy =
        bucketPolicy("{" + inside + ",'Action':'s3:GetObject','Resource':'arn:aws:s3:::box/*'}");
    Caller.User boss = user(OURS, "boss", allow("'Action':'s3:*','Resource':'*'"));
    Caller.User bob = user(OURS, "bob");
    assertThat(new Containment(boss).holdsIn(policy, OURS.tenant(), bob)).isEqualTo(ours);
    assertThat(new Containment(boss).holdsIn(policy, THEIRS.tenant(), bob)).isEqualTo(theirs);
    boolean allows = inside.contains("Allow");
    boolean plain = new Containment(user(OURS, "boss")).holdsIn(policy, OURS.tenant(), bob);
    assertThat(plain).as("for who may nothing").isEqualTo(allows ? theirs : ours);
  }

  /// Whatever is within is allowed wherever it is allowed.
  @Test
  void a_yes_is_never_wrong() {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dtarn.seed)");
    var random = new Random(seed);
    int yes = 0;
    for (int i = 0; i < 20_000; i++) {
      Caller.User outer = user(OURS, "boss", policies(random));
      Caller.User inner = user(OURS, "bob", policies(random));
      if (!new Containment(outer).holds(inner.policies(), false)) continue;
      yes++;
      for (Action action : ACTIONS) {
        for (String key : List.of("a", "ab", "abc", "b", "bob", "boss")) {
          for (String tag : List.of("x", "bob")) {
            var demand = Fixtures.demand(action, action == Action.LIST_BUCKET ? "" : key);
            var world = Fixtures.context(Map.of("s3:RequestObjectTagKeys", List.of(tag)));
            boolean lesser = Fixtures.decide(inner, demand, world, Policy.NONE).allowed();
            boolean greater = Fixtures.decide(outer, demand, world, Policy.NONE).allowed();
            assertThat(greater || !lesser).as("%s of round %d", demand, i).isTrue();
          }
        }
      }
    }
    assertThat(yes).as("the test means something").isGreaterThan(200);
  }

  private static Policy[] policies(Random random) {
    var policies = new ArrayList<Policy>();
    for (int i = random.nextInt(3); i >= 0; i--) policies.add(userPolicy(statement(random)));
    return policies.toArray(Policy[]::new);
  }

  private static String statement(Random random) {
    String action =
        pick(
            random,
            "'Action':'s3:*'",
            "'Action':'s3:GetObject'",
            "'Action':'*'",
            "'NotAction':'s3:GetObject'",
            "'Action':'admin:*'");
    String resource =
        pick(
            random,
            "'Resource':'*'",
            "'Resource':'arn:aws:s3:::box/*'",
            "'Resource':'arn:aws:s3:::box/a*'",
            "'Resource':'arn:aws:s3:::box/?'",
            "'Resource':'arn:aws:s3:::box/a?c'",
            "'Resource':'arn:aws:s3:::box/${aws:username}'",
            "'NotResource':'arn:aws:s3:::box/a*'",
            "'NotResource':'arn:aws:s3:::box/${aws:username}'");
    String condition =
        pick(
            random,
            "",
            "",
            ",'Condition':{'StringEquals':{'s3:RequestObjectTagKeys':'x'}}",
            ",'Condition':{'StringEquals':{'s3:RequestObjectTagKeys':'${aws:username}'}}",
            ",'Condition':{'StringNotEquals':{'aws:username':'bob'}}");
    String effect = random.nextInt(4) > 0 ? "Allow" : "Deny";
    return "{'Effect':'%s',%s,%s%s}".formatted(effect, action, resource, condition);
  }

  private static String pick(Random random, String... texts) {
    return texts[random.nextInt(texts.length)];
  }
}
