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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A condition holds for what a request does, however it is spelled.
class ConditionEvasionTest {
  private static final String GROUP = "http://acs.amazonaws.com/groups/global/AllUsers";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static String old;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /box");
    main.ok("PUT /secret");
    Client.ok(main.put("/secret/k", "x"));
    Client.ok(
        main.put(
            "/box?versioning",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"));
    old = String.valueOf(Client.ok(main.put("/box/k", "old")).header("x-amz-version-id"));
    Client.ok(main.put("/box/k", "new"));
  }

  @BeforeEach
  void fresh() {
    main.ok("DELETE /box?policy");
    main.ok("DELETE /secret?policy");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void deny(String action, String condition) {
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"%s",\
        "Resource":["arn:aws:s3:::box/*"],"Condition":{%s}}]}\
        """
            .formatted(action, condition.replace('\'', '"'));
    Client.ok(main.put("/box?policy", policy));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      textBlock =
          """
          'StringEquals':{'s3:x-amz-acl':'public-read'}          | x-amz-acl: public-read                            | AccessDenied
          'StringEquals':{'s3:x-amz-acl':'public-read'}          | x-amz-acl: Public-Read                            | InvalidArgument
          'StringEquals':{'s3:x-amz-acl':'public-read'}          | x-amz-acl: private                                | ok
          'StringEquals':{'s3:x-amz-acl':'public-read'}          | x-amz-acl: private; x-amz-acl: public-read        | InvalidRequest
          'StringLike':{'s3:x-amz-grant-read':'*AllUsers*'}      | x-amz-grant-read: id=MAIN, uri=GROUP              | AccessDenied
          'StringLike':{'s3:x-amz-grant-read':'*AllUsers*'}      | x-amz-grant-read: id=MAIN; x-amz-grant-read: uri=GROUP | InvalidRequest
          'StringEquals':{'s3:x-amz-grant-read':'uri=GROUP'}     | x-amz-grant-read:  URI="GROUP"                    | AccessDenied
          'StringEquals':{'s3:x-amz-grant-read':'uri="GROUP"'}   | x-amz-grant-read: uri=GROUP                       | AccessDenied
          'StringNotEquals':{'s3:x-amz-grant-read':'id=MAIN'}    | x-amz-grant-read: id="MAIN"                       | ok
          'StringNotEquals':{'s3:x-amz-grant-read':'id=MAIN'}    | x-amz-grant-read: id=MAIN,uri=GROUP               | AccessDenied
          'StringLike':{'s3:x-amz-copy-source':'secret/*'}       | x-amz-copy-source: /secret/k                      | AccessDenied
          'StringLike':{'s3:x-amz-copy-source':'secret/*'}       | x-amz-copy-source: secret/k                       | AccessDenied
          'StringLike':{'s3:x-amz-copy-source':'/secret/*'}      | x-amz-copy-source: secret/k                       | AccessDenied
          'StringLike':{'s3:x-amz-copy-source':'secret/*'}       | x-amz-copy-source: %73ecret/k                     | AccessDenied
          'StringLike':{'s3:x-amz-copy-source':'secret/*'}       | x-amz-copy-source: secret%2Fk                     | AccessDenied
          'StringNotLike':{'s3:x-amz-copy-source':'secret/*'}    | x-amz-copy-source: /secret/k                      | ok
          'StringEquals':{'s3:x-amz-metadata-directive':'COPY'}  | x-amz-copy-source: /secret/k                      | AccessDenied
          'StringEquals':{'s3:x-amz-metadata-directive':'COPY'}  | x-amz-copy-source: /secret/k; x-amz-metadata-directive: REPLACE | ok
          'Null':{'s3:if-none-match':'true'},'Bool':{'s3:ObjectCreationOperation':'true'} | x-amz-meta-a: b          | AccessDenied
          'Null':{'s3:if-none-match':'true'},'Bool':{'s3:ObjectCreationOperation':'true'} | if-none-match: "none"    | ok
          'Null':{'s3:if-none-match':'true'},'Bool':{'s3:ObjectCreationOperation':'true'} | if-none-match: ,         | AccessDenied
          'StringNotEquals':{'s3:if-none-match':'*'}             | if-none-match: "none"                             | AccessDenied
          'StringEquals':{'s3:x-amz-storage-class':'STANDARD'}   | x-amz-storage-class: STANDARD                     | AccessDenied
          'StringEquals':{'s3:RequestObjectTag/a':'b c'}         | x-amz-tagging: %61=b+c                            | AccessDenied
          'StringEquals':{'s3:x-amz-content-sha256':'UNSIGNED-PAYLOAD'} | x-amz-content-sha256: UNSIGNED-PAYLOAD     | AccessDenied
          'NumericLessThan':{'s3:TlsVersion':'1.2'}              | x-amz-meta-a: b                                   | ok
          'Bool':{'aws:ViaAWSService':'false'},'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'} | x-amz-meta-a: b        | AccessDenied
          """)
  void a_denial_to_put_holds(String condition, String headers, String outcome) {
    deny("s3:PutObject", filled(condition).replace("=\"" + GROUP + "\"", "=\\\"" + GROUP + "\\\""));
    Draft draft = new Draft("PUT /box/new").body(headers.contains("copy-source") ? "" : "x");
    for (String header : filled(headers).split("; ", -1)) {
      int colon = header.indexOf(':');
      draft.header(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    Answer answer = main.send(draft);
    if (outcome.equals("ok")) {
      if (headers.contains("grant")) StoreUnderTest.require(Claim.ACLS);
      Client.ok(answer);
    } else {
      assertThat(answer.code()).as(answer.text()).isEqualTo(outcome);
    }
  }

  private static String filled(String text) {
    String id = server.callers.account("main").tenant().text();
    return text.replace("MAIN", id).replace("GROUP", GROUP);
  }

  @Test
  void parts_are_told_from_objects() {
    deny(
        "s3:PutObject",
        "'Null':{'s3:if-none-match':'true'},'Bool':{'s3:ObjectCreationOperation':'true'}");
    Answer begun = main.ok("POST /box/big?uploads");
    String id = begun.text().replaceAll("(?s).*<UploadId>(.*)</UploadId>.*", "$1");
    Answer part = Client.ok(main.put("/box/big?partNumber=1&uploadId=" + id, "x"));
    String document =
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
            .formatted(part.header("etag"));
    Draft complete = new Draft("POST /box/big?uploadId=" + id).body(document);
    assertThat(main.send(complete.copy()).code()).isEqualTo("AccessDenied");
    Client.ok(main.send(complete.copy().header("if-none-match", "*")));
  }

  @Test
  void the_version_is_the_one_that_is_acted_on() {
    String only = "'StringNotEquals':{'s3:VersionId':'" + old + "'}";
    deny("s3:*Version", only);
    String newer = String.valueOf(main.ok("HEAD /box/k").header("x-amz-version-id"));
    Client.ok(main.call("GET /box/k?versionId=" + old));
    assertThat(main.call("GET /box/k?versionId=" + newer).code()).isEqualTo("AccessDenied");
    String newest = "/box/k?versionId=" + newer;
    assertThat(main.call("PUT /secret/x?versionId=" + old, "x-amz-copy-source", newest).status())
        .as("the parameter is nothing a copy has")
        .isEqualTo(400);
    String copy = "PUT /secret/x";
    assertThat(main.call(copy, "x-amz-copy-source", newest).status()).isEqualTo(403);
    Client.ok(main.call(copy, "x-amz-copy-source", "/box/k?versionId=" + old));
    String document =
        "<Delete><Object><Key>k</Key><VersionId>%s</VersionId></Object></Delete>".formatted(newer);
    Draft delete = new Draft("POST /box?delete").body(document);
    delete.header("Content-MD5", S3GatewayTest.md5(document));
    assertThat(Client.ok(main.send(delete)).text()).contains("AccessDenied");
    Client.ok(main.call("HEAD /box/k"));
  }

  @Test
  void a_signature_without_a_time_is_as_old_as_can_be() {
    deny("s3:GetObject", "'NumericGreaterThan':{'s3:signatureAge':'600000'}");
    main.ok("GET /box/k");
    String url = PresignedV2Test.url("GET", "/box/k", "/box/k");
    assertThat(new Client(server, "").call("GET " + url).code()).isEqualTo("AccessDenied");
    deny("s3:GetObject", "'StringNotEquals':{'s3:authType':'REST-HEADER'}");
    main.ok("GET /box/k");
    assertThat(new Client(server, "").call("GET " + url).code()).isEqualTo("AccessDenied");
  }

  @Test
  void tags_of_buckets_and_what_asks_for_them_count() {
    String red = "<Tagging><TagSet><Tag><Key>c</Key><Value>red</Value></Tag></TagSet></Tagging>";
    Client.ok(main.put("/box?tagging", red));
    deny("s3:GetObject", "'StringEquals':{'s3:BucketTag/c':'red'}");
    assertThat(main.call("GET /box/k").code()).isEqualTo("AccessDenied");
    deny("s3:GetObject", "'StringEquals':{'aws:ResourceTag/c':'blue'}");
    main.ok("GET /box/k");
    String policy =
        "{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:PutBucketTagging\","
            + "\"Resource\":\"arn:aws:s3:::box\",\"Condition\":{\"StringEquals\":"
            + "{\"aws:RequestTag/c\":\"blue\"}}}}";
    Client.ok(main.put("/box?policy", policy));
    assertThat(main.put("/box?tagging", red.replace("red", "blue")).code())
        .isEqualTo("AccessDenied");
    Client.ok(main.put("/box?tagging", red));
  }

  @Test
  void a_bucket_is_made_where_the_policy_says() {
    String allow =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:CreateBucket\",\"Resource\":\"*\","
            + "\"Condition\":{\"StringEquals\":{\"s3:LocationConstraint\":\"elsewhere\"}}}}";
    server.callers.add(
        new Caller.User(
            server.callers.account("main"),
            "maker",
            TestServer.Crowd.key("maker"),
            List.of(Policy.ofIdentity(allow, "p"))));
    var maker = new Client(server, "maker");
    String body =
        "<CreateBucketConfiguration><LocationConstraint>%s</LocationConstraint></CreateBucketConfiguration>";
    assertThat(maker.put("/made", "").code()).isEqualTo("AccessDenied");
    assertThat(maker.put("/made", body.formatted("us-east-1")).code()).isEqualTo("AccessDenied");
    Client.ok(maker.put("/made", body.formatted("elsewhere")));
  }
}
