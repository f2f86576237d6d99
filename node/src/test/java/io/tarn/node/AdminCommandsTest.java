package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.console.LocalAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Every command against a server in this process.
class AdminCommandsTest {
  private static final String ID = "b2".repeat(32);
  private static final String ROOT = "rootrootroot";
  private static final String SECRET = "secretsecretsecret";

  @TempDir static Path data;
  private static Assembly node;
  private static Shell local;

  @BeforeAll
  static void start() throws IOException {
    var loaded =
        Configuration.read(
            Map.of("MINIO_ROOT_USER", ROOT, "MINIO_ROOT_PASSWORD", SECRET),
            List.of(
                "--volumes=" + data,
                "--address=127.0.0.1:" + WarmUp.freePort(),
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--console.page-size=2", // so that every list has several pages
                "--drain=1s"));
    node = Assembly.start(loaded.value());
    local = new Shell(Map.of("TARN_VOLUMES", data.toString()));
  }

  @AfterAll
  static void stop() throws IOException {
    node.close();
    assertThat(LocalAccess.read(Survey.metadata(node.config()))).isEmpty();
  }

  private static String admin() {
    return "http://127.0.0.1:" + node.adminPort();
  }

  private static Shell.Ran ok(String... words) {
    Shell.Ran ran = local.run(words);
    assertThat(ran.exit()).as(ran.err() + ran.out()).isEqualTo(ExitCode.OK);
    return ran;
  }

  private static Shell.Ran fails(ExitCode exit, String... words) {
    Shell.Ran ran = local.run(words);
    assertThat(ran.exit()).as(ran.err() + ran.out()).isEqualTo(exit);
    assertThat(ran.err()).startsWith("tarn: ");
    assertThat(ran.err().lines()).hasSize(1);
    return ran;
  }

  private static String secretFile(String secret) {
    try {
      return Files.writeString(data.resolve("secret-" + secret.hashCode()), secret).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_tenant_is_called_something_else_and_shut_out_for_a_while() {
    ok("tenant", "create", "shy", "--email", "shy@example.com");
    fails(ExitCode.USAGE, "tenant", "set", "shy");
    assertThat(ok("tenant", "set", "shy", "--name", "bold", "--email", "").out())
        .isEqualTo("changed tenant bold\n");
    String list = ok("tenant", "ls", "--json").json().path("tenants").toString();
    assertThat(list).contains("bold").doesNotContain("shy");
    ok("tenant", "disable", "bold");
    ok("tenant", "enable", "bold");
    ok("tenant", "rm", "bold");
  }

  @Test
  void the_master_key_is_rotated_while_the_server_runs() {
    assertThat(ok("master-key", "rotate").out()).contains("sealed anew");
    ok("user", "ls");
  }

  @Test
  void there_is_no_certificate_to_reload_without_tls() {
    assertThat(fails(ExitCode.FAILURE, "certificate", "reload").err()).contains("plain HTTP");
  }

  @Test
  void a_separate_account_is_made_with_one_command() {
    ok(
        "tenant",
        "create",
        "main",
        "--id",
        ID,
        "--display-name",
        "M. Tester",
        "--email",
        "tester@example.com",
        "--access-key",
        "AKMAIN",
        "--secret-key-file",
        secretFile("SKMAINSKMAIN"));
    JsonNode list = ok("tenant", "ls", "--json").json().path("tenants");
    assertThat(list.size()).isGreaterThanOrEqualTo(2);
    assertThat(list.toString()).contains(ID, "M. Tester", "tester@example.com");
    assertThat(ok("tenant", "ls").out()).contains("NAME").contains("main");
    fails(ExitCode.FAILURE, "tenant", "create", "main");
    ok("bucket", "create", "mains", "--tenant", "main", "--versioning");
    JsonNode bucket = ok("bucket", "ls", "--tenant", ID, "--json").json().path("buckets").path(0);
    assertThat(bucket.path("owner").asString("")).isEqualTo(ID);
    assertThat(bucket.path("versioning").asString("")).isEqualTo("enabled");
    assertThat(bucket.path("home").path("kind").asString("")).isEqualTo("own");
    assertThat(ok("bucket", "ls", "--tenant", ID).out()).contains("HOME").contains("own");
    assertThat(fails(ExitCode.FAILURE, "tenant", "rm", "main").err()).contains("owns buckets");
    ok("bucket", "versioning", "mains", "suspended");
    ok("bucket", "rm", "mains");
    ok("tenant", "rm", "main");
    fails(ExitCode.NOT_FOUND, "tenant", "rm", "main");
  }

  @Test
  void users_keys_and_policies_go_through_their_lives() throws IOException {
    JsonNode bob = ok("user", "create", "bob", "--policy", "readonly", "--json").json();
    assertThat(bob.path("accessKey").asString("")).isNotEmpty();
    assertThat(bob.path("policies").path(0).asString("")).isEqualTo("readonly");
    Path policy = data.resolveSibling(data.getFileName() + "-policy.json");
    Files.writeString(
        policy,
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",
         "Resource":"arn:aws:s3:::photos/*"}]}\
        """);
    ok("policy", "set", "photos-read", policy.toString());
    ok("policy", "attach", "photos-read", "bob");
    assertThat(ok("user", "ls").out()).contains("readonly, photos-read");
    assertThat(ok("policy", "show", "photos-read").out()).contains("arn:aws:s3:::photos/*");
    fails(ExitCode.FAILURE, "policy", "rm", "photos-read");
    ok("policy", "detach", "photos-read", "bob");
    ok("policy", "rm", "photos-read");
    fails(ExitCode.NOT_FOUND, "policy", "show", "photos-read");
    fails(ExitCode.USAGE, "policy", "set", "bad", "-");
    String key = bob.path("accessKey").asString("");
    ok("key", "disable", key);
    assertThat(ok("key", "ls", "bob").out()).contains(key).contains("no");
    ok("key", "enable", key);
    ok("key", "rm", key);
    fails(ExitCode.NOT_FOUND, "key", "rm", key);
    ok("user", "disable", "bob");
    ok("user", "enable", "bob");
    ok("user", "rm", "bob");
    fails(ExitCode.NOT_FOUND, "user", "rm", "bob");
    Files.delete(policy);
  }

  @Test
  void a_user_is_made_whole_or_not_at_all() {
    Shell.Ran refused = fails(ExitCode.NOT_FOUND, "user", "create", "half", "--policy", "nosuch");
    assertThat(refused.err()).isEqualTo("tarn: there is no policy nosuch\n");
    assertThat(ok("user", "ls").out()).doesNotContain("half");
    assertThat(ok("key", "ls").out()).doesNotContain("half");
  }

  @Test
  void a_list_is_printed_to_its_end_under_one_heading() {
    List<String> names = List.of("page-a", "page-b", "page-c-is-longer", "page-d", "page-e");
    for (String name : names) ok("user", "create", name, "--no-key");
    List<String> lines = ok("user", "ls").out().lines().toList();
    assertThat(lines.getFirst()).startsWith("USER");
    assertThat(lines.stream().skip(1).map(line -> line.replaceFirst(" .*", ""))).containsAll(names);
    assertThat(lines).doesNotHaveDuplicates();
    Shell.Ran listed = ok("user", "ls", "--json");
    assertThat(listed.json().path("users").size()).isEqualTo(lines.size() - 1);
    assertThat(listed.out()).startsWith("{\n").endsWith("}\n");
    assertThat(ok("policy", "ls").out()).contains("consoleAdmin", "readwrite", "writeonly");
    Shell.Ran refused = fails(ExitCode.NOT_FOUND, "user", "ls", "--tenant", "nobody", "--json");
    assertThat(refused.json().path("code").asString("")).isEqualTo("NotFound");
    for (String name : names) ok("user", "rm", name);
  }

  @Test
  void a_secret_may_come_from_standard_input() {
    var shell = new Shell(local.environment(), "FromStandardInput\n");
    Shell.Ran made =
        shell.run("key", "create", "--access-key", "AKSTDIN", "--secret-key-file", "-");
    assertThat(made.exit()).as(made.err()).isEqualTo(ExitCode.OK);
    assertThat(made.out()).doesNotContain("FromStandardInput");
    Shell.Ran used = remote("AKSTDIN", "FromStandardInput").run("status");
    assertThat(used.exit()).as(used.err()).isEqualTo(ExitCode.OK);
    ok("key", "rm", "AKSTDIN");
  }

  private static Shell remote(String accessKey, String secret) {
    var environment = new HashMap<String, String>();
    environment.put("TARN_ADMIN", admin());
    environment.put("TARN_ACCESS_KEY", accessKey);
    environment.put("TARN_SECRET_KEY", secret);
    return new Shell(environment);
  }

  @Test
  void keys_open_the_door_from_elsewhere_and_wrong_ones_do_not() {
    assertThat(remote(ROOT, SECRET).run("tenant", "ls").exit()).isEqualTo(ExitCode.OK);
    Shell.Ran wrong = remote(ROOT, "wrongwrongwrong").run("tenant", "ls", "--json");
    assertThat(wrong.exit()).isEqualTo(ExitCode.DENIED);
    assertThat(wrong.json().path("code").asString("")).isEqualTo("SignatureDoesNotMatch");
    assertThat(wrong.out() + wrong.err()).doesNotContain("wrongwrongwrong");
    ok(
        "tenant",
        "create",
        "other",
        "--access-key",
        "AKOTHER",
        "--secret-key-file",
        secretFile("SKOTHERSK"));
    assertThat(remote("AKOTHER", "SKOTHERSK").run("tenant", "ls").exit())
        .isEqualTo(ExitCode.DENIED);
    ok("tenant", "rm", "other");
  }

  /// Their signatures would be the same but for what the client adds.
  @Test
  void equal_changes_of_one_second_are_done_each() {
    Shell shell = remote(ROOT, SECRET);
    int before = keys();
    var created = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      Shell.Ran made = shell.run("key", "create", "--json");
      assertThat(made.exit()).as(made.err()).isEqualTo(ExitCode.OK);
      created.add(made.json().path("accessKey").asString(""));
    }
    assertThat(keys()).isEqualTo(before + 6);
    for (String each : created) ok("key", "rm", each);
  }

  private static int keys() {
    return ok("key", "ls", "--json").json().path("keys").size();
  }

  @Test
  void the_state_of_the_server_is_shown() {
    JsonNode status = ok("status", "--json").json();
    assertThat(status.path("volumes").size()).isEqualTo(1);
    assertThat(status.path("metadata").path("writable").asBoolean(false)).isTrue();
    assertThat(ok("status").out()).contains("VOLUME").contains(data.toString());
    assertThat(ok("health").out()).isEqualTo("healthy\n");
    assertThat(new Shell(Map.of()).run("health", "--admin", admin()).exit()).isEqualTo(ExitCode.OK);
    String s3 = "http://127.0.0.1:" + node.s3Port();
    assertThat(new Shell(Map.of()).run("health", "--admin", s3).exit()).isEqualTo(ExitCode.OK);
    ok("garbage");
  }

  @Test
  void a_scrub_that_is_started_ends_and_tells_of_each_volume() throws InterruptedException {
    ok("scrub", "start");
    JsonNode status = ok("scrub", "status", "--json").json();
    while (status.path("running").asBoolean(true)) {
      Thread.sleep(10);
      status = ok("scrub", "status", "--json").json();
    }
    assertThat(status.path("volumes").path(0).path("last").path("ended").asString("")).isNotEmpty();
    assertThat(ok("scrub", "status").out())
        .startsWith("ended ")
        .contains("LAST ROUND")
        .contains(data.toString())
        .contains("waiting");
  }

  @Test
  @Tag("slow")
  void the_doctor_finds_a_running_server_in_order() {
    Shell.Ran ran = ok("doctor", "--json");
    assertThat(ran.json().path("healthy").asBoolean(false)).isTrue();
    assertThat(ran.out()).contains("S3 round trip").doesNotContain("\"skip\"");
    assertThat(ok("key", "ls", "--json").json().path("keys").size())
        .as("its own key is gone")
        .isEqualTo(1);
    assertThat(ok("bucket", "ls").out()).doesNotContain("tarn-doctor");
  }
}
