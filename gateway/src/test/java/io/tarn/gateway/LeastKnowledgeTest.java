package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nobody learns or carries away what they may not read, and a right to write is no more than that.
class LeastKnowledgeTest {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static String etag;

  private static int made;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /box");
    etag = String.valueOf(Client.ok(main.put("/box/k", "x")).header("etag"));
    Client.ok(main.put("/box/tagged", "x", "x-amz-tagging", "public=yes"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A user who may do this in the box and nothing else.
  private static Client user(String... actions) {
    String name = "u" + ++made;
    String allow =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],\
        "Resource":["arn:aws:s3:::box","arn:aws:s3:::box/*"]}]}\
        """
            .formatted(String.join("\",\"", actions));
    server.callers.add(
        new Caller.User(
            server.callers.account("main"),
            name,
            TestServer.Crowd.key(name),
            List.of(Policy.ofIdentity(allow, "p"))));
    return new Client(server, name);
  }

  @ParameterizedTest
  @CsvSource({
    "if-none-match, *, k",
    "if-none-match, *, absent",
    "if-none-match, ETAG, k",
    "if-none-match, other, k",
    "if-match, ETAG, k",
    "if-match, other, k",
    "if-match, *, k",
    "if-match, *, absent",
    "if-match, other, absent",
  })
  void who_may_only_write_learns_nothing_by_conditions(String header, String value, String key) {
    Client writer = user("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload");
    String said = value.replace("ETAG", etag);
    String target = "/box/" + key;
    assertThat(writer.put(target, "y", header, said).code()).isEqualTo("AccessDenied");
    String id = uploadId(writer.ok("POST " + target + "?uploads"));
    Answer part = Client.ok(writer.put(target + "?partNumber=1&uploadId=" + id, "x"));
    Draft complete =
        new Draft("POST " + target + "?uploadId=" + id)
            .header(header, said)
            .body(
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
                    .formatted(part.header("etag")));
    assertThat(writer.send(complete).code()).isEqualTo("AccessDenied");
    writer.ok("DELETE " + target + "?uploadId=" + id);
    if (header.equals("if-match")) {
      assertThat(writer.call("DELETE " + target, header, said).code()).isEqualTo("AccessDenied");
    }
    assertThat(main.call("HEAD /box/absent").status()).isEqualTo(404);
    main.ok("HEAD /box/k");
  }

  private static String uploadId(Answer begun) {
    return begun.text().replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
  }

  @Test
  void who_may_read_or_list_is_told_what_conditions_tell() {
    Client lister = user("s3:PutObject", "s3:ListBucket");
    assertThat(lister.put("/box/k", "y", "if-none-match", "*").status()).isEqualTo(412);
    assertThat(lister.put("/box/k", "y", "if-match", "other").code()).isEqualTo("AccessDenied");
    Client.ok(lister.put("/box/made" + made, "y", "if-none-match", "*"));
    Client reader = user("s3:PutObject", "s3:GetObject");
    assertThat(reader.put("/box/k", "y", "if-none-match", "*").status()).isEqualTo(412);
    assertThat(reader.put("/box/k", "y", "if-match", "other").status()).isEqualTo(412);
    assertThat(reader.put("/box/absent", "y", "if-match", "other").status()).isEqualTo(403);
    Client.ok(reader.put("/box/k", "x", "if-match", etag));
    assertThat(main.put("/box/absent", "y", "if-match", "other").status()).isEqualTo(404);
  }

  @Test
  void a_multi_delete_asks_for_each_key_what_its_condition_asks() {
    String document =
        "<Delete><Object><Key>k</Key><ETag>%s</ETag></Object></Delete>".formatted(etag);
    Draft delete =
        new Draft("POST /box?delete")
            .body(document)
            .header("Content-MD5", S3GatewayTest.md5(document));
    assertThat(Client.ok(user("s3:DeleteObject").send(delete)).text()).contains("AccessDenied");
    main.ok("HEAD /box/k");
  }

  @Test
  @OverStoresWith(Claim.OWNERS)
  void conditions_tell_nothing_of_what_another_owner_keeps() {
    String b = "/shared" + ++made;
    main.ok("PUT " + b, "x-amz-acl", "public-read-write");
    var alt = new Client(server, "alt");
    String tag = String.valueOf(Client.ok(alt.put(b + "/kept", "x")).header("etag"));
    for (String value : List.of(tag, "\"other\"")) {
      for (String method : List.of("GET", "HEAD")) {
        assertThat(main.call(method + " " + b + "/kept", "if-match", value).status())
            .as(method + value)
            .isEqualTo(403);
      }
      assertThat(main.call("GET " + b + "/kept", "if-none-match", value).status()).isEqualTo(403);
      assertThat(
              main.call(
                      "PUT " + b + "/copy",
                      "x-amz-copy-source",
                      b + "/kept",
                      "x-amz-copy-source-if-match",
                      value)
                  .status())
          .isEqualTo(403);
      assertThat(main.put(b + "/kept", "y", "if-match", value).status()).isEqualTo(403);
      assertThat(main.call("DELETE " + b + "/kept", "if-match", value).status()).isEqualTo(403);
    }
    assertThat(alt.ok("GET " + b + "/kept").text()).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "s3:GetObjectTagging, s3:PutObjectTagging, 200",
    "s3:GetObjectTagging, s3:GetObject, 403",
    "s3:PutObjectTagging, s3:GetObject, 403",
    "s3:GetObject, s3:GetObject, 403",
  })
  void a_copy_takes_tags_along_with_the_permissions_that_tags_need(
      String one, String other, int status) {
    Client user = user("s3:GetObject", "s3:PutObject", one, other);
    String copy = "/box/copy" + made;
    assertThat(user.call("PUT " + copy, "x-amz-copy-source", "/box/tagged").status())
        .isEqualTo(status);
    boolean done = status == 200;
    assertThat(main.call("GET " + copy + "?tagging").text().contains("public")).isEqualTo(done);
    user.ok("PUT " + copy, "x-amz-copy-source", "/box/k");
    user.ok(
        "PUT " + copy + "2",
        "x-amz-copy-source",
        "/box/tagged",
        "x-amz-tagging-directive",
        "REPLACE");
    assertThat(main.ok("GET " + copy + "2?tagging").text()).doesNotContain("public");
  }

  /// Each end of a copy is told of by those who may know it.
  @ParameterizedTest
  @CsvSource({
    "true, false, NoSuchKey",
    "false, false, AccessDenied",
    "false, true, AccessDenied",
    "true, true, NoSuchKey",
  })
  void whether_the_source_of_a_copy_is_there_is_told_to_who_may_list_the_source(
      boolean listsSource, boolean listsTarget, String code) {
    String name = "u" + ++made;
    main.ok("PUT /drop" + made);
    String allow =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],\
        "Resource":"*"},{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":[%s]}]}\
        """;
    String box = "\"arn:aws:s3:::%s\"".formatted(listsSource ? "box" : "none");
    String drop = "\"arn:aws:s3:::%s\"".formatted(listsTarget ? "drop" + made : "none");
    server.callers.add(
        new Caller.User(
            server.callers.account("main"),
            name,
            TestServer.Crowd.key(name),
            List.of(Policy.ofIdentity(allow.formatted(box + "," + drop), "p"))));
    var user = new Client(server, name);
    String target = "/drop" + made + "/copy";
    assertThat(user.call("PUT " + target, "x-amz-copy-source", "/box/absent").code())
        .isEqualTo(code);
    String upload = uploadId(user.ok("POST " + target + "?uploads"));
    assertThat(
            user.call(
                    "PUT " + target + "?partNumber=1&uploadId=" + upload,
                    "x-amz-copy-source",
                    "/box/absent")
                .code())
        .isEqualTo(code);
    assertThat(
            user.call(
                    "PUT " + target + "?partNumber=1&uploadId=gone", "x-amz-copy-source", "/box/k")
                .code())
        .isEqualTo("NoSuchUpload");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void an_acl_to_write_is_to_put_objects_and_nothing_else() {
    String b = "/open" + ++made;
    main.ok("PUT " + b, "x-amz-acl", "public-read-write");
    Client.ok(main.put(b + "/mine", "x"));
    String mine = uploadId(main.ok("POST " + b + "/u?uploads"));
    var alt = new Client(server, "alt");
    for (Client other : List.of(new Client(server, ""), alt)) {
      Client.ok(other.put(b + "/theirs", "x"));
      for (String line :
          List.of(
              "DELETE " + b + "/mine",
              "DELETE " + b + "/theirs",
              "DELETE " + b + "/u?uploadId=" + mine,
              "GET " + b + "/u?uploadId=" + mine)) {
        assertThat(other.call(line).code()).as(line).isEqualTo("AccessDenied");
      }
    }
    main.ok("HEAD " + b + "/mine");
    String theirs = uploadId(alt.ok("POST " + b + "/a?uploads"));
    Client.ok(alt.put(b + "/a?partNumber=1&uploadId=" + theirs, "x"));
    assertThat(alt.ok("GET " + b + "/a?uploadId=" + theirs).text()).contains("<PartNumber>1<");
    main.ok("GET " + b + "/a?uploadId=" + theirs);
    alt.ok("DELETE " + b + "/a?uploadId=" + theirs);
    var nobody = new Client(server, "");
    String nobodys = uploadId(nobody.ok("POST " + b + "/n?uploads"));
    assertThat(nobody.call("DELETE " + b + "/n?uploadId=" + nobodys).status()).isEqualTo(403);
  }
}
