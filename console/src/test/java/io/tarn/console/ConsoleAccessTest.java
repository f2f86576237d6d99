package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;
import static io.tarn.console.RunningConsole.ROOT_SECRET;
import static io.tarn.console.RunningConsole.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tarn.console.RunningConsole.Answer;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ConsoleAccessTest {
  private static final String CANARY = "CanaryCanaryCanary0123456789";
  private static final String STATUS = "/admin/v1/status";
  private static final String EMPTY_HASH = RequestSigner.contentSha256(new byte[0]);

  @TempDir Path directory;
  private RunningConsole console;

  @BeforeEach
  void start() {
    console = new RunningConsole(directory, ConsoleSettings.DEFAULTS);
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void the_token_of_the_run_and_the_root_key_come_in() {
    assertThat(console.admin("GET", "/status", "").status()).isEqualTo(200);
    Answer signed = console.signed(ROOT, ROOT_SECRET, "GET", STATUS, "");
    assertThat(signed.status()).isEqualTo(200);
    assertThat(signed.json().path("node").asString("")).isEqualTo("node-1");
    assertThat(signed.json().path("volumes").size()).isEqualTo(2);
    assertThat(signed.json().path("counts").path("tenants").asInt(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer ",
        "Bearer x",
        "Bearer 0123456789abcdef0123456789abcdee",
        "Bearer 0123456789abcdef0123456789abcdef0",
        "Bearer  0123456789abcdef0123456789abcdef",
        "bearer 0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "Basic cm9vdHJvb3Ryb290OnNlY3JldHNlY3JldHNlY3JldA==",
        "AWS rootrootroot:AAAA",
        "AWS4-HMAC-SHA256 nonsense",
      })
  void whatever_else_stands_in_the_authorization_does_not(String authorization) {
    String[] headers =
        authorization.isEmpty() ? new String[0] : new String[] {"Authorization", authorization};
    for (String target :
        List.of(STATUS, "/admin/v1/tenants", "/admin/v1/nothing", "/admin", "/?x")) {
      Answer answer = console.send("GET", target, "", headers);
      assertThat(answer.status()).as(target).isIn(400, 401, 403);
      assertThat(answer.json().path("requestId").asString("")).hasSize(16);
    }
  }

  @Test
  void two_proofs_at_once_are_refused() {
    Answer answer =
        console.send("GET", STATUS + "?X-Amz-Signature=00", "", "Authorization", "Bearer " + TOKEN);
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void a_signature_counts_only_for_exactly_what_was_signed() {
    Instant now = Instant.now();
    record Attempt(String what, String method, String target, String[] headers, int status) {}
    var attempts =
        List.of(
            new Attempt(
                "wrong secret",
                "GET",
                STATUS,
                console.sign(ROOT, "wrongwrongwrong", "GET", STATUS, EMPTY_HASH, now),
                403),
            new Attempt(
                "unknown key",
                "GET",
                STATUS,
                console.sign("nobodynobody", ROOT_SECRET, "GET", STATUS, EMPTY_HASH, now),
                403),
            new Attempt(
                "other path",
                "GET",
                "/admin/v1/tenants",
                console.sign(ROOT, ROOT_SECRET, "GET", STATUS, EMPTY_HASH, now),
                403),
            new Attempt(
                "other method",
                "POST",
                "/admin/v1/scrub",
                console.sign(ROOT, ROOT_SECRET, "GET", "/admin/v1/scrub", EMPTY_HASH, now),
                403),
            new Attempt(
                "old",
                "GET",
                STATUS,
                console.sign(
                    ROOT, ROOT_SECRET, "GET", STATUS, EMPTY_HASH, now.minus(Duration.ofHours(1))),
                403),
            new Attempt(
                "body not vouched for",
                "GET",
                STATUS,
                console.sign(ROOT, ROOT_SECRET, "GET", STATUS, "UNSIGNED-PAYLOAD", now),
                403));
    for (Attempt each : attempts) {
      assertThat(console.send(each.method, each.target, "", each.headers).status())
          .as(each.what)
          .isEqualTo(each.status);
    }
    assertThat(console.patient.scrubbing).isFalse();
  }

  @Test
  void a_body_other_than_the_signed_one_changes_nothing() {
    String[] headers =
        console.sign(
            ROOT,
            ROOT_SECRET,
            "POST",
            "/admin/v1/buckets",
            RequestSigner.contentSha256("{\"name\":\"good\"}".getBytes(StandardCharsets.UTF_8)),
            Instant.now());
    Answer answer = console.send("POST", "/admin/v1/buckets", "{\"name\":\"evil\"}", headers);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("XAmzContentSHA256Mismatch");
    assertThat(console.admin("GET", "/buckets", "").json().path("buckets").size()).isZero();
  }

  @Test
  void a_presigned_url_does_not_administer() {
    assertThat(presigned(Service.ADMIN).code()).isEqualTo("AccessDenied");
    assertThat(presigned(Service.ADMIN).json().path("message").asString(""))
        .contains("signed in its header");
    assertThat(presigned(Service.S3).code()).isEqualTo("AuthorizationQueryParametersError");
  }

  private Answer presigned(Service service) {
    var signer = new RequestSigner(service, ROOT, new SecretKey(ROOT_SECRET, 0), "here");
    String url =
        signer.presignedUrl(
            "GET", console.endpoint(), STATUS, Instant.now(), Duration.ofMinutes(5));
    return console.send("GET", url.substring(console.endpoint().length()), "");
  }

  /// As an upload to the key `v1/policies/evil` of a bucket `admin` would be.
  @Test
  void what_is_signed_for_s3_changes_and_reads_nothing_and_is_told_what_to_sign() {
    String policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}";
    for (String target : List.of("/admin/v1/policies/evil", STATUS, "/metrics/x")) {
      String method = target.equals(STATUS) ? "GET" : "PUT";
      var signer = new RequestSigner(Service.S3, ROOT, new SecretKey(ROOT_SECRET, 0), "here");
      Answer refused =
          console.send(method, target, policy, console.sign(signer, method, target, policy));
      assertThat(refused.status()).as(target).isEqualTo(400);
      assertThat(refused.code()).isEqualTo("AuthorizationHeaderMalformed");
      assertThat(refused.json().path("message").asString(""))
          .contains("incorrect service \"s3\"", "for the service \"tarn-admin\"");
    }
    assertThat(console.admin("GET", "/policies/evil", "").status()).isEqualTo(404);
    assertThat(console.signed(ROOT, ROOT_SECRET, "PUT", "/admin/v1/policies/evil", policy).status())
        .isEqualTo(200);
  }

  @Test
  void a_signature_that_does_not_cover_the_host_is_refused() {
    String[] headers = console.sign(ROOT, ROOT_SECRET, "GET", STATUS, EMPTY_HASH, Instant.now());
    int last = headers.length - 1;
    headers[last] = headers[last].replace("SignedHeaders=host;", "SignedHeaders=");
    Answer answer = console.send("GET", STATUS, "", headers);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("message").asString("")).contains("not signed");
  }

  @Test
  void the_root_of_another_tenant_administers_nothing() {
    Answer made =
        console.admin(
            "POST",
            "/tenants",
            "{\"name\":\"other\",\"accessKey\":\"otherroot\",\"secretKey\":\"othersecret\"}");
    assertThat(made.status()).isEqualTo(200);
    for (String target : List.of("status", "tenants", "buckets", "users", "keys", "policies")) {
      Answer answer = console.signed("otherroot", "othersecret", "GET", "/admin/v1/" + target, "");
      assertThat(answer.status()).as(target).isEqualTo(403);
    }
  }

  @Test
  void a_user_may_do_what_the_policies_say_and_no_more() {
    user("plain", "plainplain", "");
    user("watch", "watchwatch", "diagnostics");
    user("admin", "adminadmin", "consoleAdmin");
    user("store", "storestore", "readwrite");
    assertThat(get("plain", "plainplain", STATUS)).isEqualTo(403);
    assertThat(get("store", "storestore", STATUS)).isEqualTo(403);
    assertThat(get("store", "storestore", "/admin/v1/buckets")).isEqualTo(403);
    assertThat(get("watch", "watchwatch", STATUS)).isEqualTo(200);
    assertThat(get("watch", "watchwatch", "/admin/v1/tenants")).isEqualTo(403);
    assertThat(get("admin", "adminadmin", "/admin/v1/tenants")).isEqualTo(200);
    assertThat(console.admin("PATCH", "/users/admin", "{\"enabled\":false}").status())
        .isEqualTo(200);
    assertThat(get("admin", "adminadmin", "/admin/v1/tenants")).isEqualTo(403);
  }

  private void user(String key, String secret, String policy) {
    String body =
        "{\"name\":\"%s\",\"accessKey\":\"%s\",\"secretKey\":\"%s\"}".formatted(key, key, secret);
    assertThat(console.admin("POST", "/users", body).status()).isEqualTo(200);
    if (!policy.isEmpty()) {
      assertThat(console.admin("PUT", "/users/" + key + "/policies/" + policy, "").status())
          .isEqualTo(200);
    }
  }

  private int get(String key, String secret, String target) {
    return console.signed(key, secret, "GET", target, "").status();
  }

  @Test
  void a_secret_is_shown_when_it_is_made_and_never_again() {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    root.setLevel(Level.DEBUG);
    root.addAppender(log);
    try {
      String key = "\"accessKey\":\"canaryuser\",\"secretKey\":\"" + CANARY + "\"";
      Answer made = console.admin("POST", "/users", "{\"name\":\"canary\"," + key + "}");
      assertThat(made.text()).contains(CANARY);
      var answers = new ArrayList<Answer>();
      for (String target :
          List.of("/status", "/users", "/keys", "/tenants", "/policies", "/buckets", "/scrub")) {
        answers.add(console.admin("GET", target, ""));
      }
      answers.add(console.admin("POST", "/users", "{\"name\":\"canary\"," + key + "}"));
      answers.add(console.admin("POST", "/users", "{\"name\":\"c2\"," + key + ",\"x\":1}"));
      answers.add(console.admin("POST", "/keys", "{\"user\":\"canary\"," + key + "}"));
      answers.add(console.admin("POST", "/keys", "{" + key));
      answers.add(console.admin("PATCH", "/keys/canaryuser", "{\"enabled\":false}"));
      answers.add(console.admin("DELETE", "/users/canary", ""));
      answers.add(console.send("GET", "/metrics", ""));
      assertThat(answers).noneMatch(answer -> answer.text().contains(CANARY));
      assertThat(answers).noneMatch(answer -> answer.text().contains(TOKEN));
      assertThat(log.list).anyMatch(event -> event.getFormattedMessage().contains("CreateUser"));
      assertThat(log.list)
          .noneMatch(event -> event.getFormattedMessage().contains(CANARY))
          .noneMatch(event -> event.getFormattedMessage().contains(TOKEN));
    } finally {
      root.detachAppender(log);
      root.setLevel(before);
    }
  }
}
