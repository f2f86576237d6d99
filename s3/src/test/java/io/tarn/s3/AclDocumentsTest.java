package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.s3.AclRequest.Wanted;
import io.tarn.store.Acl;
import io.tarn.store.Acl.Grant;
import io.tarn.store.Acl.Permission;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AclDocumentsTest {
  private static final String GRANT =
      "<Grant><Grantee><ID>x</ID></Grantee><Permission>READ</Permission></Grant>";

  private static byte[] list(String grants) {
    return utf8(
        "<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList>"
            + grants
            + "</AccessControlList></AccessControlPolicy>");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_is_written_is_what_can_be_read() {
    var acl =
        new Acl(
            List.of(
                new Grant(new Acl.Owner(), Permission.FULL_CONTROL),
                new Grant(new Acl.Account(new TenantId("x")), Permission.WRITE_ACP),
                new Grant(new Acl.Everyone(), Permission.READ),
                new Grant(new Acl.Authenticated(), Permission.READ_ACP)));
    var document = AclDocuments.render(acl, new TenantId("o"), tenant -> "name of " + tenant);
    byte[] bytes = new byte[document.remaining()];
    document.get(bytes);
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .contains("<Owner><ID>o</ID><DisplayName>name of o</DisplayName></Owner>")
        .contains("xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>")
        .contains("xsi:type=\"CanonicalUser\"><ID>x</ID>");
    assertThat(AclDocuments.read(bytes))
        .isEqualTo(
            new AclDocuments.Given(
                "o",
                new AclRequest.Granted(
                    List.of(
                        new Wanted(new AclRequest.Group(new Acl.Everyone()), Permission.READ),
                        new Wanted(
                            new AclRequest.Group(new Acl.Authenticated()), Permission.READ_ACP),
                        new Wanted(new AclRequest.Id("o"), Permission.FULL_CONTROL),
                        new Wanted(new AclRequest.Id("x"), Permission.WRITE_ACP)))));
  }

  @Test
  void a_list_may_grant_nothing_and_name_people_by_mail() {
    assertThat(AclDocuments.read(list("")).grants().grants()).isEmpty();
    String mail = GRANT.replace("ID>", "EmailAddress>");
    assertThat(AclDocuments.read(list(mail)).grants().grants())
        .containsExactly(new Wanted(new AclRequest.Email("x"), Permission.READ));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Grant/>",
        "<Grant><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID></Grantee></Grant>",
        "<Grant><Grantee/><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID></Grantee><Permission>ALL</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID><URI>y</URI></Grantee><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><Name>x</Name></Grantee><Permission>READ</Permission></Grant>",
        "<Allow/>"
      })
  void a_malformed_grant_is_refused(String grant) {
    refused(list(grant), S3Error.MALFORMED_ACL);
  }

  @Test
  void what_is_no_list_is_refused() {
    refused(utf8(""), S3Error.MALFORMED_ACL);
    refused(utf8("<AccessControlPolicy/>"), S3Error.MALFORMED_ACL);
    refused(utf8("<Tagging/>"), S3Error.MALFORMED_ACL);
    refused(list(GRANT.repeat(101)), S3Error.MALFORMED_ACL);
    refused(list(GRANT.replace("ID>", "URI>")), S3Error.INVALID_ARGUMENT);
  }

  private static void refused(byte[] document, S3Error error) {
    assertThatThrownBy(() -> AclDocuments.read(document))
        .isInstanceOfSatisfying(
            S3Failure.class, failure -> assertThat(failure.error()).isEqualTo(error));
  }

  @Test
  void headers_grant_by_id_mail_and_group() {
    var put =
        (S3Operation.PutBucketAcl)
            Requests.parse(
                "PUT /bucket?acl",
                "x-amz-grant-read",
                "id=\"x\", emailAddress=\"a@b\"",
                "x-amz-grant-full-control",
                "uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers");
    assertThat(put.acl())
        .isEqualTo(
            new AclRequest.Granted(
                List.of(
                    new Wanted(new AclRequest.Id("x"), Permission.READ),
                    new Wanted(new AclRequest.Email("a@b"), Permission.READ),
                    new Wanted(
                        new AclRequest.Group(new Acl.Authenticated()), Permission.FULL_CONTROL))));
    assertThatThrownBy(
            () ->
                Requests.parse(
                    "PUT /bucket?acl", "x-amz-grant-read", "id=x", "x-amz-acl", "private"))
        .isInstanceOf(S3Failure.class);
  }
}
