package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
  /// `-` means that the request has no such key; `;` separates its values.
  private static boolean holds(String condition, String key, String found, String effect) {
    List<String> values = found.equals("-") ? List.of() : Arrays.asList(found.split(";", -1));
    Policy policy =
        Fixtures.bucketPolicy(
            "{'Effect':'%s','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':{%s}}"
                .formatted(effect, condition));
    Decision decision =
        policy.decide(
            new Question(
                Caller.anonymous(),
                Fixtures.get("k"),
                Fixtures.OURS.tenant(),
                Fixtures.context(Map.of(key, values))));
    return decision != null;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StringEquals                | a     | a   | true",
        "StringEquals                | a     | A   | false",
        "StringEquals                | a*    | ab  | false",
        "StringEquals                | a     | -   | false",
        "StringEqualsIfExists        | a     | -   | true",
        "StringEqualsIfExists        | a     | b   | false",
        "StringNotEquals             | a     | b   | true",
        "StringNotEquals             | a     | a   | false",
        "StringNotEquals             | a     | -   | true",
        "StringEqualsIgnoreCase      | aB    | Ab  | true",
        "StringNotEqualsIgnoreCase   | aB    | Ab  | false",
        "StringNotEqualsIgnoreCase   | aB    | -   | true",
        "StringLike                  | a*    | ab  | true",
        "StringLike                  | a?    | abc | false",
        "StringLike                  | a*    | -   | false",
        "StringNotLike               | a*    | ab  | false",
        "StringNotLike               | a*    | b   | true",
        "NumericEquals               | 10    | 10.0 | true",
        "NumericEquals               | 10    | x   | false",
        "NumericNotEquals            | 10    | 11  | true",
        "NumericNotEquals            | 10    | -   | true",
        "NumericLessThan             | 10    | 9   | true",
        "NumericLessThan             | 10    | 10  | false",
        "NumericLessThan             | 10    | -   | false",
        "NumericLessThanEquals       | 10    | 10  | true",
        "NumericLessThanEquals       | 10    | 11  | false",
        "NumericGreaterThan          | 10    | 11  | true",
        "NumericGreaterThan          | 10    | 10  | false",
        "NumericGreaterThanEquals    | 10    | 10  | true",
        "NumericGreaterThanEquals    | 10    | -1  | false",
        "NumericGreaterThanIfExists  | 10    | -   | true",
        "DateEquals    | 2024-01-01          | 2024-01-01T00:00:00Z | true",
        "DateEquals    | 2024-01-01T01:00:00+01:00 | 1704067200 | true",
        "DateNotEquals | 2024-01-01          | 2024-01-02T00:00:00Z | true",
        "DateLessThan  | 2024-01-01T00:00:00Z | 2023-12-31T23:59:59Z | true",
        "DateLessThan  | 2024-01-01T00:00:00Z | 2024-01-01T00:00:00Z | false",
        "DateLessThanEquals    | 2024-01-01  | 2024-01-01T00:00:00Z | true",
        "DateGreaterThan       | 2024-01-01  | 2024-01-01T00:00:00Z | false",
        "DateGreaterThanEquals | 2024-01-01  | 2024-01-01T00:00:00Z | true",
        "DateGreaterThan       | 2024-01-01  | nonsense             | false",
        "Bool                        | true  | true | true",
        "Bool                        | TRUE  | True | true",
        "Bool                        | false | true | false",
        "Bool                        | true  | -   | false",
        "BoolIfExists                | true  | -   | true",
        "BinaryEquals                | YWI=  | YWI= | true",
        "BinaryEquals                | YWI=  | YWM= | false",
        "IpAddress    | 203.0.113.0/24        | 203.0.113.77 | true",
        "IpAddress    | 203.0.113.9/24        | 203.0.113.77 | true",
        "IpAddress    | 203.0.113.0/24        | 203.0.114.1  | false",
        "IpAddress    | 0.0.0.0/0             | 8.8.8.8      | true",
        "IpAddress    | 0.0.0.0/0             | ::1          | false",
        "IpAddress    | ::/0                  | 2001:db8::1  | true",
        "IpAddress    | 2001:db8::/33         | 2001:db8:8000::1 | false",
        "IpAddress    | 2001:db8::/32         | 2001:db8:8000::1 | true",
        "IpAddress    | 2001:db8::5/127       | 2001:db8::4  | true",
        "IpAddress    | 2001:db8::5           | 2001:db8::4  | false",
        "IpAddress    | 10.1.2.3              | ::ffff:10.1.2.3 | true",
        "IpAddress    | 10.0.0.0/8            | x            | false",
        "IpAddress    | 10.0.0.0/8            | -            | false",
        "NotIpAddress | 10.0.0.0/8            | 10.2.3.4     | false",
        "NotIpAddress | 10.0.0.0/8            | 11.2.3.4     | true",
        "NotIpAddress | 10.0.0.0/8            | -            | true",
        "ArnLike      | arn:aws:iam::1:user/* | arn:aws:iam::1:user/bob | true",
        "ArnLike      | arn:aws:*:*:*:user/*  | arn:aws:iam::1:user/a:b | true",
        "ArnLike      | arn:aws:i*            | arn:aws:iam::1:user/bob | refused",
        "ArnLike      | arn:*:iam::1:user/bob | arn:aws:iam:iam::1:user/bob | false",
        "ArnEquals    | arn:aws:iam::1:user/* | arn:aws:iam::1:user/bob | true",
        "ArnNotEquals | arn:aws:iam::1:user/* | arn:aws:iam::1:user/bob | false",
        "ArnNotLike   | arn:aws:iam::1:user/* | arn:aws:iam::2:user/bob | true",
        "ArnLike      | arn:aws:iam::1:user/* | bob | false",
        "Null                        | true  | -   | true",
        "Null                        | true  | x   | false",
        "Null                        | false | x   | true",
        "Null                        | false | -   | false",
        // Several values without a quantifier: the negated one stays the opposite.
        "StringEquals                | a     | a;b | true",
        "StringNotEquals             | a     | a;b | false",
        "ForAllValues:StringEquals   | a     | a;a | true",
        "ForAllValues:StringEquals   | a     | a;b | false",
        "ForAllValues:StringEquals   | a     | -   | true",
        "ForAllValues:StringNotEquals | a    | b;c | true",
        "ForAllValues:StringNotEquals | a    | a;c | false",
        "ForAllValues:StringNotEquals | a    | -   | true",
        "ForAnyValue:StringEquals    | a     | b;a | true",
        "ForAnyValue:StringEquals    | a     | b;c | false",
        "ForAnyValue:StringEquals    | a     | -   | false",
        "ForAnyValue:StringNotEquals | a     | a;b | true",
        "ForAnyValue:StringNotEquals | a     | a;a | false",
        "ForAnyValue:StringNotEquals | a     | -   | false",
        "ForAnyValue:StringEqualsIfExists | a | -  | true",
        "ForAnyValue:StringLike      | a*    | b;ab | true",
      })
  void each_operator_holds_as_documented(
      String operator, String value, String found, String expected) {
    if (expected.equals("refused")) {
      assertThat(catchMalformed(operator, value)).isTrue();
      return;
    }
    String condition = "'%s':{'aws:Referer':'%s'}".formatted(operator, value);
    assertThat(holds(condition, "aws:Referer", found, "Allow")).isEqualTo("true".equals(expected));
    assertThat(holds(condition, "aws:Referer", found, "Deny")).isEqualTo("true".equals(expected));
  }

  private static boolean catchMalformed(String operator, String value) {
    try {
      boolean _ = holds("'%s':{'aws:Referer':'%s'}".formatted(operator, value), "", "x", "Allow");
      return false;
    } catch (MalformedPolicy e) {
      return true;
    }
  }

  @Test
  void one_of_several_values_is_enough_and_all_conditions_are_needed() {
    String either = "'StringEquals':{'aws:Referer':['a','b']}";
    assertThat(holds(either, "aws:Referer", "b", "Allow")).isTrue();
    assertThat(holds(either, "aws:Referer", "c", "Allow")).isFalse();
    String both = either + ",'Null':{'s3:prefix':'false'}";
    assertThat(holds(both, "aws:Referer", "b", "Allow")).isFalse();
    String neither = "'StringNotEquals':{'aws:Referer':['a','b']}";
    assertThat(holds(neither, "aws:Referer", "b", "Allow")).isFalse();
    assertThat(holds(neither, "aws:Referer", "c", "Allow")).isTrue();
  }

  @Test
  void keys_are_found_in_any_case_but_tags_are_not() {
    String tag = "'StringEquals':{'S3:existingobjecttag/Security':'public'}";
    assertThat(holds(tag, "s3:ExistingObjectTag/Security", "public", "Allow")).isTrue();
    assertThat(holds(tag, "s3:ExistingObjectTag/security", "public", "Allow")).isFalse();
  }

  @Test
  void a_variable_is_filled_in_and_taken_literally() {
    String same = "'StringLike':{'s3:prefix':'${aws:Referer}/*'}";
    Policy policy =
        Fixtures.bucketPolicy(
            "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*','Condition':{%s}}"
                .formatted(same));
    assertThat(allows(policy, "bob", "bob/x")).isTrue();
    assertThat(allows(policy, "bob", "eve/x")).isFalse();
    assertThat(allows(policy, "*", "eve/x")).isFalse();
    assertThat(allows(policy, "*", "*/x")).isTrue();
    assertThat(allows(policy, "\uFFFF", "eve/x")).isFalse();
  }

  private static boolean allows(Policy policy, String referer, String prefix) {
    var values = Map.of("aws:Referer", List.of(referer), "s3:prefix", List.of(prefix));
    var context = Fixtures.context(values);
    return policy.decide(
            new Question(Caller.anonymous(), Fixtures.get("k"), Fixtures.OURS.tenant(), context))
        != null;
  }

  @Test
  void a_variable_without_value_never_allows_and_still_denies() {
    String positive = "'StringEquals':{'aws:Referer':'${aws:username}'}";
    String negative = "'StringNotEquals':{'aws:Referer':'${aws:username}'}";
    assertThat(holds(positive, "aws:Referer", "x", "Allow")).isFalse();
    assertThat(holds(negative, "aws:Referer", "x", "Allow")).isFalse();
    assertThat(holds(negative, "aws:Referer", "x", "Deny")).isTrue();
    Policy policy =
        Policy.ofBucket(
            """
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*",
             "Resource":"arn:aws:s3:::box/${aws:username, 'nobody'}/*"}}\
            """,
            Fixtures.BUCKET);
    assertThat(
            Fixtures.decide(
                    Caller.anonymous(), Fixtures.get("nobody/k"), ConditionContext.NONE, policy)
                .allowed())
        .isTrue();
  }
}
