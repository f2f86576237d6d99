package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is about to be stored must be able to mean what it says; what is stored stays readable.
class NewPolicyTest {
  private static String statement(String effect, String rest) {
    return "{'Effect':'%s',%s}".formatted(effect, rest);
  }

  private static String ofBucket(String effect, String rest) {
    return Fixtures.document(statement(effect, "'Principal':'*'," + rest));
  }

  private static String ofUser(String effect, String rest) {
    return Fixtures.document(statement(effect, rest));
  }

  private static void putOnBucket(String json) {
    assertThat(Policy.newOfBucket(json, Fixtures.BUCKET)).isNotNull();
  }

  private static void putOnUser(String json) {
    assertThat(Policy.newOfIdentity(json, "test")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'s3:GetObject' | 'arn:aws:s3:::box/*' | true",
        "'s3:GetObject' | 'arn:aws:s3:::box*' | true",
        "'s3:GetObject' | '*' | true",
        "'s3:GetObject' | 'arn:aws:s3:::box' | false",
        "'s3:GetObject' | ['arn:aws:s3:::box','arn:aws:s3:::box/*'] | true",
        "'s3:ListBucket' | 'arn:aws:s3:::box' | true",
        "'s3:ListBucket' | 'arn:aws:s3:::b*' | true",
        "'s3:ListBucket' | 'arn:aws:s3:::box/*' | false",
        "'s3:ListBucket' | 'arn:aws:s3:::box*/*' | false",
        "['s3:ListBucket','s3:GetObject'] | 'arn:aws:s3:::box/*' | false",
        "['s3:ListBucket','s3:GetObject'] | ['arn:aws:s3:::box','arn:aws:s3:::box/*'] | true",
        "'s3:*' | 'arn:aws:s3:::box' | true",
        "'s3:*' | 'arn:aws:s3:::box/*' | true",
        "'*' | 'arn:aws:s3:::box/*' | true",
        "'s3:Get*' | 'arn:aws:s3:::box/*' | true",
        "'s3:*Object' | 'arn:aws:s3:::box' | false",
        "'s3:AbortMultipartUpload' | 'arn:aws:s3:::box' | false",
        "'s3:GetBucketObjectLockConfiguration' | 'arn:aws:s3:::box/*' | false",
        "'s3:ListAllMyBuckets' | 'arn:aws:s3:::box' | false",
        "'s3:ListAllMyBuckets' | '*' | true",
        "'s3:GetObject' | 'arn:aws:s3:::box/${aws:PrincipalAccount}' | true",
        "'s3:CreateJob' | 'arn:aws:s3:::box' | true",
      })
  void an_action_fits_some_resource_of_its_statement(
      String action, String resource, boolean expected) {
    String rest = "'Action':%s,'Resource':%s".formatted(action, resource);
    for (String effect : new String[] {"Allow", "Deny"}) {
      String json = ofBucket(effect, rest);
      if (expected) {
        putOnBucket(json);
      } else {
        assertThatThrownBy(() -> putOnBucket(json))
            .isInstanceOf(MalformedPolicy.class)
            .hasMessageContaining("Action does not apply to any resource(s) in statement");
      }
      assertThat(Policy.ofBucket(json, Fixtures.BUCKET)).as("stored").isNotNull();
    }
    String denial = ofUser("Deny", rest);
    if (expected) {
      putOnUser(denial);
    } else {
      assertThatThrownBy(() -> putOnUser(denial))
          .isInstanceOf(MalformedPolicy.class)
          .hasMessageContaining("does not apply");
    }
    assertThatCode(() -> putOnUser(ofUser("Allow", rest)))
        .as("as IAM does")
        .doesNotThrowAnyException();
  }

  @Test
  void what_is_said_of_all_but_some_needs_no_fit() {
    putOnBucket(ofBucket("Deny", "'NotAction':'s3:GetObject','Resource':'arn:aws:s3:::box'"));
    putOnBucket(ofBucket("Deny", "'Action':'s3:GetObject','NotResource':'arn:aws:s3:::box'"));
  }

  @ParameterizedTest
  @MethodSource("io.tarn.identity.ConditionName#all")
  void a_denial_hangs_on_nothing_that_is_never_known(ConditionName name) {
    String key = name.text() + (name.isTagged() ? "/x" : "");
    for (String condition :
        new String[] {
          "'StringEquals':{'%s':'x'}",
          "'StringLike':{'%s':'x*'}",
          "'NumericLessThan':{'%s':'1'}",
          "'ForAnyValue:StringEquals':{'%s':'x'}",
          "'ForAnyValue:StringNotEquals':{'%s':'x'}",
          "'Bool':{'%s':'true'}",
          "'Null':{'%s':'false'}",
          "'StringNotEquals':{'aws:Referer':'x'},'StringEquals':{'%s':'x'}",
          "'StringEquals':{'aws:Referer':'${%s}'}",
          "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::1:user/${%s}'}",
        }) {
      refusedIf(name, rest("arn:aws:s3:::box/*", condition.formatted(key)));
    }
    refusedIf(
        name, rest("arn:aws:s3:::box/${" + key + "}/*", "'Bool':{'aws:SecureTransport':'true'}"));
  }

  private static String rest(String resource, String condition) {
    return "'Action':'s3:GetObject','Resource':'%s','Condition':{%s}"
        .formatted(resource, condition);
  }

  private static void refusedIf(ConditionName name, String rest) {
    String json = ofBucket("Deny", rest);
    if (!name.isNeverSet()) {
      putOnBucket(json);
    } else {
      String upper = name.text().toUpperCase(Locale.ROOT);
      assertThatThrownBy(() -> putOnBucket(json))
          .as(rest)
          .isInstanceOf(MalformedPolicy.class)
          .hasMessageContaining(name.text())
          .hasMessageContaining("would deny nothing");
      assertThatThrownBy(() -> putOnUser(ofUser("Deny", rest.replace(name.text(), upper))))
          .as(rest)
          .isInstanceOf(MalformedPolicy.class);
    }
    putOnBucket(ofBucket("Allow", rest));
    putOnUser(ofUser("Allow", rest));
    assertThat(Policy.ofBucket(json, Fixtures.BUCKET)).as("stored").isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'StringNotEquals':{'aws:SourceVpce':'vpce-1'}",
        "'StringEqualsIfExists':{'aws:PrincipalOrgID':'o-1'}",
        "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}",
        "'Null':{'aws:MultiFactorAuthAge':'true'}",
        "'Null':{'aws:MultiFactorAuthAge':['false','true']}",
        "'ForAllValues:StringEquals':{'aws:CalledVia':'x'}",
        "'StringNotEquals':{'aws:Referer':'${aws:PrincipalTag/site}'}",
        "'StringEquals':{'aws:Referer':'${aws:PrincipalTag/site, 'here'}'}",
      })
  void a_denial_that_holds_without_a_value_is_taken(String condition) {
    putOnBucket(
        Fixtures.document(
                "{'Effect':'Deny','Principal':'*',"
                    + rest("arn:aws:s3:::box/*", condition.replace("'here'", "^here^"))
                    + "}")
            .replace('^', '\''));
  }
}
