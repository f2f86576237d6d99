package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.settings.Settings;
import io.tarn.store.Acl;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.DocumentKind;
import io.tarn.store.Key;
import io.tarn.store.Version;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Who comes with `public-read` publishes nothing unless the operator said that it may.
class PublicAclsTest {
  private static final String ALL = "http://acs.amazonaws.com/groups/global/AllUsers";
  private static final String SIGNED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

  /// Ways to grant something to just anybody.
  private static final List<List<String>> HEADERS =
      List.of(
          List.of("x-amz-acl", "public-read"),
          List.of("x-amz-acl", "public-read-write"),
          List.of("x-amz-acl", "authenticated-read"),
          List.of("x-amz-grant-read", "uri=\"" + ALL + "\""),
          List.of("x-amz-grant-read", "uri=\"" + SIGNED + "\""),
          List.of("x-amz-grant-read-acp", "id=main-canonical-id, uri=" + ALL),
          List.of("x-amz-grant-full-control", "uri=" + SIGNED));

  @TempDir Path directory;

  private @Nullable TestServer started;

  private TestServer serve(PublicAcls publicAcls) {
    GatewaySettings settings =
        publicAcls == PublicAcls.IGNORE
            ? Settings.defaults(GatewaySettings.class)
            : TestServer.settings(publicAcls);
    assertThat(settings.publicAcls()).isEqualTo(publicAcls);
    var server = new TestServer(directory, 0, settings);
    started = server;
    return server;
  }

  @AfterEach
  void stop() {
    if (started != null) started.close();
  }

  private static String document(String group, String permission) {
    return """
    <AccessControlPolicy><Owner><ID>main-canonical-id</ID></Owner><AccessControlList><Grant>\
    <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">\
    <URI>%s</URI></Grantee><Permission>%s</Permission></Grant></AccessControlList>\
    </AccessControlPolicy>\
    """
        .formatted(group, permission);
  }

  private static String[] with(List<String> headers, String... more) {
    return Stream.concat(headers.stream(), Arrays.stream(more)).toArray(String[]::new);
  }

  /// Every request that can carry an ACL, with each way to say it; `b` is there, with `k` in it.
  private static List<Draft> requests() {
    Stream<Draft> byHeader =
        HEADERS.stream()
            .flatMap(
                headers -> {
                  String[] said = with(headers);
                  return Stream.of(
                      Client.draft("PUT /made" + HEADERS.indexOf(headers), said),
                      Client.draft("PUT /box?acl", said),
                      Client.draft("PUT /box/k?acl", said),
                      Client.draft("PUT /box/made", said).body("x"),
                      Client.draft("PUT /box/made", with(headers, "x-amz-copy-source", "/box/k")),
                      Client.draft("POST /box/made?uploads", said));
                });
    Stream<Draft> byDocument =
        Stream.of(document(ALL, "READ"), document(SIGNED, "WRITE"), document(ALL, "FULL_CONTROL"))
            .flatMap(
                said ->
                    Stream.of(
                        Client.draft("PUT /box?acl").body(said),
                        Client.draft("PUT /box/k?acl").body(said)));
    return Stream.concat(byHeader, byDocument).toList();
  }

  /// What anybody could do by an ACL, asked by somebody without credentials and by another tenant.
  private static List<Integer> asked(TestServer server) {
    return Stream.of("", "alt")
        .map(who -> new Client(server, who))
        .flatMap(
            other ->
                Stream.of(
                    other.call("GET /box"),
                    other.call("GET /box?versions"),
                    other.call("GET /box?uploads"),
                    other.call("GET /box?acl"),
                    other.call("PUT /box?acl", "x-amz-acl", "private"),
                    other.put("/box/theirs", "x"),
                    other.call("POST /box/theirs?uploads"),
                    other.call("GET /box/k"),
                    other.call("HEAD /box/k"),
                    other.call("GET /box/k?acl"),
                    other.call("PUT /box/k?acl", "x-amz-acl", "private")))
        .map(Answer::status)
        .toList();
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_server_told_nothing_keeps_and_shows_a_public_acl_and_lets_nobody_in_by_it() {
    TestServer server = serve(PublicAcls.IGNORE);
    var main = new Client(server, "main");
    main.ok("PUT /box");
    Client.ok(main.put("/box/k", "x"));
    for (Draft request : requests()) {
      String as = request.method + " " + request.target + " " + request.headers;
      Client.ok(main.send(request));
      assertThat(asked(server)).as(as).containsOnly(403);
      if (request.target.endsWith("?acl")) {
        assertThat(main.ok("GET " + request.target).text()).as(as).contains("groups/global/");
      }
      assertThat(main.ok("GET /box?policyStatus").text()).as(as).contains("false");
    }
    assertThat(new Client(server, "").call("GET /box/made").status()).isEqualTo(403);
    assertThat(main.ok("GET /box/made?acl").text()).contains("groups/global/");
    String delete = "<Delete><Object><Key>k</Key></Object></Delete>";
    Draft deletion = Client.draft("POST /box?delete").body(delete);
    deletion.header("Content-MD5", S3GatewayTest.md5(delete));
    assertThat(new Client(server, "").send(deletion).status()).isEqualTo(403);
    main.ok("HEAD /box/k");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_server_told_to_refuse_them_does_nothing_of_a_request_with_a_public_acl() {
    TestServer server = serve(PublicAcls.REFUSE);
    var main = new Client(server, "main");
    main.ok("PUT /box");
    Client.ok(main.put("/box/k", "x"));
    String ofBucket = main.ok("GET /box?acl").text();
    String ofObject = main.ok("GET /box/k?acl").text();
    for (Draft request : requests()) {
      String as = request.method + " " + request.target + " " + request.headers;
      Answer answer = main.send(request);
      assertThat(answer.status()).as(as).isEqualTo(403);
      assertThat(answer.code()).as(as).isEqualTo("AccessDenied");
      assertThat(answer.text()).as(as).contains("gateway.public-acls").contains("policy");
      assertThat(main.ok("GET /").text()).as(as).doesNotContain("<Name>made");
      assertThat(main.call("HEAD /box/made").status()).as(as).isEqualTo(404);
      assertThat(main.ok("GET /box?uploads").text()).as(as).doesNotContain("<Upload>");
      assertThat(main.ok("GET /box?acl").text()).as(as).isEqualTo(ofBucket);
      assertThat(main.ok("GET /box/k?acl").text()).as(as).isEqualTo(ofObject);
    }
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_server_told_to_allow_them_opens_what_they_are_on() {
    TestServer server = serve(PublicAcls.ALLOW);
    var main = new Client(server, "main");
    main.ok("PUT /box", "x-amz-acl", "public-read-write");
    Client.ok(main.put("/box/k", "x", "x-amz-acl", "public-read"));
    var nobody = new Client(server, "");
    nobody.ok("GET /box");
    nobody.ok("GET /box/k");
    Client.ok(nobody.put("/box/theirs", "x"));
    assertThat(main.ok("GET /box?policyStatus").text()).contains("true");
  }

  @ParameterizedTest
  @EnumSource
  @OverStoresWith(Claim.ACLS)
  void what_was_public_before_is_public_only_where_that_is_allowed(PublicAcls publicAcls) {
    TestServer server = serve(publicAcls);
    var main = new Client(server, "main");
    main.ok("PUT /box");
    Client.ok(main.put("/box/k", "x"));
    var everything = new Acl.Grant(new Acl.Everyone(), Acl.Permission.FULL_CONTROL);
    var open = new Acl(List.of(everything));
    Bucket bucket = server.stores.buckets().find(new BucketName("box")).orElseThrow();
    server.stores.buckets().setDocument(bucket, DocumentKind.ACL, open.text());
    server
        .stores
        .objects()
        .annotate(new Annotate(bucket, new Key("k"), Version.LATEST, new Annotate.SetAcl(open)));
    assertThat(main.ok("GET /box/k?acl").text()).contains("AllUsers");
    if (publicAcls == PublicAcls.ALLOW) {
      assertThat(asked(server)).contains(200);
    } else {
      assertThat(asked(server)).containsOnly(403);
    }
  }

  static Stream<Arguments> policies() {
    return Arrays.stream(PublicAcls.values())
        .map(publicAcls -> Arguments.of(publicAcls, publicAcls == PublicAcls.ALLOW ? 200 : 403));
  }

  @ParameterizedTest
  @MethodSource("policies")
  @OverStoresWith(Claim.ACLS)
  void policies_and_grants_to_tenants_open_what_they_did(PublicAcls publicAcls, int shared) {
    TestServer server = serve(publicAcls);
    var main = new Client(server, "main");
    var alt = new Client(server, "alt");
    var nobody = new Client(server, "");
    main.ok("PUT /box", "x-amz-grant-write", "id=alt-canonical-id");
    Client.ok(alt.put("/box/theirs", "x"));
    Client.ok(main.put("/box/k", "x", "x-amz-grant-read", "id=alt-canonical-id"));
    alt.ok("GET /box/k");
    assertThat(nobody.call("GET /box/k").status()).isEqualTo(403);
    Client.ok(
        main.put(
            "/box?policy",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",\
            "Action":"s3:GetObject","Resource":"arn:aws:s3:::box/*"}]}\
            """));
    nobody.ok("GET /box/k");
    // A policy does not speak for the owner of an object that is another's.
    assertThat(nobody.call("GET /box/theirs").status()).isEqualTo(403);
    int given = alt.call("PUT /box/theirs?acl", "x-amz-acl", "public-read").status();
    assertThat(given).isEqualTo(publicAcls == PublicAcls.REFUSE ? 403 : 200);
    assertThat(nobody.call("GET /box/theirs").status()).isEqualTo(shared);
  }
}
