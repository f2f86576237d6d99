package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.console.RunningConsole.Answer;
import io.tarn.settings.InvalidSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Lists that are longer than a page.
class AdminPagesTest {
  private static final int PAGE = 3;

  @TempDir Path directory;
  private RunningConsole console;

  @BeforeEach
  void start() {
    console = new RunningConsole(directory, RunningConsole.settings("--page-size=" + PAGE));
  }

  @AfterEach
  void stop() {
    console.close();
  }

  private JsonNode ok(String method, String target, String body) {
    Answer answer = console.admin(method, target, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /// Everything in a list, which is walked to its end; no page is longer than `most`.
  private List<String> walk(String target, String member, String field, int most) {
    var found = new ArrayList<String>();
    String next = "";
    int pages = 0;
    do {
      String after = URLEncoder.encode(next, StandardCharsets.UTF_8);
      JsonNode page = ok("GET", target + (target.contains("?") ? "&" : "?") + "after=" + after, "");
      assertThat(page.path(member).size()).isLessThanOrEqualTo(most);
      for (JsonNode each : page.path(member)) found.add(each.path(field).asString(""));
      next = page.path("next").asString("absent");
      assertThat(++pages).as("pages of " + target).isLessThan(100);
    } while (!next.isEmpty());
    return found;
  }

  private static List<String> numbered(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> "%s-%02d".formatted(name, i)).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 6, 8})
  void users_are_listed_to_the_last_once_each(int count) {
    List<String> names = numbered("user", count);
    for (String name : names) ok("POST", "/users", "{\"name\":\"" + name + "\"}");
    assertThat(walk("/users", "users", "name", PAGE)).isEqualTo(names);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 6, 7})
  void tenants_are_listed_and_counted_to_the_last(int count) {
    List<String> names = numbered("tenant", count);
    for (String name : names) ok("POST", "/tenants", "{\"name\":\"" + name + "\"}");
    var all = new ArrayList<>(List.of("default"));
    all.addAll(names);
    assertThat(walk("/tenants", "tenants", "name", PAGE)).isEqualTo(all);
    assertThat(ok("GET", "/status", "").path("counts").path("tenants").asInt(0))
        .isEqualTo(count + 1);
  }

  @Test
  void policies_are_listed_with_the_built_in_ones_among_them() {
    String document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",\
        "Resource":"arn:aws:s3:::photos/*"}]}\
        """;
    List<String> names = numbered("mine", 7);
    for (String name : names) ok("PUT", "/policies/" + name, document);
    var all = new ArrayList<>(List.of("consoleAdmin", "diagnostics"));
    all.addAll(names);
    all.addAll(List.of("readonly", "readwrite", "writeonly"));
    assertThat(walk("/policies", "policies", "name", PAGE)).isEqualTo(all);
  }

  @Test
  void keys_of_the_root_and_of_all_users_are_listed_once_each() {
    var all = new ArrayList<>(List.of(RunningConsole.ROOT));
    for (String user : numbered("user", 8)) {
      ok("POST", "/users", "{\"name\":\"" + user + "\"}");
      int keys = user.endsWith("3") ? 5 : user.endsWith("4") ? 0 : 1;
      for (int i = 0; i < keys; i++) {
        all.add(ok("POST", "/keys", "{\"user\":\"" + user + "\"}").path("accessKey").asString(""));
      }
    }
    assertThat(walk("/keys", "keys", "accessKey", PAGE - 1 + 5))
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(walk("/keys?user=user-03", "keys", "accessKey", 5)).hasSize(5);
  }

  @Test
  void buckets_of_all_tenants_are_listed_once_each_whatever_a_tenant_owns() {
    int[] owned = {0, 7, 0, 3, 1, 0, 0, 0, 2, 3, 0};
    var all = new ArrayList<String>();
    for (int i = 0; i < owned.length; i++) {
      String tenant = "tenant-%02d".formatted(i);
      ok("POST", "/tenants", "{\"name\":\"" + tenant + "\"}");
      // Names that go against the order of the tenants.
      for (String name : numbered("bucket-%02d".formatted(50 - i), owned[i])) {
        ok("POST", "/buckets", "{\"name\":\"%s\",\"tenant\":\"%s\"}".formatted(name, tenant));
        all.add(name);
      }
    }
    assertThat(walk("/buckets", "buckets", "name", PAGE)).isEqualTo(all);
    assertThat(walk("/buckets?tenant=tenant-01", "buckets", "name", PAGE))
        .isEqualTo(numbered("bucket-49", 7));
    assertThat(walk("/buckets?prefix=bucket-4", "buckets", "name", PAGE)).hasSize(16);
    assertThat(ok("GET", "/status", "").path("counts").path("buckets").asInt(0)).isEqualTo(16);
  }

  @Test
  void a_list_goes_on_although_what_it_ended_with_is_gone() {
    for (String name : numbered("user", 5)) ok("POST", "/users", "{\"name\":\"" + name + "\"}");
    String next = ok("GET", "/users", "").path("next").asString("");
    ok("DELETE", "/users/" + next, "");
    JsonNode rest = ok("GET", "/users?after=" + next, "").path("users");
    assertThat(rest.size()).isEqualTo(2);
    ok("POST", "/tenants", "{\"name\":\"gone\"}");
    ok("DELETE", "/tenants/gone", "");
    assertThat(ok("GET", "/buckets?after=gone/bucket", "").path("buckets").size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/users", "/tenants", "/keys", "/policies", "/buckets"})
  void a_place_in_a_list_that_nobody_was_given_is_refused(String target) {
    Answer answer = console.admin("GET", target + "?after=" + "x".repeat(300), "");
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(console.admin("GET", target + "?after=%20%2F%2F", "").status()).isIn(200, 400);
  }

  @Test
  void a_page_is_never_longer_than_the_catalog_gives() {
    assertThatThrownBy(() -> RunningConsole.settings("--page-size=1001"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("between 1 and 1000");
  }
}
