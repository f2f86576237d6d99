package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyStatusTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Allow | '*' | | true",
        "Allow | {'AWS':'*'} | | true",
        "Deny  | '*' | | false",
        "Allow | {'AWS':'arn:aws:iam::s3tenant1:root'} | | false",
        "Allow | '*' | 'IpAddress':{'aws:SourceIp':'10.0.0.0/32'} | false",
        "Allow | '*' | 'IpAddress':{'aws:SourceIp':'10.0.0.0/8'} | false",
        "Allow | '*' | 'IpAddress':{'aws:SourceIp':['10.0.0.0/8','0.0.0.0/1']} | true",
        "Allow | '*' | 'IpAddress':{'aws:SourceIp':'::/0'} | true",
        "Allow | '*' | 'IpAddressIfExists':{'aws:SourceIp':'10.0.0.0/8'} | true",
        "Allow | '*' | 'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'} | true",
        "Allow | '*' | 'StringEquals':{'aws:PrincipalAccount':'111111111111'} | false",
        "Allow | '*' | 'StringLike':{'aws:PrincipalAccount':'1*'} | true",
        "Allow | '*' | 'StringEquals':{'aws:Referer':'x'} | true",
        "Allow | '*' | 'StringEquals':{'aws:username':'alice'} | true",
        "Allow | '*' | 'StringEquals':{'aws:userid':'AIDAALICE'} | false",
        "Allow | '*' | 'StringLike':{'aws:userid':'AIDA*'} | true",
        "Allow | '*' | 'ForAllValues:StringEquals':{'aws:SourceVpc':'x'} | true",
      })
  void a_policy_is_public_when_anybody_can_be_let_in(
      String effect, String principal, String condition, boolean expected) {
    String extra = condition == null ? "" : ",'Condition':{" + condition + "}";
    Policy policy =
        Fixtures.bucketPolicy(
            "{'Effect':'%s','Principal':%s,'Action':'s3:ListBucket','Resource':'arn:aws:s3:::box'%s}"
                .formatted(effect, principal, extra));
    assertThat(PolicyStatus.isPublic(policy)).isEqualTo(expected);
  }

  @Test
  void no_policy_and_an_unreadable_one_are_not_public() {
    assertThat(PolicyStatus.isPublic(Policy.NONE)).isFalse();
    assertThat(PolicyStatus.isPublic(Policy.UNREADABLE)).isFalse();
  }
}
