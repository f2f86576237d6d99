package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import io.tarn.request.Percent;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3GatewayTest {
  private static final AtomicInteger BUCKETS = new AtomicInteger();

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client alt;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client nobody;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    alt = new Client(server, "alt");
    nobody = new Client(server, "");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String bucket() {
    String bucket = "bucket-" + BUCKETS.incrementAndGet();
    main.ok("PUT /" + bucket);
    return bucket;
  }

  private static void policy(String bucket, String effect, String principal, String rest) {
    Client.ok(
        main.put(
            "/" + bucket + "?policy",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"%s","Principal":%s,%s}]}\
            """
                .formatted(effect, principal, rest)));
  }

  @Test
  void many_keys_go_with_one_request_each_on_its_own() {
    String b = bucket();
    for (String key : List.of("a", "b", "c")) Client.ok(main.put("/" + b + "/" + key, "x"));
    String document =
        "<Delete><Object><Key>a</Key></Object><Object><Key>absent</Key></Object><Object><Key>"
            + "k".repeat(1025)
            + "</Key></Object><Object><Key>../b</Key></Object></Delete>";
    Draft draft = new Draft("POST /" + b + "?delete").body(document);
    assertThat(main.send(draft).code()).as("not vouched for").isEqualTo("InvalidRequest");
    Answer answer = Client.ok(main.send(draft.header("Content-MD5", md5(document))));
    assertThat(answer.text())
        .contains("<Deleted><Key>a</Key></Deleted><Deleted><Key>absent</Key></Deleted>")
        .contains("<Code>KeyTooLongError</Code>")
        .contains("<Deleted><Key>../b</Key></Deleted>");
    assertThat(main.call("GET /" + b + "/a").status()).isEqualTo(404);
    assertThat(main.call("GET /" + b + "/b").status()).isEqualTo(200);
  }

  static String md5(String text) {
    try {
      byte[] sum = MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void pages_join_to_the_whole() {
    String b = bucket();
    List<String> keys = List.of("a", "b/1", "b/2", "c d", "d/1", "e\u00e9");
    for (String key : keys) Client.ok(main.put("/" + b + "/" + Percent.encode(key, true), "x"));
    var seen = new StringBuilder();
    String token = "";
    do {
      Answer page =
          main.ok(
              "GET /"
                  + b
                  + "?list-type=2&max-keys=1&delimiter=/"
                  + (token.isEmpty() ? "" : "&continuation-token=" + token));
      assertThat(page.header("x-amz-bucket-region")).isEqualTo("us-east-1");
      seen.append(page.between("<Key>", "</Key>"));
      seen.append(page.between("<CommonPrefixes><Prefix>", "</Prefix>")).append('|');
      token = page.between("<NextContinuationToken>", "</NextContinuationToken>");
    } while (!token.isEmpty());
    assertThat(seen.toString()).isEqualTo("a|b/|c d|d/|e\u00e9|");
    assertThat(main.call("GET /" + b + "?list-type=2&continuation-token=junk").code())
        .isEqualTo("InvalidArgument");
    assertThat(main.ok("GET /" + b + "?max-keys=0").text())
        .contains("<MaxKeys>0</MaxKeys>", "<IsTruncated>false</IsTruncated>");
  }

  @Test
  void only_who_signed_learns_how_long_it_took_and_nobodys_bytes_are_taken_for_a_page() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/page.html", "<html>"));
    Answer signed = main.ok("GET /" + b + "/page.html");
    assertThat(signed.header("server-timing")).contains("total;dur=");
    Answer anonymous = nobody.call("GET /" + b + "/page.html");
    Draft forged = new Draft("GET /" + b + "/page.html").signed("main", main.host());
    String last = forged.headers.removeLast();
    forged.headers.add(last.substring(0, last.length() - 64) + "0".repeat(64));
    Answer wrong = main.sendAsIs(forged);
    assertThat(List.of(anonymous.code(), wrong.code()))
        .containsExactly("AccessDenied", "SignatureDoesNotMatch");
    for (Answer answer : List.of(anonymous, wrong)) {
      assertThat(answer.header("server-timing")).isEmpty();
    }
    for (Answer answer : List.of(signed, anonymous, wrong)) {
      assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    }
  }

  @Test
  void a_list_may_start_after_any_key_there_or_not() {
    String b = bucket();
    for (String key : List.of("a", "b", "c/1", "c/2", "d")) {
      Client.ok(main.put("/" + b + "/" + key, ""));
    }
    String from = "GET /" + b + "?list-type=2&start-after=";
    assertThat(main.ok(from + "b").text()).contains("<StartAfter>b</StartAfter><KeyCount>3<");
    assertThat(main.ok(from + "bb").text()).contains("<KeyCount>3<").doesNotContain("<Key>b<");
    assertThat(main.ok(from + "c%2F1&delimiter=%2F").text())
        .as("a group is only listed when it is greater, as in S3")
        .contains("<KeyCount>1<", "<Key>d</Key>")
        .doesNotContain("CommonPrefixes");
    assertThat(main.ok(from + "z").text()).contains("<KeyCount>0<");
  }

  @Test
  void buckets_are_listed_page_by_page_to_their_owner_only() {
    var tenant = new Client(server, "tenant");
    for (String name : List.of("paged-a", "paged-b", "paged-c")) tenant.ok("PUT /" + name);
    Answer first = tenant.ok("GET /?max-buckets=2");
    assertThat(first.text()).contains("paged-a", "paged-b").doesNotContain("paged-c");
    String token = first.between("<ContinuationToken>", "</ContinuationToken>");
    Answer second = tenant.ok("GET /?max-buckets=2&continuation-token=" + token);
    assertThat(second.text()).contains("paged-c").doesNotContain("paged-a", "ContinuationToken");
    assertThat(main.ok("GET /").text()).doesNotContain("paged-");
    assertThat(nobody.call("GET /").code()).isEqualTo("AccessDenied");
  }

  @Test
  void a_bucket_name_belongs_to_who_came_first() {
    String b = bucket();
    assertThat(main.call("PUT /" + b, "x-amz-acl", "public-read").code())
        .isEqualTo("BucketAlreadyOwnedByYou");
    assertThat(alt.call("PUT /" + b).code()).isEqualTo("BucketAlreadyExists");
    assertThat(
            main.put(
                    "/" + b + "-x",
                    "<CreateBucketConfiguration><LocationConstraint>mars</LocationConstraint></CreateBucketConfiguration>")
                .code())
        .isEqualTo("InvalidLocationConstraint");
    Client.ok(main.put("/" + b + "/k", "x"));
    StoreUnderTest.require(Claim.BUCKETS_FOR_CLIENTS);
    assertThat(main.call("DELETE /" + b).code()).isEqualTo("BucketNotEmpty");
    StoreUnderTest.require(Claim.ACLS); // or it is not what is asked for
    assertThat(main.call("PUT /" + b).status()).as("done already").isEqualTo(200);
  }

  @Test
  void strangers_learn_nothing() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "x"));
    for (Client stranger : List.of(alt, nobody)) {
      for (String line :
          List.of(
              "GET /" + b + "/k",
              "GET /" + b + "/absent",
              "GET /" + b,
              "DELETE /" + b + "/k",
              "PUT /" + b + "/k",
              "GET /" + b + "?policy",
              "DELETE /" + b,
              "GET /" + b + "?versions",
              "POST /" + b + "/k?uploads",
              "GET /" + b + "?uploads")) {
        assertThat(stranger.call(line).code()).as(line).isEqualTo("AccessDenied");
      }
      assertThat(stranger.call("HEAD /" + b).status()).isEqualTo(403);
      assertThat(stranger.call("GET /" + b + "/k", "If-None-Match", "*").status())
          .as("conditions come after permission")
          .isEqualTo(403);
    }
    assertThat(nobody.call("GET /no-such-bucket-at-all/k").code())
        .as("names of buckets are no secret")
        .isEqualTo("NoSuchBucket");
    assertThat(alt.call("GET /no-such-bucket-at-all/k").code()).isEqualTo("NoSuchBucket");
  }

  @Test
  void a_policy_lets_in_and_shuts_out() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/public/k", "x"));
    Client.ok(main.put("/" + b + "/private/k", "x"));
    String resource = "\"Resource\":\"arn:aws:s3:::" + b + "/public/*\"";
    policy(b, "Allow", "\"*\"", "\"Action\":\"s3:GetObject\"," + resource);
    assertThat(nobody.call("GET /" + b + "/public/k").text()).isEqualTo("x");
    assertThat(nobody.call("GET /" + b + "/private/k").status()).isEqualTo(403);
    assertThat(nobody.call("GET /" + b + "/public/absent").code())
        .as("who may not list does not learn what is absent")
        .isEqualTo("AccessDenied");
    assertThat(nobody.call("GET /" + b + "/public/k?response-content-type=text/html").code())
        .isEqualTo("InvalidRequest");
    assertThat(main.ok("GET /" + b + "?policyStatus").text()).contains("<IsPublic>true</IsPublic>");
    policy(b, "Deny", "\"*\"", "\"Action\":\"s3:GetObject\"," + resource);
    assertThat(main.call("GET /" + b + "/public/k").code()).isEqualTo("AccessDenied");
    main.ok("DELETE /" + b + "?policy");
    assertThat(main.call("GET /" + b + "?policy").code()).isEqualTo("NoSuchBucketPolicy");
    assertThat(main.ok("GET /" + b + "/public/k").text()).isEqualTo("x");
    assertThat(main.put("/" + b + "?policy", "{nonsense").code()).isEqualTo("MalformedPolicy");
  }

  @Test
  void a_copy_is_asked_at_both_ends() {
    String from = bucket();
    Client.ok(main.put("/" + from + "/k", "secret"));
    alt.ok("PUT /" + from + "-alt");
    assertThat(alt.call("PUT /" + from + "-alt/k", "x-amz-copy-source", "/" + from + "/k").code())
        .isEqualTo("AccessDenied");
    String upload = alt.ok("POST /" + from + "-alt/k?uploads").between("<UploadId>", "</UploadId>");
    assertThat(
            alt.call(
                    "PUT /" + from + "-alt/k?partNumber=1&uploadId=" + upload,
                    "x-amz-copy-source",
                    "/" + from + "/k")
                .code())
        .isEqualTo("AccessDenied");
  }

  @Test
  void a_user_may_what_its_policies_say_and_each_key_of_many_is_asked_for() {
    String b = bucket();
    for (String key : List.of("mine/a", "other/a")) Client.ok(main.put("/" + b + "/" + key, "x"));
    var allowed =
        Policy.ofIdentity(
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*Object",\
            "Resource":"arn:aws:s3:::%s/mine/*"}]}\
            """
                .formatted(b),
            "mine");
    server.callers.add(
        new Caller.User(
            server.callers.account("main"), "joe", TestServer.Crowd.key("joe"), List.of(allowed)));
    var joe = new Client(server, "joe");
    joe.ok("GET /" + b + "/mine/a");
    assertThat(joe.call("GET /" + b + "/other/a").code()).isEqualTo("AccessDenied");
    String document =
        "<Delete><Object><Key>mine/a</Key></Object><Object><Key>other/a</Key></Object></Delete>";
    Answer answer =
        Client.ok(
            joe.send(
                new Draft("POST /" + b + "?delete")
                    .body(document)
                    .header("Content-MD5", md5(document))));
    assertThat(answer.text())
        .contains("<Deleted><Key>mine/a</Key></Deleted>")
        .contains("<Error><Key>other/a</Key><Code>AccessDenied</Code>");
    assertThat(main.call("GET /" + b + "/other/a").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /b%00/k, InvalidURI",
    "GET /bucket/%00, InvalidURI",
    "GET /bucket/%FF, InvalidURI",
    "GET /bucket/%C0%AE%C0%AE, InvalidURI",
    "GET /bucket/%2, InvalidURI",
    "GET /../secret, InvalidBucketName",
    "GET /bucket?abac, NotImplemented",
    "PUT /bucket?lifecycle, NotImplemented",
    "POST /bucket, NotImplemented",
    "TRACE /bucket/k, MethodNotAllowed",
    "OPTIONS /bucket/k, BadRequest",
  })
  void nonsense_is_answered_in_xml_with_a_request_id(String line, String code) {
    Answer answer = line.startsWith("OPTIONS") ? nobody.call(line) : send(line);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    assertThat(answer.between("<RequestId>", "</RequestId>"))
        .isEqualTo(answer.header("x-amz-request-id"));
  }

  /// Unsigned: some targets no signer could sign.
  private static Answer send(String line) {
    return nobody.call(line);
  }

  @Test
  void continue_is_only_said_to_who_may_go_on() {
    String b = bucket();
    for (String who : List.of("main", "alt")) {
      try (var wire = new Wire(server.port())) {
        var client = new Client(server, who);
        Draft draft = new Draft("PUT /" + b + "/k").body("hello").header("Expect", "100-continue");
        wire.send(draft.signed(who, client.host()).head(client.host()), new byte[0]);
        Answer first = wire.receive(false);
        assertThat(first.status()).isEqualTo(who.equals("main") ? 100 : 403);
        if (first.status() != 100) continue;
        wire.send("", draft.body);
        assertThat(wire.receive(false).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void an_error_before_the_body_was_read_leaves_the_connection_usable() {
    String b = bucket();
    try (var wire = new Wire(server.port())) {
      Draft wrong = new Draft("PUT /no-such-bucket-here/k").body("x".repeat(10_000));
      wire.send(wrong.signed("main", main.host()).head(main.host()), wrong.body);
      assertThat(wire.receive(false).code()).isEqualTo("NoSuchBucket");
      Draft right = new Draft("PUT /" + b + "/k").body("x");
      wire.send(right.signed("main", main.host()).head(main.host()), right.body);
      assertThat(wire.receive(false).status()).isEqualTo(200);
    }
  }

  @Test
  void the_bucket_may_stand_in_the_host() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "x"));
    String host = b + ".s3.tarn.test";
    Draft draft = new Draft("GET /k").signed("main", host);
    try (var wire = new Wire(server.port())) {
      wire.send(draft.head(host), new byte[0]);
      assertThat(wire.receive(false).text()).isEqualTo("x");
    }
  }

  @Test
  void a_body_that_stops_halfway_leaves_nothing() {
    String b = bucket();
    Draft draft = new Draft("PUT /" + b + "/k").body("x".repeat(100_000));
    draft.signed("main", main.host());
    try (var wire = new Wire(server.port())) {
      wire.send(draft.head(main.host()), new byte[50_000]);
    }
    assertThat(main.call("GET /" + b + "/k").status()).isEqualTo(404);
  }

  @Test
  void a_presigned_link_says_what_its_signer_may() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "x"));
    var signer =
        new RequestSigner(
            TestServer.Crowd.key("main"),
            new SecretKey(TestServer.Crowd.password("main"), 1),
            TestServer.REGION);
    String url =
        signer.presignedUrl(
            "GET",
            server.endpoint(),
            "/" + b + "/k",
            Instant.now(),
            Duration.ofMinutes(5),
            "response-content-type",
            "text/html");
    Answer answer = nobody.call("GET " + url.substring(server.endpoint().length()));
    assertThat(answer.text()).isEqualTo("x");
    assertThat(answer.header("content-type")).isEqualTo("text/html");
    assertThat(nobody.call("DELETE " + url.substring(server.endpoint().length())).code())
        .isEqualTo("SignatureDoesNotMatch");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void an_access_control_list_opens_what_it_says_and_a_policy_closes_it_again() {
    String b = bucket();
    Client.ok(main.put("/" + b + "/k", "x", "x-amz-acl", "public-read"));
    Client.ok(main.put("/" + b + "/private", "x"));
    assertThat(nobody.call("GET /" + b + "/k").text()).isEqualTo("x");
    assertThat(nobody.ok("GET /" + b + "/k").headers()).doesNotContainKey("x-amz-acl");
    assertThat(nobody.call("GET /" + b + "/private").status()).isEqualTo(403);
    assertThat(nobody.call("GET /" + b).status()).isEqualTo(403);
    assertThat(nobody.call("GET /" + b + "/k?acl").status()).isEqualTo(403);
    assertThat(main.ok("GET /" + b + "/k?acl").text())
        .contains("<Permission>READ</Permission>", "AllUsers", "main-canonical-id");

    main.ok("PUT /" + b + "?acl", "x-amz-acl", "public-read-write");
    assertThat(nobody.call("GET /" + b).status()).isEqualTo(200);
    assertThat(nobody.call("GET /" + b + "/absent").code()).isEqualTo("NoSuchKey");
    Client.ok(alt.put("/" + b + "/alts", "y"));
    assertThat(alt.ok("GET /" + b + "/alts").text()).as("its own").isEqualTo("y");
    assertThat(main.ok("GET /" + b).text()).contains("<ID>alt-canonical-id</ID>");
    assertThat(alt.call("PUT /" + b + "?acl", "x-amz-acl", "private").status()).isEqualTo(403);

    main.ok("PUT /" + b + "/copy", "x-amz-copy-source", "/" + b + "/k");
    assertThat(nobody.call("GET /" + b + "/copy").status()).as("never copied").isEqualTo(403);
    main.ok("PUT /" + b + "/k?acl", "x-amz-acl", "private");
    assertThat(nobody.call("GET /" + b + "/k").status()).isEqualTo(403);
    main.ok("PUT /" + b + "/k?acl", "x-amz-grant-read", "id=\"alt-canonical-id\"");
    assertThat(alt.call("GET /" + b + "/k").status()).isEqualTo(200);
    assertThat(main.call("PUT /" + b + "/k?acl", "x-amz-grant-read", "id=\"ghost\"").code())
        .isEqualTo("InvalidArgument");
    policy(
        b,
        "Deny",
        "\"*\"",
        "\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::" + b + "/*\"");
    assertThat(alt.call("GET /" + b + "/k").status()).as("what denies wins").isEqualTo(403);
  }

  @Test
  void a_bucket_is_where_it_was_asked_for_by_any_name_of_the_region() {
    String b = "/bucket-" + BUCKETS.incrementAndGet();
    Client.ok(
        main.put(
            b,
            "<CreateBucketConfiguration><LocationConstraint>elsewhere</LocationConstraint></CreateBucketConfiguration>"));
    assertThat(main.ok("GET " + b + "?location").text()).contains(">elsewhere<");
  }
}
