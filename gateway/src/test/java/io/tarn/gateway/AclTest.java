package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.testkit.Claim;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ACLs over HTTP: who may do what, and what is refused.
class AclTest {
  private static TestServer server;
  private static Client main;
  private static Client alt;
  private static Client nobody;
  private static int buckets;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = new TestServer(directory);
    main = new Client(server, "main");
    alt = new Client(server, "alt");
    nobody = new Client(server, "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String bucket(String... headers) {
    String path = "/acl-" + ++buckets;
    main.ok("PUT " + path, headers);
    return path;
  }

  private static String list(String owner, String grants) {
    return "<AccessControlPolicy><Owner><ID>%s</ID></Owner><AccessControlList>%s</AccessControlList></AccessControlPolicy>"
        .formatted(owner, grants);
  }

  private static String grant(String grantee, String permission) {
    return "<Grant><Grantee>%s</Grantee><Permission>%s</Permission></Grant>"
        .formatted(grantee, permission);
  }

  @ParameterizedTest(name = "{0}: everyone {1} {2}, others {3} {4}")
  @CsvSource({
    "private, 403, 403, 403, 403",
    "public-read, 200, 403, 200, 403",
    "public-read-write, 200, 200, 200, 200",
    "authenticated-read, 403, 403, 200, 403",
    "bucket-owner-read, 403, 403, 403, 403",
    "bucket-owner-full-control, 403, 403, 403, 403",
  })
  void a_canned_acl_opens_a_bucket(
      String canned, int listing, int writing, int othersListing, int othersWriting) {
    String b = bucket("x-amz-acl", canned);
    assertThat(nobody.call("GET " + b).status()).isEqualTo(listing);
    assertThat(nobody.put(b + "/n", "x").status()).isEqualTo(writing);
    assertThat(alt.call("GET " + b).status()).isEqualTo(othersListing);
    assertThat(alt.put(b + "/a", "x").status()).isEqualTo(othersWriting);
    main.ok("GET " + b);
    assertThat(nobody.call("GET " + b + "?policy").status()).isEqualTo(403);
    assertThat(nobody.call("PUT " + b + "?acl", "x-amz-acl", "public-read").status())
        .isEqualTo(403);
    main.ok("PUT " + b + "?acl", "x-amz-acl", "private");
    assertThat(nobody.call("GET " + b).status()).isEqualTo(403);
    assertThat(alt.call("GET " + b).status()).isEqualTo(403);
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void the_acl_of_a_bucket_does_not_open_its_objects() {
    String b = bucket("x-amz-acl", "public-read");
    Client.ok(main.put(b + "/k", "x"));
    assertThat(nobody.call("GET " + b + "/k").code()).isEqualTo("AccessDenied");
    assertThat(nobody.call("GET " + b + "/none").code()).isEqualTo("NoSuchKey");
    assertThat(nobody.call("GET " + b + "/k", "If-None-Match", "*").status()).isEqualTo(403);
    assertThat(nobody.call("HEAD " + b + "/k").status()).isEqualTo(403);
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void the_acl_of_an_object_opens_it_alone() {
    String b = bucket();
    Client.ok(main.put(b + "/open", "x", "x-amz-acl", "public-read"));
    Client.ok(main.put(b + "/known", "x", "x-amz-acl", "authenticated-read"));
    Client.ok(main.put(b + "/closed", "x"));
    assertThat(nobody.ok("GET " + b + "/open").text()).isEqualTo("x");
    nobody.ok("HEAD " + b + "/open");
    assertThat(nobody.call("GET " + b + "/known").status()).isEqualTo(403);
    alt.ok("GET " + b + "/known");
    assertThat(alt.call("GET " + b + "/closed").status()).isEqualTo(403);
    assertThat(nobody.call("GET " + b + "/none").status()).as("who may not list").isEqualTo(403);
    assertThat(nobody.call("GET " + b + "/open?tagging").status()).isEqualTo(403);
    assertThat(nobody.call("DELETE " + b + "/open").status()).isEqualTo(403);
    Client.ok(main.put(b + "/open", "y"));
    assertThat(nobody.call("GET " + b + "/open").status()).as("overwritten").isEqualTo(403);
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void who_writes_owns_and_decides_who_reads() {
    String b = bucket("x-amz-acl", "public-read-write");
    Client.ok(alt.put(b + "/kept", "x"));
    assertThat(main.call("GET " + b + "/kept").status()).isEqualTo(403);
    assertThat(main.call("HEAD " + b + "/kept").status()).isEqualTo(403);
    assertThat(main.call("GET " + b + "/kept?acl").status()).isEqualTo(403);
    assertThat(main.call("GET " + b + "/kept?tagging").status()).isEqualTo(403);
    assertThat(main.call("PUT " + b + "/kept?acl", "x-amz-acl", "public-read").status())
        .isEqualTo(403);
    assertThat(main.call("PUT " + b + "/copy", "x-amz-copy-source", b + "/kept").status())
        .isEqualTo(403);
    assertThat(alt.ok("GET " + b + "/kept").text()).isEqualTo("x");
    assertThat(alt.ok("GET " + b + "/kept?acl").text()).contains("<ID>alt-canonical-id</ID>");

    Client.ok(alt.put(b + "/shown", "x", "x-amz-acl", "bucket-owner-read"));
    main.ok("GET " + b + "/shown");
    assertThat(main.call("GET " + b + "/shown?acl").status()).isEqualTo(403);
    Client.ok(alt.put(b + "/given", "x", "x-amz-acl", "bucket-owner-full-control"));
    assertThat(main.ok("GET " + b + "/given?acl").text()).contains("main-canonical-id");
    main.ok("DELETE " + b + "/kept");
  }

  @Test
  void what_nobody_in_particular_writes_is_the_bucket_owners() {
    String b = bucket("x-amz-acl", "public-read-write");
    Client.ok(nobody.put(b + "/k", "x"));
    assertThat(main.ok("GET " + b + "/k?acl").text()).contains("<ID>main-canonical-id</ID>");
    assertThat(nobody.call("GET " + b + "/k").status()).isEqualTo(403);
    assertThat(nobody.put(b + "/k2", "x", "x-amz-acl", "public-read").status()).isEqualTo(403);
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void an_enforced_bucket_has_no_acls_and_its_owner_owns_all() {
    String b = bucket("x-amz-object-ownership", "BucketOwnerEnforced");
    assertThat(main.call("PUT " + b + "?acl", "x-amz-acl", "public-read").code())
        .isEqualTo("AccessControlListNotSupported");
    assertThat(main.put(b + "/k", "x", "x-amz-acl", "public-read").code())
        .isEqualTo("AccessControlListNotSupported");
    Client.ok(main.put(b + "/k", "x", "x-amz-acl", "bucket-owner-full-control"));
    assertThat(
            main.call(
                    "PUT /acl-never",
                    "x-amz-object-ownership",
                    "BucketOwnerEnforced",
                    "x-amz-acl",
                    "public-read")
                .code())
        .isEqualTo("InvalidBucketAclWithObjectOwnership");
    assertThat(main.call("PUT /acl-never", "x-amz-object-ownership", "Nobody").code())
        .isEqualTo("InvalidArgument");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void single_permissions_are_granted_by_header_and_by_document() {
    String b = bucket();
    Client.ok(main.put(b + "/k", "x"));
    main.ok("PUT " + b + "/k?acl", "x-amz-grant-read-acp", "emailAddress=\"alt@tarn.test\"");
    alt.ok("GET " + b + "/k?acl");
    assertThat(alt.call("GET " + b + "/k").status()).isEqualTo(403);
    String full = grant("<ID>alt-canonical-id</ID>", "FULL_CONTROL");
    Client.ok(main.put(b + "/k?acl", list("main-canonical-id", full)));
    alt.ok("GET " + b + "/k");
    Client.ok(alt.put(b + "/k?acl", list("main-canonical-id", full)));
    assertThat(alt.put(b + "/k?acl", list("alt-canonical-id", full)).status())
        .as("an ACL does not give things away")
        .isEqualTo(403);
    assertThat(main.ok("GET " + b + "/k?acl").text())
        .contains("<Owner><ID>main-canonical-id</ID>")
        .contains("<ID>alt-canonical-id</ID>");
    Client.ok(main.put(b + "?acl", list("main-canonical-id", full)));
    Client.ok(alt.put(b + "/from-alt", "x"));
    alt.ok("PUT " + b + "/copied", "x-amz-copy-source", b + "/k");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_version_has_an_acl_of_its_own() {
    String b = bucket();
    Client.ok(
        main.put(
            b + "?versioning",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    String first = Client.ok(main.put(b + "/k", "1")).header("x-amz-version-id");
    Client.ok(main.put(b + "/k", "2"));
    main.ok("PUT " + b + "/k?acl&versionId=" + first, "x-amz-acl", "public-read");
    assertThat(nobody.ok("GET " + b + "/k?versionId=" + first).text()).isEqualTo("1");
    assertThat(nobody.call("GET " + b + "/k").status()).isEqualTo(403);
    main.ok("DELETE " + b + "/k");
    assertThat(main.call("GET " + b + "/k?acl").code()).isEqualTo("NoSuchKey");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void an_upload_keeps_the_acl_it_was_begun_with() {
    String b = bucket();
    String begun = main.ok("POST " + b + "/k?uploads", "x-amz-acl", "public-read").text();
    String id = begun.replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
    String target = b + "/k?partNumber=1&uploadId=" + id;
    String tag = Client.ok(main.put(target, "x")).header("etag");
    String parts =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
            .formatted(tag);
    Client.ok(main.send(new Draft("POST " + b + "/k?uploadId=" + id).body(parts)));
    assertThat(nobody.ok("GET " + b + "/k").text()).isEqualTo("x");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void what_cannot_be_granted_is_refused() {
    String b = bucket();
    String everyone = "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>";
    assertThat(main.call("PUT " + b + "?acl").code()).isEqualTo("MissingSecurityHeader");
    assertThat(main.put(b + "?acl", "<AccessControl/>").code()).isEqualTo("MalformedACLError");
    assertThat(main.put(b + "?acl", list("alt-canonical-id", grant(everyone, "READ"))).code())
        .isEqualTo("AccessDenied");
    assertThat(
            main.put(b + "?acl", list("", grant(everyone, "READ")), "x-amz-acl", "private").code())
        .isEqualTo("UnexpectedContent");
    assertThat(main.call("PUT " + b + "?acl", "x-amz-acl", "public").code())
        .isEqualTo("InvalidArgument");
    assertThat(main.call("PUT " + b + "?acl", "x-amz-grant-read", "id=ghost").code())
        .isEqualTo("InvalidArgument");
    assertThat(main.call("PUT " + b + "?acl", "x-amz-grant-read", "id=anonymous").code())
        .isEqualTo("InvalidArgument");
    assertThat(main.call("PUT " + b + "?acl", "x-amz-grant-read", "emailAddress=a@b").code())
        .isEqualTo("UnresolvableGrantByEmailAddress");
    assertThat(main.ok("GET " + b + "?acl").text()).doesNotContain("AllUsers");
    assertThat(main.call("GET " + b + "/none?acl").code()).isEqualTo("NoSuchKey");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_bucket_open_to_everyone_is_public() {
    String b = bucket();
    assertThat(main.ok("GET " + b + "?policyStatus").text()).contains("false");
    main.ok("PUT " + b + "?acl", "x-amz-acl", "public-read");
    assertThat(main.ok("GET " + b + "?policyStatus").text()).contains("true");
  }
}
