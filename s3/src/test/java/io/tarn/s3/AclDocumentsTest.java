package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.AclRequest.Wanted;
import io.tarn.store.Acl;
import io.tarn.store.Acl.Grant;
import io.tarn.store.Acl.Permission;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
                        new Wanted(new AclRequest.Id("o"), Permission.FULL_CONTROL),
                        new Wanted(new AclRequest.Id("x"), Permission.WRITE_ACP),
                        new Wanted(new AclRequest.Group(new Acl.Everyone()), Permission.READ),
                        new Wanted(
                            new AclRequest.Group(new Acl.Authenticated()), Permission.READ_ACP)),
                    false)));
  }

  @Test
  void a_list_may_grant_nothing_and_name_people_by_mail() {
    assertThat(AclDocuments.read(list("")).grants().grants()).isEmpty();
    String mail = GRANT.replace("ID>", "EmailAddress>");
    assertThat(AclDocuments.read(list(mail)).grants().grants())
        .containsExactly(new Wanted(new AclRequest.Email("x"), Permission.READ));
  }

  private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

  private static String typed(String type, String grantee) {
    return "<Grant><Grantee xmlns:x='%s' x:type='%s'>%s</Grantee><Permission>READ</Permission></Grant>"
        .formatted(XSI, type, grantee);
  }

  static Stream<String> malformedGrants() {
    return Stream.of(
        "<Grant/>",
        "<Grant><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID></Grantee></Grant>",
        "<Grant><Grantee/><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID></Grantee><Permission>ALL</Permission></Grant>",
        "<Grant><Grantee><ID>x</ID></Grantee><Permission/></Grant>",
        "<Grant><Grantee><ID>x</ID><URI>y</URI></Grantee><Permission>READ</Permission></Grant>",
        "<Grant><Grantee><Name>x</Name></Grantee><Permission>READ</Permission></Grant>",
        "<Allow/>",
        typed("invalid_type", "<ID>x</ID>"),
        typed("BadType", "<ID>x</ID>"),
        typed("canonicaluser", "<ID>x</ID>"),
        typed("Group", "<ID>x</ID>"),
        typed("CanonicalUser", "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>"),
        typed("CanonicalUser", "<EmailAddress>a@b</EmailAddress>"),
        typed("AmazonCustomerByEmail", "<ID>x</ID>"));
  }

  @ParameterizedTest
  @MethodSource("malformedGrants")
  void a_malformed_grant_is_refused(String grant) {
    refused(list(grant), S3Error.MALFORMED_ACL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<AccessControlPolicy/>",
        "<AccessControlPolicy></AccessControlPolicy>",
        "<Tagging/>",
        "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>",
        "<AccessControlPolicy><Owner><ID>o</ID></Owner></AccessControlPolicy>",
        "<AccessControlPolicy><Owner/><AccessControlList/></AccessControlPolicy>",
        "<AccessControlPolicy><Owner><ID> </ID></Owner><AccessControlList/></AccessControlPolicy>",
        "<AccessControlPolicy><Owner><DisplayName>o</DisplayName></Owner><AccessControlList/>"
            + "</AccessControlPolicy>",
      })
  void what_is_no_list_of_an_owner_is_refused(String document) {
    refused(utf8(document), S3Error.MALFORMED_ACL);
  }

  @Test
  void a_list_has_an_end_and_its_types_fit() {
    refused(list(GRANT.repeat(101)), S3Error.MALFORMED_ACL);
    assertThat(
            AclDocuments.read(
                    list(
                        typed("CanonicalUser", "<ID>x</ID>")
                            + typed("AmazonCustomerByEmail", "<EmailAddress>a@b</EmailAddress>")
                            + typed(
                                "Group",
                                "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>")))
                .grants()
                .grants())
        .hasSize(3);
  }

  @Test
  void a_group_that_is_not_there_is_told_by_its_place() {
    assertThatThrownBy(() -> AclDocuments.read(list(GRANT.replace("ID>", "URI>"))))
        .hasMessage("Invalid group uri")
        .isInstanceOfSatisfying(S3Failure.class, e -> argument(e, "Group/URI", "x"));
    assertThatThrownBy(() -> grants("x-amz-grant-read", "uri=\"x\""))
        .hasMessage("Invalid group uri")
        .isInstanceOfSatisfying(S3Failure.class, e -> argument(e, "uri", "x"));
  }

  private static void argument(S3Failure failure, String name, String value) {
    assertThat(failure.error()).isEqualTo(S3Error.INVALID_ARGUMENT);
    assertThat(failure.details())
        .containsExactly(
            new S3Failure.Detail("ArgumentName", name),
            new S3Failure.Detail("ArgumentValue", value));
  }

  private static void grants(String header, String value) {
    var _ = Requests.parse("PUT /bucket?acl", header, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fakekey=\"1234\"", "79a59df900b949e5", "=x", "id", "name=x"})
  void a_grantee_of_no_known_form_is_told_with_its_header(String grantee) {
    for (String header : new String[] {"x-amz-grant-write", "X-Amz-Grant-Full-Control"}) {
      assertThatThrownBy(() -> grants(header, "id=x, " + grantee))
          .hasMessage("Argument format not recognized")
          .isInstanceOfSatisfying(
              S3Failure.class, e -> argument(e, header.toLowerCase(Locale.ROOT), grantee));
    }
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
                        new AclRequest.Group(new Acl.Authenticated()), Permission.FULL_CONTROL)),
                true));
    assertThatThrownBy(
            () ->
                Requests.parse(
                    "PUT /bucket?acl", "x-amz-grant-read", "id=x", "x-amz-acl", "private"))
        .isInstanceOf(S3Failure.class);
  }
}
