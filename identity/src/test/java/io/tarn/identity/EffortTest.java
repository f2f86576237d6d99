package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What deciding may cost: nobody's patterns and nobody's keys make it more.
class EffortTest {
  private static final String ALLOW =
      "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::box/*'}";
  private static final String KEY = "a".repeat(1024);

  /// Compared from nearly every character of the key on, each time to its end.
  private static final String COSTLY = "*" + "a".repeat(500) + "b*";

  private record World(Effort effort, List<String> agents) implements ConditionContext {
    World(long steps) {
      this(new Effort(steps), List.of());
    }

    @Override
    public List<String> values(ConditionKey key) {
      return key.name() == ConditionName.OfArrival.USER_AGENT ? agents : List.of();
    }
  }

  private static String deny(String pattern) {
    return "{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::box/%s'}"
        .formatted(pattern);
  }

  private static Decision ask(String key, World world, Policy policy) {
    return Fixtures.decide(Caller.anonymous(), Fixtures.get(key), world, policy);
  }

  @Test
  void what_is_too_costly_to_decide_is_not_allowed() {
    List<String> statements = new ArrayList<>(List.of(ALLOW));
    for (int i = 0; i < 30; i++) statements.add(deny(COSTLY));
    Policy policy = Fixtures.bucketPolicy(statements.toArray(String[]::new));
    var world = new World(Effort.ORDINARY);
    Decision decision = ask(KEY, world, policy);
    assertThat(decision.allowed()).isFalse();
    assertThat(decision.reason()).contains("too costly");
    assertThat(world.effort.left()).isGreaterThan(-3_000);
    assertThat(ask("b", new World(Effort.ORDINARY), policy).allowed())
        .as("another key of the same policy")
        .isTrue();
  }

  @Test
  void all_decisions_of_a_request_share_what_there_is() {
    Policy policy = Fixtures.bucketPolicy(ALLOW, deny(COSTLY));
    var world = new World(Effort.ORDINARY);
    int allowed = 0;
    for (int i = 0; i < 100_000 && ask(KEY, world, policy).allowed(); i++) allowed++;
    assertThat(allowed).isBetween(1, 99_999);
    assertThat(ask("b", world, policy).allowed()).as("and it does not come back").isFalse();
  }

  @Test
  void the_longest_policy_of_ordinary_patterns_takes_little_of_it() {
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      patterns.add("arn:aws:s3:::box/some/prefix-%d/*".formatted(i));
      patterns.add("arn:aws:s3:::box/*.ending-%d".formatted(i));
    }
    Policy policy =
        Fixtures.bucketPolicy(
            "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':['%s']}"
                .formatted(String.join("','", patterns)));
    var world = new World(Effort.ORDINARY);
    assertThat(ask("x".repeat(1000) + ".ending-249", world, policy).allowed()).isTrue();
    assertThat(Effort.ORDINARY - world.effort.left()).isLessThan(40_000);
  }

  @Test
  void a_value_longer_than_any_that_is_meant_is_not_compared() {
    Policy policy =
        Fixtures.bucketPolicy(
            ALLOW,
            deny("*")
                .replace("/*'}", "/*','Condition':{'StringLike':{'aws:UserAgent':'*evil*'}}}"));
    for (int length : List.of(10, 8 << 10, (8 << 10) + 1)) {
      var world = new World(new Effort(Effort.ORDINARY), List.of("x".repeat(length)));
      assertThat(ask("k", world, policy).allowed()).as("%d", length).isEqualTo(length <= 8 << 10);
    }
  }

  @Test
  void what_does_not_depend_on_the_object_is_decided_once() {
    Policy policy =
        Fixtures.bucketPolicy(
            ALLOW,
            deny("*")
                .replace(
                    "/*'}",
                    "/*','Condition':{'StringLike':{'aws:UserAgent':'*%sz*'}}}"
                        .formatted("x".repeat(400))));
    var world = new World(new Effort(100_000_000), List.of("x".repeat(4_000)));
    Authorizer.Settled settled =
        Fixtures.settle(Caller.anonymous(), Fixtures.get("any"), world, policy);
    long after = world.effort.left();
    assertThat(100_000_000 - after).isGreaterThan(1_000_000);
    for (int i = 0; i < 1000; i++) {
      assertThat(
              Fixtures.decide(
                      settled.caller(), Fixtures.get("k" + i), world, settled.bucketPolicy())
                  .allowed())
          .isTrue();
    }
    assertThat(after - world.effort.left()).isLessThan(100_000);
  }
}
