package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final String EVERYONE = "'Principal':'*',";
  private static final String GET = "'Action':'s3:GetObject',";
  private static final String KEYS = "'Resource':'arn:aws:s3:::box/*'";
  private static final String ALLOW = "'Effect':'Allow',";

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("", "an empty document"),
        Arguments.of("x", "(line 1, column"),
        Arguments.of("[]", "not an object"),
        Arguments.of("{}", "no Statement"),
        Arguments.of("{} {}", "more than one"),
        Arguments.of("{'Statement':[]}", "an empty list (at Statement)"),
        Arguments.of("{'Statement':[null]}", "not an object (at Statement[0])"),
        Arguments.of("{'Statment':[]}", "unknown element 'Statment'"),
        Arguments.of("{'Version':'2012-10-18','Statement':[]}", "must be 2012-10-17"),
        Arguments.of("{'Version':2012,'Statement':[]}", "must be 2012-10-17"),
        Arguments.of("{'Id':'1','Id':'2'}", "not JSON: Duplicate"),
        Arguments.of("{'Id':" + "[".repeat(500) + "]".repeat(500) + "}", "not JSON"),
        Arguments.of("{'Id':1" + "0".repeat(100) + "}", "not JSON"),
        Arguments.of("{'Id':'" + "x".repeat(Policy.MAX_BYTES) + "'}", "longer than 20480"),
        Arguments.of("{'Id':'" + "é".repeat(Policy.MAX_BYTES / 2) + "'}", "longer than 20480"),
        one(EVERYONE + GET + KEYS, "no Effect"),
        one("'Effect':'allow'," + EVERYONE + GET + KEYS, "must be Allow or Deny"),
        one(ALLOW + GET + KEYS, "no Principal"),
        one(ALLOW + EVERYONE + KEYS, "no Action"),
        one(ALLOW + EVERYONE + "'Action':[]," + KEYS, "an empty list (at Statement[0].Action)"),
        one(ALLOW + EVERYONE + "'Action':'s3:GetObjet'," + KEYS, "invalid action"),
        one(ALLOW + EVERYONE + "'Action':'s3:Gett*'," + KEYS, "invalid action"),
        one(ALLOW + EVERYONE + "'Action':'ec2:Run'," + KEYS, "invalid action"),
        one(ALLOW + EVERYONE + "'Action':'admin:*'," + KEYS, "invalid action"),
        one(ALLOW + EVERYONE + "'Action':{}," + KEYS, "neither a text nor a list"),
        one(ALLOW + EVERYONE + GET + "'NotAction':'s3:*'," + KEYS, "both Action and NotAction"),
        one(ALLOW + EVERYONE + GET + KEYS + ",'Condition':[]", "not an object"),
        one(ALLOW + EVERYONE + GET + "'Sid':'x'", "no Resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'box/*'", "invalid resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:s3:::'", "invalid resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:s3:::other/*'", "invalid resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:s3:::boxer'", "invalid resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:s3:::${aws:userid}/x'", "resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:sqs:::box'", "invalid resource"),
        one(ALLOW + EVERYONE + GET + "'Resource':'arn:aws:s3:::box/${aws:usrname}'", "unknown"),
        one(ALLOW + "'NotPrincipal':'*'," + GET + KEYS, "Allow with NotPrincipal is not allowed"),
        one(ALLOW + "'Principal':'x'," + GET + KEYS, "neither"),
        one(ALLOW + "'Principal':{}," + GET + KEYS, "nobody is named"),
        one(ALLOW + "'Principal':{'Aws':'*'}," + GET + KEYS, "unknown kind of principal"),
        one(ALLOW + principal("bob"), "invalid principal"),
        one(ALLOW + principal("1234"), "invalid principal"),
        one(ALLOW + principal("arn:aws:iam::111111111111:user/*"), "invalid principal"),
        one(ALLOW + principal("arn:aws:iam:::user/bob"), "invalid principal"),
        one(ALLOW + principal("arn:aws:iam::111111111111:user/"), "invalid principal"),
        one(ALLOW + principal("arn:aws:iam::111111111111:group/g"), "invalid principal"),
        condition("'StringEqual':{'aws:username':'x'}", "unknown operator 'StringEqual'"),
        condition("'stringequals':{'aws:username':'x'}", "unknown operator"),
        condition("'ForSomeValues:StringEquals':{'aws:username':'x'}", "unknown operator"),
        condition("'NullIfExists':{'aws:username':'true'}", "Null takes neither"),
        condition("'ForAllValues:Null':{'aws:username':'true'}", "Null takes neither"),
        condition("'StringEquals':{'aws:usrname':'x'}", "unknown condition key 'aws:usrname'"),
        condition("'StringEquals':{'s3:ExistingObjectTag':'x'}", "names no tag"),
        condition("'StringEquals':{'aws:username/x':'x'}", "unknown condition key"),
        condition("'StringEquals':{'aws:username':'x','AWS:UserName':'y'}", "is there twice"),
        condition("'StringEquals':{'aws:username':[]}", "an empty list"),
        condition("'StringEquals':{'aws:username':null}", "neither a text"),
        condition("'NumericEquals':{'s3:max-keys':'ten'}", "not a number"),
        condition("'NumericEquals':{'s3:max-keys':1e999999}", "not a number"),
        condition("'NumericEquals':{'s3:max-keys':'" + "9".repeat(31) + "'}", "not a number"),
        condition("'DateEquals':{'aws:CurrentTime':'yesterday'}", "not a date"),
        condition("'DateEquals':{'aws:CurrentTime':'2024-13-01T00:00:00Z'}", "not a date"),
        condition("'Bool':{'aws:SecureTransport':'yes'}", "not a boolean"),
        condition("'Null':{'aws:SecureTransport':'yes'}", "not a boolean"),
        condition("'BinaryEquals':{'aws:userid':'%'}", "not a base64"),
        condition("'IpAddress':{'aws:SourceIp':'10.0.0.0/33'}", "not a address range"),
        condition("'IpAddress':{'aws:SourceIp':'10.0.0'}", "not a address range"),
        condition("'IpAddress':{'aws:SourceIp':'localhost'}", "not a address range"),
        condition("'IpAddress':{'aws:SourceIp':'fe80::1%eth0'}", "not a address range"),
        condition("'ArnLike':{'aws:PrincipalArn':'bob'}", "not a ARN"));
  }

  private static String principal(String aws) {
    return "'Principal':{'AWS':'" + aws + "'}," + GET + KEYS;
  }

  private static Arguments one(String inside, String expected) {
    return Arguments.of("{'Version':'2012-10-17','Statement':{" + inside + "}}", expected);
  }

  private static Arguments condition(String inside, String expected) {
    return one(ALLOW + EVERYONE + GET + KEYS + ",'Condition':{" + inside + "}", expected);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void a_malformed_policy_is_refused_with_what_and_where(String json, String expected) {
    assertThatThrownBy(() -> Policy.ofBucket(json.replace('\'', '"'), Fixtures.BUCKET))
        .isInstanceOf(MalformedPolicy.class)
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'Principal':{'AWS':['*']},'Action':'*','Resource':'*'",
        "'Principal':{'AWS':'arn:aws:iam::s3tenant1:root'},'Action':['s3:*'],'Resource':['*']",
        "'Principal':{'AWS':'111111111111','CanonicalUser':'x','Service':'logging.s3.amazonaws.com'},"
            + "'Action':'S3:getobject','Resource':'arn:aws:s3:::*/*'",
        "'Principal':'*','Action':'s3:Get*','Resource':'arn:aws:s3::*:box/*'",
        "'Principal':'*','Action':'s3:GetObject','NotResource':'arn:aws:s3:::b?x/${aws:username}/*'",
        "'Principal':'*','Action':'s3:CreateAccessPoint','Resource':'arn:aws:s3:::b*'",
        "'Principal':'*','Action':'s3:PutObject','Resource':'arn:aws:s3:::b*/x','Condition':{"
            + "'StringEquals':{'s3:x-amz-grant-full-control':'id=1'},"
            + "'StringLikeIfExists':{'aws:Referer':'http://www.example.com/*'},"
            + "'ForAnyValue:StringNotEqualsIgnoreCase':{'s3:RequestObjectTagKeys':['a','b']},"
            + "'NumericLessThanEquals':{'s3:max-keys':[10,'11']},"
            + "'Bool':{'aws:SecureTransport':true},"
            + "'DateGreaterThan':{'aws:CurrentTime':'2024-01-01','aws:EpochTime':1700000000},"
            + "'IpAddress':{'aws:SourceIp':['10.0.0.5/8','2001:db8::/32','::1']},"
            + "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::111111111111:user/*'},"
            + "'Null':{'s3:x-amz-server-side-encryption':'true'}}",
      })
  void what_clients_send_is_accepted(String inside) {
    String json = Fixtures.document("{'Effect':'Allow'," + inside + "}");
    assertThatCode(() -> Policy.ofBucket(json, Fixtures.BUCKET)).doesNotThrowAnyException();
  }

  @Test
  void every_action_and_condition_key_that_exists_can_be_named() {
    for (Action action : Action.values()) {
      String json =
          Fixtures.document(
              "{'Effect':'Deny','Action':'%s','Resource':'*'}".formatted(action.text()));
      assertThat(Policy.ofIdentity(json, "p").statements()).hasSize(1);
    }
    for (ConditionName name : ConditionName.all()) {
      String key = name.text() + (name.isTagged() ? "/k" : "");
      String json =
          Fixtures.document(
              "{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{'Null':{'%s':true}}}"
                  .formatted(key));
      assertThat(Policy.ofIdentity(json, "p").statements()).hasSize(1);
    }
  }

  @Test
  void a_users_policy_names_no_principal() {
    String json =
        Fixtures.document("{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}");
    assertThatThrownBy(() -> Policy.ofIdentity(json, "p"))
        .isInstanceOf(MalformedPolicy.class)
        .hasMessageContaining("names no principal");
  }

  @Test
  void a_users_policy_may_name_other_services_and_the_console_without_resource() {
    assertThatCode(() -> Fixtures.userPolicy("{'Effect':'Allow','Action':['admin:*','kms:*']}"))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                Fixtures.userPolicy(
                    "{'Effect':'Allow','Action':'sqs:SendMessage','Resource':'arn:aws:sqs:eu:1:q'}"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Fixtures.userPolicy("{'Effect':'Allow','NotAction':'admin:Heal'}"))
        .hasMessageContaining("no Resource");
    assertThatThrownBy(() -> Fixtures.userPolicy("{'Effect':'Allow','Action':'s3:GetObject'}"))
        .hasMessageContaining("no Resource");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'Effect':'Allow','Action':'admin:*'                                            | true
          'Effect':'Allow','Action':'ADMIN:listusers','Resource':'*'                     | true
          'Effect':'Allow','Action':['s3:*','admin:ListUsers'],'Resource':['*','*']      | true
          'Effect':'Allow','Action':'admin:Heal'                                         | false
          'Effect':'Allow','Action':'*','Resource':'*'                                   | false
          'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::*'                      | false
          'Effect':'Allow','NotAction':'s3:DeleteBucket','Resource':'*'                  | false
          'Effect':'Allow','NotAction':'s3:DeleteBucket','Resource':'arn:aws:s3:::*'     | false
          'Effect':'Allow','NotAction':'admin:Heal','Resource':'*'                       | false
          'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::box/*'               | false
          'Effect':'Allow','Action':'admin:*','Resource':'arn:aws:s3:::*'                | false
          'Effect':'Allow','Action':'admin:*','Resource':['*','arn:aws:s3:::box']        | false
          'Effect':'Allow','Action':'admin:*','NotResource':'arn:aws:s3:::box'           | false
          """)
  void administration_is_allowed_by_name_and_of_no_resource(String inside, boolean allowed) {
    assertThat(administers(Fixtures.userPolicy("{" + inside + "}"))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'Action':'*','Resource':'*'",
        "'NotAction':'s3:*','Resource':'*'",
        "'Action':'*','NotResource':'arn:aws:s3:::box/*'",
        "'Action':'admin:List*'",
        "'Action':'admin:*','Resource':'arn:aws:s3:::box/*'"
      })
  void administration_is_denied_by_all_that_can_be_read_so(String inside) {
    Policy admin = Fixtures.userPolicy("{'Effect':'Allow','Action':'admin:*'}");
    assertThat(administers(admin)).isTrue();
    assertThat(administers(admin, Fixtures.userPolicy("{'Effect':'Deny'," + inside + "}")))
        .isFalse();
  }

  private static boolean administers(Policy... policies) {
    Caller caller = Fixtures.user(Fixtures.OURS, "bob", policies);
    var demand = new Demand.OnTenant(Action.ADMIN_LIST_USERS);
    return Fixtures.decide(caller, demand, ConditionContext.NONE, Policy.NONE).allowed();
  }

  @Test
  void a_new_policy_does_not_name_administration_beside_resources() {
    String json =
        Fixtures.document("{'Effect':'Allow','Action':'admin:*','Resource':'arn:aws:s3:::*'}");
    assertThatThrownBy(() -> Policy.newOfIdentity(json, "p"))
        .isInstanceOf(MalformedPolicy.class)
        .hasMessageContaining("in a statement of their own");
    assertThatCode(() -> Policy.ofIdentity(json, "stored")).doesNotThrowAnyException();
  }

  @Test
  void statement_names_are_not_used_twice() {
    String one = "{'Sid':'a','Effect':'Allow','Action':'s3:*','Resource':'*'}";
    assertThatThrownBy(() -> Fixtures.userPolicy(one, one)).hasMessageContaining("used twice");
  }
}
