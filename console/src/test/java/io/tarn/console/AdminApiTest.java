package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.catalog.Credential;
import io.tarn.console.RunningConsole.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AdminApiTest {
  private static final String ID = "a1".repeat(32);

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

  private Answer ok(String method, String target, String body) {
    Answer answer = console.admin(method, target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private void refused(int status, String code, String method, String target, String body) {
    Answer answer = console.admin(method, target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.json().path("message").asString("")).isNotEmpty();
  }

  @Test
  void a_tenant_gets_the_id_and_the_root_key_it_is_given() {
    Answer made =
        ok(
            "POST",
            "/tenants",
            """
            {"name":"main","id":"%s","displayName":"M. Tester","email":"tester@example.com",
             "accessKey":"AK123","secretKey":"SKSKSKSK"}\
            """
                .formatted(ID));
    assertThat(made.json().path("id").asString("")).isEqualTo(ID);
    Credential credential = console.catalog.find("AK123").orElseThrow();
    assertThat(credential.secret().reveal()).isEqualTo("SKSKSKSK");
    assertThat(credential.caller().tenant().text()).isEqualTo(ID);
    assertThat(console.catalog.tenant(credential.caller().tenant()).orElseThrow().shownName())
        .isEqualTo("M. Tester");
    refused(409, "Taken", "POST", "/tenants", "{\"name\":\"main\"}");
    refused(409, "Taken", "POST", "/tenants", "{\"name\":\"second\",\"id\":\"" + ID + "\"}");
    String taken = "{\"name\":\"third\",\"accessKey\":\"AK123\",\"secretKey\":\"SKSKSKSK\"}";
    refused(409, "Taken", "POST", "/tenants", taken);
    assertThat(ok("GET", "/tenants", "").json().path("tenants").size()).isEqualTo(2);
  }

  @Test
  void a_tenant_whose_key_is_no_key_is_not_left_behind() {
    String body = "{\"name\":\"main\",\"accessKey\":\"AK123\",\"secretKey\":\"short\"}";
    refused(400, "InvalidRequest", "POST", "/tenants", body);
    assertThat(ok("GET", "/tenants", "").json().path("tenants").size()).isEqualTo(1);
  }

  @Test
  void what_is_given_of_a_tenant_changes_and_the_rest_stays() {
    String made =
        "{\"name\":\"main\",\"displayName\":\"M\",\"email\":\"m@example.com\","
            + "\"accessKey\":\"AK123\",\"secretKey\":\"SKSKSKSK\"}";
    ok("POST", "/tenants", made);
    JsonNode named = ok("PATCH", "/tenants/main", "{\"name\":\"prime\",\"email\":\"\"}").json();
    assertThat(named.path("name").asString("")).isEqualTo("prime");
    assertThat(named.path("displayName").asString("")).isEqualTo("M");
    assertThat(named.path("email").asString("")).isEmpty();

    ok("PATCH", "/tenants/prime", "{\"enabled\":false}");
    assertThat(console.catalog.find("AK123")).isEmpty();
    ok("PATCH", "/tenants/prime", "{\"enabled\":true}");
    assertThat(console.catalog.find("AK123")).isPresent();

    refused(404, "NotFound", "PATCH", "/tenants/main", "{\"enabled\":true}");
    refused(409, "Taken", "PATCH", "/tenants/prime", "{\"name\":\"default\"}");
    refused(409, "InUse", "PATCH", "/tenants/default", "{\"enabled\":false}");
    refused(400, "InvalidRequest", "PATCH", "/tenants/prime", "{\"name\":\"\"}");
    refused(400, "InvalidRequest", "PATCH", "/tenants/prime", "{\"nmae\":\"x\"}");
  }

  @Test
  void every_secret_is_sealed_anew_under_a_fresh_master_key() throws Exception {
    ok(
        "POST",
        "/tenants",
        "{\"name\":\"main\",\"accessKey\":\"AK123\",\"secretKey\":\"SKSKSKSK\"}");
    String before = Files.readString(directory.resolve("master.key"));
    JsonNode answer = ok("POST", "/master-key/rotate", "").json();
    assertThat(answer.path("sealed").asInt(0)).isEqualTo(2); // the root's and the tenant's
    assertThat(Files.readString(directory.resolve("master.key"))).isNotEqualTo(before);
    assertThat(console.catalog.find("AK123").orElseThrow().secret().reveal()).isEqualTo("SKSKSKSK");
    refused(404, "NotFound", "POST", "/master-key/rotates", "");
    refused(405, "MethodNotAllowed", "GET", "/master-key/rotate", "");
  }

  @Test
  void a_certificate_is_read_again_or_the_one_before_stays() {
    refused(409, "NoCertificate", "POST", "/certificate/reload", "");
    console.patient.certificate = "they do not fit";
    refused(409, "CertificateUnusable", "POST", "/certificate/reload", "");
    console.patient.certificate = "";
    ok("POST", "/certificate/reload", "");
  }

  @Test
  void a_tenant_goes_only_when_it_owns_nothing() {
    ok(
        "POST",
        "/tenants",
        "{\"name\":\"main\",\"accessKey\":\"AK123\",\"secretKey\":\"SKSKSKSK\"}");
    ok("POST", "/buckets", "{\"name\":\"photos\",\"tenant\":\"main\"}");
    refused(409, "InUse", "DELETE", "/tenants/main", "");
    assertThat(console.catalog.find("AK123")).as("enabled again").isPresent();
    ok("DELETE", "/buckets/photos", "");
    ok("POST", "/users", "{\"tenant\":\"main\",\"name\":\"bob\"}");
    refused(409, "InUse", "DELETE", "/tenants/main", "");
    ok("DELETE", "/users/bob?tenant=main", "");
    ok("DELETE", "/tenants/main", "");
    assertThat(console.catalog.find("AK123")).isEmpty();
    refused(404, "NotFound", "DELETE", "/tenants/main", "");
    refused(409, "InUse", "DELETE", "/tenants/default", "");
  }

  @Test
  void users_and_keys_live_and_end() {
    ok("POST", "/users", "{\"name\":\"bob\"}");
    refused(409, "Taken", "POST", "/users", "{\"name\":\"bob\"}");
    Answer key = ok("POST", "/keys", "{\"user\":\"bob\"}");
    String accessKey = key.json().path("accessKey").asString("");
    assertThat(key.json().path("secretKey").asString("")).hasSize(40);
    assertThat(console.catalog.find(accessKey)).isPresent();
    ok("PATCH", "/keys/" + accessKey, "{\"enabled\":false}");
    assertThat(console.catalog.find(accessKey)).isEmpty();
    ok("PATCH", "/keys/" + accessKey, "{\"enabled\":true}");
    ok("PATCH", "/users/bob", "{\"enabled\":false}");
    assertThat(console.catalog.find(accessKey)).isEmpty();
    Answer keys = ok("GET", "/keys?user=bob", "");
    assertThat(keys.json().path("keys").size()).isEqualTo(1);
    assertThat(ok("GET", "/keys", "").json().path("keys").size()).isEqualTo(2);
    ok("DELETE", "/keys/" + accessKey, "");
    refused(404, "NotFound", "DELETE", "/keys/" + accessKey, "");
    ok("DELETE", "/users/bob", "");
    refused(404, "NotFound", "DELETE", "/users/bob", "");
    refused(404, "NotFound", "GET", "/keys?user=bob", "");
    refused(409, "InUse", "DELETE", "/keys/" + RunningConsole.ROOT, "");
  }

  @Test
  void policies_are_set_shown_attached_and_removed() {
    String document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",\
        "Resource":"arn:aws:s3:::photos/*"}]}\
        """;
    ok("PUT", "/policies/photos-read", document);
    Answer shown = ok("GET", "/policies/photos-read", "");
    assertThat(shown.json().path("document").path("Version").asString("")).isEqualTo("2012-10-17");
    ok("POST", "/users", "{\"name\":\"bob\"}");
    Answer user = ok("PUT", "/users/bob/policies/photos-read", "");
    assertThat(user.json().path("policies").path(0).asString("")).isEqualTo("photos-read");
    refused(409, "InUse", "DELETE", "/policies/photos-read", "");
    ok("DELETE", "/users/bob/policies/photos-read", "");
    ok("DELETE", "/policies/photos-read", "");
    refused(404, "NotFound", "GET", "/policies/photos-read", "");
    refused(404, "NotFound", "PUT", "/users/bob/policies/photos-read", "");
    refused(400, "MalformedPolicy", "PUT", "/policies/bad", "{\"Statement\":[{}]}");
    refused(400, "InvalidRequest", "PUT", "/policies/bad", "");
    refused(409, "Taken", "PUT", "/policies/readonly", document);
  }

  @Test
  void buckets_of_every_tenant_are_listed_with_their_owner() {
    ok("POST", "/tenants", "{\"name\":\"main\",\"id\":\"" + ID + "\"}");
    ok("POST", "/buckets", "{\"name\":\"photos\",\"tenant\":\"" + ID + "\"}");
    ok("POST", "/buckets", "{\"name\":\"music\"}");
    refused(409, "BucketAlreadyExists", "POST", "/buckets", "{\"name\":\"music\"}");
    refused(400, "InvalidBucketName", "POST", "/buckets", "{\"name\":\"..\"}");
    refused(404, "NotFound", "POST", "/buckets", "{\"name\":\"other\",\"tenant\":\"nobody\"}");
    assertThat(ok("GET", "/buckets", "").json().path("buckets").size()).isEqualTo(2);
    Answer one = ok("GET", "/buckets?tenant=main", "");
    assertThat(one.json().path("buckets").path(0).path("owner").asString("")).isEqualTo(ID);
    Answer versioned = ok("PUT", "/buckets/photos/versioning", "{\"versioning\":\"enabled\"}");
    assertThat(versioned.json().path("versioning").asString("")).isEqualTo("enabled");
    refused(400, "InvalidRequest", "PUT", "/buckets/photos/versioning", "{\"versioning\":\"off\"}");
    ok("POST", "/buckets", "{\"name\":\"full-one\"}");
    refused(409, "BucketNotEmpty", "DELETE", "/buckets/full-one", "");
    refused(404, "NoSuchBucket", "DELETE", "/buckets/nothing", "");
  }

  @Test
  void upkeep_is_started_and_told() {
    Answer started = ok("POST", "/scrub", "");
    assertThat(started.json().path("running").asBoolean(false)).isTrue();
    refused(409, "ScrubRuns", "POST", "/scrub", "");
    Answer report = ok("GET", "/scrub", "");
    assertThat(report.json().path("findings").path(0).path("blob").asString(""))
        .isEqualTo("blob-1");
    JsonNode damaged = report.json().path("damage").path(0);
    assertThat(damaged.path("key").asString("")).isEqualTo("a/b");
    assertThat(damaged.path("state").asString("")).isEqualTo("damaged");
    assertThat(damaged.path("file").asString("")).endsWith("blob-2");
    assertThat(report.json().path("volumes").path(0).path("passed").asInt(0)).isEqualTo(3);
    assertThat(ok("POST", "/garbage", "").json().path("removed").asInt(0)).isEqualTo(4);
  }

  @Test
  void a_check_tells_objects_by_name_and_blobs_that_nobody_refers_to() {
    assertThat(ok("GET", "/fsck", "").json().path("running").asBoolean()).isFalse();
    JsonNode found = ok("POST", "/fsck", "").json();
    assertThat(found.path("flawed").path(0).path("key").asString()).isEqualTo("a/b");
    assertThat(found.path("orphaned").path(0).path("volume").asString()).isEqualTo("/srv/one");
    assertThat(found.path("orphaned").path(0).path("key").asString()).isEqualTo("lost");
    assertThat(found.path("orphaned").path(0).path("label").path("etag").asString())
        .isEqualTo("abc");
    refused(409, "CheckRuns", "POST", "/fsck", "");
    refused(405, "MethodNotAllowed", "DELETE", "/fsck", "");
    refused(400, "InvalidRequest", "POST", "/fsck", "{\"repair\":\"everything\"}");
  }

  @Test
  void one_backup_is_made_at_a_time_into_a_directory_of_the_server() {
    assertThat(ok("GET", "/backup", "").json().path("running").asBoolean()).isFalse();
    refused(400, "InvalidRequest", "POST", "/backup", "{\"directory\":\"here\"}");
    refused(400, "InvalidRequest", "POST", "/backup", "{}");
    JsonNode begun = ok("POST", "/backup", "{\"directory\":\"/mnt/a/../b\"}").json();
    assertThat(begun.path("directory").asString()).isEqualTo("/mnt/b");
    assertThat(begun.path("running").asBoolean()).isTrue();
    refused(409, "BackupRuns", "POST", "/backup", "{\"directory\":\"/mnt/c\"}");
    refused(405, "MethodNotAllowed", "DELETE", "/backup", "");
  }

  @Test
  void a_volume_is_checked_and_what_is_wrong_with_it_is_said() {
    assertThat(ok("POST", "/volumes/v1", "").json().path("id").asString()).isEqualTo("v1");
    console.patient.volumeProblem = "/srv/two is not well: EIO";
    refused(409, "Refused", "POST", "/volumes/v2", "");
    assertThat(console.admin("POST", "/volumes/v2", "").text())
        .contains("/srv/two is not well: EIO");
    refused(404, "NotFound", "POST", "/volumes/v9", "");
    JsonNode second = ok("GET", "/volumes", "").json().path("volumes").path(1);
    assertThat(second.path("readErrors").asInt()).isEqualTo(7);
    assertThat(second.path("state").asString()).isEqualTo("read-only");
  }

  @Test
  void a_volume_that_does_not_answer_is_told_from_one_that_cannot_be_written() {
    console.patient.volumeProblem = "/srv/two does not answer";
    console.patient.hung = 3;
    JsonNode second = ok("GET", "/volumes", "").json().path("volumes").path(1);
    assertThat(second.path("state").asString()).isEqualTo("silent");
    assertThat(second.path("callsUnderway").asInt()).isEqualTo(5);
    assertThat(second.path("callsHung").asInt()).isEqualTo(3);
    assertThat(console.send("GET", "/health/ready", "").text())
        .contains("volume v2 does not answer");
    assertThat(console.send("GET", "/metrics", "").text())
        .contains("tarn_volume_calls_hung{volume=\"v2\"} 3")
        .contains("tarn_volume_calls_underway{volume=\"v2\"} 5");
  }

  @Test
  void volumes_are_listed_added_and_forgotten() {
    console.patient.absent = List.of(new VolumeMembership.Absent("v9", "/srv/nine", false));
    JsonNode listed = ok("GET", "/volumes", "").json().path("volumes");
    assertThat(listed.valueStream().map(each -> each.path("state").asString()))
        .containsExactly("ok", "ok", "missing");
    assertThat(listed.path(2).path("directory").asString()).isEqualTo("/srv/nine");

    Answer added = ok("POST", "/volumes", "{\"directory\":\"/srv/three\"}");
    assertThat(added.json().path("id").asString()).isEqualTo("v3");
    refused(400, "InvalidRequest", "POST", "/volumes", "{\"directory\":\"three\"}");
    refused(409, "Refused", "POST", "/volumes", "{\"directory\":\"/srv/full\"}");

    refused(409, "Refused", "DELETE", "/volumes/v1", "");
    assertThat(console.patient.retries).hasValue(0);
    ok("DELETE", "/volumes/v9", "");
    assertThat(console.patient.retries).as("what waited for it goes now").hasValue(1);
    listed = ok("GET", "/volumes", "").json().path("volumes");
    assertThat(listed.path(2).path("state").asString()).isEqualTo("forgotten");
    refused(405, "MethodNotAllowed", "PUT", "/volumes", "{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"name\"",
        "{}",
        "{\"name\":1}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"good\",\"more\":1}",
        "{\"name\":\"good\",\"Tenant\":\"default\"}",
        "{\"name\":\"a\\u0000b\"}",
        "{\"name\":\"a/b\"}",
        "{\"name\":\"good\",\"email\":\"nobody\"}",
        "{\"name\":\"good\",\"id\":\"A1\"}",
        "{\"name\":\"good\",\"accessKey\":\"only\"}",
        "{\"name\":\"good\",\"secretKey\":\"onlyonly\"}",
        "{\"name\":\"good\"} {}",
      })
  void a_body_that_is_not_a_tenant_is_refused(String body) {
    Answer answer = console.admin("POST", "/tenants", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(ok("GET", "/tenants", "").json().path("tenants").size()).isEqualTo(1);
  }

  @Test
  void deep_and_long_bodies_are_refused() {
    String deep = "{\"name\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    refused(400, "InvalidRequest", "POST", "/tenants", deep);
    String text = "{\"name\":\"" + "a".repeat(2000) + "\"}";
    refused(400, "InvalidRequest", "POST", "/tenants", text);
    byte[] endless = " ".repeat(300 << 10).getBytes(StandardCharsets.UTF_8);
    refused(413, "TooLarge", "POST", "/tenants", " ".repeat(300 << 10));
    Answer chunked =
        console.send(
            "POST",
            "/admin/v1/tenants",
            BodyPublishers.ofByteArrays(List.of(endless)),
            "Authorization",
            "Bearer " + RunningConsole.TOKEN);
    assertThat(chunked.status()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nothing,404",
    "GET,/buckets/a/b/c/d,404",
    "GET,/status/more,404",
    "DELETE,/tenants/,404",
    "PUT,/status,405",
    "PATCH,/buckets/photos,405",
    "GET,/buckets/photos/versioning,405",
    "POST,/users/bob/policies/x,405",
    "DELETE,/policies,405",
  })
  void what_is_not_there_is_told_from_what_cannot_be_done(
      String method, String target, int status) {
    assertThat(console.admin(method, target, "").status()).isEqualTo(status);
  }
}
