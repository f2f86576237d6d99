package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a bucket is: every answer about it says so, since clients that were told another region
/// learn it from there, and not all of them are told by a success.
class RegionsTest {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  private static final Map<String, Client> WHO = new HashMap<>();

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    for (String who : List.of("main", "alt", "")) WHO.put(who, new Client(server, who));
    Client main = client("main");
    Client.ok(main.put("/bkt", location("elsewhere")));
    Client.ok(main.put("/bkt/key", "content"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Client client(String who) {
    Client client = WHO.get(who);
    if (client == null) throw new IllegalArgumentException(who);
    return client;
  }

  private static String location(String region) {
    return """
    <CreateBucketConfiguration><LocationConstraint>%s</LocationConstraint>\
    </CreateBucketConfiguration>\
    """
        .formatted(region);
  }

  @ParameterizedTest
  @CsvSource({
    "main, HEAD /bkt, 200",
    "alt, HEAD /bkt, 403",
    "'', HEAD /bkt, 403",
    "main, GET /bkt, 200",
    "main, GET /bkt?policy, 404",
    "main, GET /bkt?versions&version-id-marker=x, 400",
    "main, GET /bkt?cors, 404",
    "main, GET /bkt?abac, 501",
    "main, DELETE /bkt, 409",
    "main, HEAD /bkt/key, 200",
    "main, GET /bkt/key, 200",
    "main, HEAD /bkt/nothing, 404",
    "main, GET /bkt/nothing, 404",
    "main, HEAD /bkt/key?versionId=x, 400",
    "main, GET /bkt/key?partNumber=2, 416",
    "alt, HEAD /bkt/key, 403",
    "'', GET /bkt/key, 403",
    "main, PATCH /bkt/key, 405",
    "main, DELETE /bkt/nothing, 204",
  })
  void every_answer_about_a_bucket_says_where_it_is(String who, String line, int status) {
    Answer answer = client(who).call(line);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("x-amz-bucket-region")).isEqualTo("elsewhere");
  }

  /// aws-cli and boto3 take the region from here and sign again.
  @ParameterizedTest
  @CsvSource({"HEAD /bkt/key", "HEAD /bkt", "GET /bkt"})
  void also_when_the_signature_is_for_another_region(String line) {
    Answer answer = signedForNowhere(client("main"), line);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("x-amz-bucket-region")).isEqualTo("elsewhere");
  }

  private static Answer signedForNowhere(Client client, String line) {
    Draft draft = new Draft(line).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    draft.dated(Instant.now());
    return client.sendAsIs(
        draft.header("Authorization", draft.authorization("main", client.host(), "nowhere")));
  }

  @Test
  void of_a_bucket_that_is_not_there_nothing_is_said() {
    Answer answer = client("main").call("HEAD /nothing");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("x-amz-bucket-region")).isEmpty();
  }

  @Test
  void a_bucket_has_a_name_for_policies() {
    assertThat(client("main").ok("HEAD /bkt").header("x-amz-bucket-arn"))
        .isEqualTo("arn:aws:s3:::bkt");
    Answer made = client("main").ok("PUT /another");
    assertThat(made.header("x-amz-bucket-arn")).isEqualTo("arn:aws:s3:::another");
    assertThat(made.header("x-amz-bucket-region")).isEqualTo(TestServer.REGION);
    assertThat(client("main").ok("GET /?prefix=bkt").text())
        .contains("<BucketRegion>elsewhere</BucketRegion><BucketArn>arn:aws:s3:::bkt</BucketArn>");
  }

  @Test
  @OverStoresWith(Claim.ACLS)
  void a_bucket_of_ones_own_is_made_again_where_it_is_and_nowhere_else() {
    Client main = client("main");
    Client.ok(main.put("/bkt", location("elsewhere")));
    Client.ok(main.put("/bkt", ""));
    assertThat(main.put("/bkt", location(TestServer.REGION)).code())
        .isEqualTo("BucketAlreadyOwnedByYou");
    assertThat(main.put("/new-one", location("nowhere")).code())
        .isEqualTo("InvalidLocationConstraint");
  }

  @Test
  void a_server_that_was_given_no_region_takes_any(@TempDir Path other) {
    var settings = TestServer.settings("", List.of(), 256, GatewaySettings.Documents.DEFAULTS);
    try (var open = new TestServer(other, 0, settings)) {
      var main = new Client(open, "main");
      Client.ok(main.put("/bkt", location("eu-west-1")));
      assertThat(main.ok("GET /bkt?location").text()).contains(">eu-west-1<");
      assertThat(main.ok("HEAD /bkt").header("x-amz-bucket-region")).isEqualTo("eu-west-1");
      assertThat(signedForNowhere(main, "GET /bkt").status()).isEqualTo(200);
      main.ok("PUT /plain");
      assertThat(main.ok("HEAD /plain").header("x-amz-bucket-region")).isEqualTo("us-east-1");
      assertThat(main.put("/no-name", location("a b")).code())
          .isEqualTo("InvalidLocationConstraint");
      assertThat(main.put("/no-name", location("a".repeat(65))).code())
          .isEqualTo("InvalidLocationConstraint");
    }
  }
}
