package io.tarn.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever text is given for a policy, it is read or told to be malformed; and whatever was read
/// can be asked. STYLE.md says how to search for text that breaks this.
class HostilePolicyTest {
  private static final ConditionContext CIRCUMSTANCES =
      Fixtures.context(
          Map.of(
              "aws:SourceIp", List.of("10.0.0.1"),
              "aws:CurrentTime", List.of("2026-02-03T04:05:06Z"),
              "aws:SecureTransport", List.of("true"),
              "s3:prefix", List.of("a/", "b*?")));

  static Stream<byte[]> policies() {
    return Stream.of(
            "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::box/*'}",
            "{'Effect':'Deny','NotPrincipal':{'AWS':['111111111111']},'NotAction':['s3:Get*'],"
                + "'Resource':['arn:aws:s3:::box']}",
            "{'Effect':'Allow','Action':['s3:GetObject'],"
                + "'NotResource':'arn:aws:s3:::b*/${aws:username}'}",
            "{'Sid':'a','Effect':'Allow','Principal':{'AWS':'*'},'Action':'s3:ListBucket',"
                + "'Resource':'arn:aws:s3:::box',"
                + "'Condition':{'StringLike':{'s3:prefix':['a*','?']},"
                + "'IpAddress':{'aws:SourceIp':'10.0.0.0/8'},'Bool':{'aws:SecureTransport':'true'},"
                + "'DateLessThan':{'aws:CurrentTime':'2027-01-01T00:00:00Z'},"
                + "'NumericLessThanIfExists':{'s3:max-keys':'10'},"
                + "'ForAllValues:StringEquals':{'s3:prefix':'x'},'Null':{'aws:Referer':true}}}")
        .map(statement -> Fixtures.document(statement).getBytes(UTF_8));
  }

  @MethodSource("policies")
  @FuzzTest(maxDuration = "1m")
  void a_policy_is_read_or_malformed_and_what_was_read_can_be_asked(byte[] input) {
    String json = new String(input, UTF_8);
    try {
      ask(Policy.NONE, Policy.ofIdentity(json, "test"));
    } catch (MalformedPolicy e) {
      assertThat(e.what()).isNotEmpty();
    }
    try {
      ask(Policy.ofBucket(json, Fixtures.BUCKET), Policy.NONE);
    } catch (MalformedPolicy e) {
      assertThat(e.what()).isNotEmpty();
    }
  }

  static Stream<byte[]> matches() {
    return Stream.of(
            "*a".repeat(300) + "*b\0" + "a".repeat(1024),
            "a*b?c\0aXbYc",
            "${aws:UserAgent}*\0x",
            "*?*?*?\0\uD83D\uDE00")
        .map(text -> text.getBytes(UTF_8));
  }

  /// A pattern and a key, with a zero byte between them.
  @MethodSource("matches")
  @FuzzTest(maxDuration = "1m")
  void no_pattern_takes_more_steps_on_a_key_than_there_are(byte[] input) {
    String text = new String(input, UTF_8);
    int zero = text.indexOf(0);
    if (zero < 0) return;
    String key = text.substring(zero + 1, Math.min(text.length(), zero + 1025));
    String pattern = text.substring(0, zero).replaceAll("[\\\\\"\\p{Cntrl}]", "_");
    Policy policy;
    try {
      policy =
          Fixtures.userPolicy(
              "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::box/%s'}"
                  .formatted(pattern.replace('\'', '_')));
    } catch (MalformedPolicy e) {
      return;
    }
    var effort = new Effort(Effort.ORDINARY);
    var caller = Fixtures.user(Fixtures.OURS, "bob", policy);
    Decision decision =
        Fixtures.decide(caller, Fixtures.get(key), new Measured(effort), Policy.NONE);
    long spent = Effort.ORDINARY - effort.left();
    assertThat(spent).isPositive().isLessThan(Effort.ORDINARY + 3_000);
    // What has no wild card between its ends is compared once.
    if (pattern.chars().filter(c -> c == '*').count() <= 1 && pattern.indexOf('?') < 0) {
      assertThat(spent)
          .as(decision.reason())
          .isLessThan(2L * (pattern.length() + key.length()) + 99);
    }
  }

  private record Measured(Effort effort) implements ConditionContext {
    @Override
    public List<String> values(ConditionKey key) {
      return List.of();
    }
  }

  private static void ask(Policy ofBucket, Policy ofUser) {
    var caller = Fixtures.user(Fixtures.OURS, "bob", ofUser);
    for (Demand demand : List.of(Fixtures.get("a/b"), Fixtures.get(""))) {
      assertThat(Fixtures.decide(caller, demand, CIRCUMSTANCES, ofBucket).reason()).isNotEmpty();
    }
  }
}
