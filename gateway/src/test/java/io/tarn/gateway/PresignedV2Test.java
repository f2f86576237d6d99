package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.request.Percent;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// URLs as boto3 presigns them for an endpoint of its user's.
class PresignedV2Test {
  private static final String DOMAIN = "s3.tarn.test";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client nobody;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    nobody = new Client(server, "");
    main.ok("PUT /bkt");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// `path` with the parameters of a signature for `resource`.
  static String url(String method, String path, String resource) {
    long expires = Instant.now().getEpochSecond() + 60;
    String signature = hmac(method + "\n\n\n" + expires + "\n" + resource);
    return path
        + (path.contains("?") ? "&" : "?")
        + "AWSAccessKeyId="
        + TestServer.Crowd.key("main")
        + "&Signature="
        + Percent.encode(signature, false)
        + "&Expires="
        + expires;
  }

  static String url(String method, String path) {
    return url(method, path, path);
  }

  private static String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(TestServer.Crowd.password("main").getBytes(UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer toHost(String host, String method, String target) {
    try (var wire = new Wire(server.port())) {
      wire.send(new Draft(method + " " + target).head(host), new byte[0]);
      return wire.receive(method.equals("HEAD"));
    }
  }

  @Test
  void an_object_is_put_looked_at_read_and_removed() {
    String key = "/bkt/a%20key/%C3%A9";
    Client.ok(nobody.put(url("PUT", key), "hello"));
    assertThat(nobody.ok("HEAD " + url("HEAD", key)).header("content-length")).isEqualTo("5");
    assertThat(nobody.ok("GET " + url("GET", key)).text()).isEqualTo("hello");
    assertThat(nobody.call("GET " + url("PUT", key)).code()).isEqualTo("SignatureDoesNotMatch");
    nobody.ok("DELETE " + url("DELETE", key));
    assertThat(nobody.call("GET " + url("GET", key)).code()).isEqualTo("NoSuchKey");
  }

  @Test
  void what_the_answer_says_of_itself_is_signed() {
    Client.ok(main.put("/bkt/typed", "x"));
    String path = "/bkt/typed?response-content-type=text%2Fcsv";
    String url = url("GET", path, "/bkt/typed?response-content-type=text/csv");
    assertThat(nobody.ok("GET " + url).header("content-type")).isEqualTo("text/csv");
    assertThat(nobody.call("GET " + url.replace("csv", "html")).code())
        .isEqualTo("SignatureDoesNotMatch");
  }

  /// boto3 moves these headers there once it has signed them.
  @Test
  void headers_that_were_moved_to_the_query_are_signed_and_count() {
    long expires = Instant.now().getEpochSecond() + 60;
    String text = "PUT\n\ntext/csv\n" + expires + "\nx-amz-meta-colour:red\n/bkt/moved";
    String url =
        ("/bkt/moved?AWSAccessKeyId=%s&Signature=%s&Expires=%s"
                + "&content-type=text%%2Fcsv&x-amz-meta-colour=red")
            .formatted(TestServer.Crowd.key("main"), Percent.encode(hmac(text), false), expires);
    Client.ok(nobody.put(url, "a;b"));
    Answer head = main.ok("HEAD /bkt/moved");
    assertThat(head.header("content-type")).isEqualTo("text/csv");
    assertThat(head.header("x-amz-meta-colour")).isEqualTo("red");
    for (String other :
        List.of(
            url.replace("red", "blue"),
            url.replace("csv", "html"),
            url.replace("&x-amz-meta-colour=red", ""),
            url + "&x-amz-acl=public-read")) {
      assertThat(nobody.put(other, "a;b").code()).isEqualTo("SignatureDoesNotMatch");
    }
  }

  @Test
  void a_hash_that_is_none_is_a_wrong_one() {
    long expires = Instant.now().getEpochSecond() + 60;
    String text = "PUT\n\n\n" + expires + "\nx-amz-content-sha256:junk\n/bkt/hashed";
    String url =
        "/bkt/hashed?AWSAccessKeyId=%s&Signature=%s&Expires=%s"
            .formatted(TestServer.Crowd.key("main"), Percent.encode(hmac(text), false), expires);
    assertThat(nobody.put(url, "x", "x-amz-content-sha256", "junk").code())
        .isEqualTo("XAmzContentSHA256Mismatch");
  }

  @Test
  void a_bucket_in_the_host_is_signed_before_the_path() {
    Client.ok(main.put("/bkt/hosted", "x"));
    String url = url("GET", "/hosted", "/bkt/hosted");
    assertThat(Client.ok(toHost("bkt." + DOMAIN, "GET", url)).text()).isEqualTo("x");
    assertThat(toHost("other." + DOMAIN, "GET", url).code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(toHost(DOMAIN, "GET", url).code()).isEqualTo("SignatureDoesNotMatch");
    Client.ok(toHost("bkt." + DOMAIN, "GET", url("GET", "/", "/bkt/")));
  }

  @Test
  void a_bucket_is_listed_whether_its_slash_is_sent_or_only_signed() {
    Client.ok(main.put("/bkt/listed", "x"));
    for (String resource : new String[] {"/bkt", "/bkt/"}) {
      assertThat(nobody.ok("GET " + url("GET", "/bkt?list-type=2", resource)).text())
          .contains("<Key>listed</Key>");
    }
    nobody.ok("GET " + url("GET", "/bkt/"));
  }

  @Test
  void a_part_is_uploaded() {
    String upload = main.ok("POST /bkt/parts?uploads").between("<UploadId>", "</UploadId>");
    String query = "?partNumber=1&uploadId=" + upload;
    Client.ok(nobody.put(url("PUT", "/bkt/parts" + query), "part"));
    assertThat(main.ok("GET /bkt/parts?uploadId=" + upload).text()).contains("<PartNumber>1<");
  }

  @Test
  void a_policy_can_shut_it_out() {
    main.ok("PUT /shut");
    Client.ok(main.put("/shut/k", "x"));
    nobody.ok("GET " + url("GET", "/shut/k"));
    String statement =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",\
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::shut/*",\
        "Condition":{"StringEquals":{"%s":"%s"}}}]}\
        """;
    for (String[] condition :
        new String[][] {
          {"s3:signatureversion", "AWS"}, {"s3:authType", "REST-QUERY-STRING"},
        }) {
      Client.ok(main.put("/shut?policy", statement.formatted(condition[0], condition[1])));
      assertThat(nobody.call("GET " + url("GET", "/shut/k")).code()).isEqualTo("AccessDenied");
      main.ok("GET /shut/k");
    }
  }
}
