package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;
import static io.tarn.console.RunningConsole.ROOT_SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.console.RunningConsole.Answer;
import io.tarn.signature.RequestSigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bytes of a signed request, sent again by somebody who saw them.
class ConsoleReplayTest {
  private static final String KEYS = "/admin/v1/keys";
  private static final String STATUS = "/admin/v1/status";

  @TempDir Path directory;

  private static String[] signed(
      RunningConsole console, String method, String target, String body, Instant at) {
    String hash = RequestSigner.contentSha256(body.getBytes(StandardCharsets.UTF_8));
    return console.sign(ROOT, ROOT_SECRET, method, target, hash, at);
  }

  private static int keys(RunningConsole console) {
    return console.admin("GET", "/keys", "").json().path("keys").size();
  }

  @Test
  void a_change_is_good_once_and_a_look_as_often_as_it_is_wanted() {
    try (var console = new RunningConsole(directory, ConsoleSettings.DEFAULTS)) {
      Instant now = Instant.now().plusSeconds(1);
      String[] change = signed(console, "POST", KEYS, "{}", now);
      String[] look = signed(console, "GET", STATUS, "", now);
      assertThat(console.send("POST", KEYS, "{}", change).status()).isEqualTo(200);
      int before = keys(console);
      for (int i = 0; i < 2; i++) {
        Answer again = console.send("POST", KEYS, "{}", change);
        assertThat(again.status()).isEqualTo(403);
        assertThat(again.code()).isEqualTo("RequestReplayed");
        assertThat(again.json().path("message").asString("")).contains("x-tarn-nonce");
        assertThat(console.send("GET", STATUS, "", look).status()).isEqualTo(200);
      }
      assertThat(keys(console)).isEqualTo(before);
    }
  }

  @Test
  void a_change_that_the_server_of_before_let_through_is_refused_by_the_next() {
    Instant now = Instant.now().plusSeconds(1);
    String[] change;
    int port;
    try (var before = new RunningConsole(directory, ConsoleSettings.DEFAULTS)) {
      port = before.server.port();
      change = signed(before, "POST", KEYS, "{}", now);
      assertThat(before.send("POST", KEYS, "{}", change).status()).isEqualTo(200);
    }
    InstantSource later = () -> now.plusSeconds(2);
    try (var after = new RunningConsole(directory, ConsoleSettings.DEFAULTS, later, port)) {
      Answer again = after.send("POST", KEYS, "{}", change);
      assertThat(again.status()).isEqualTo(403);
      assertThat(again.code()).isEqualTo("RequestExpired");
      assertThat(again.json().path("message").asString("")).contains("before the server started");
      String[] anew = signed(after, "POST", KEYS, "{}", now.plusSeconds(2));
      assertThat(after.send("POST", KEYS, "{}", anew).status()).isEqualTo(200);
    }
  }

  @Test
  void a_signature_that_is_older_than_the_skew_is_refused_for_looks_as_well() {
    try (var console = new RunningConsole(directory, ConsoleSettings.DEFAULTS)) {
      Instant old = Instant.now().minus(ConsoleSettings.DEFAULTS.clockSkew()).minusSeconds(2);
      Answer refused = console.send("GET", STATUS, "", signed(console, "GET", STATUS, "", old));
      assertThat(refused.code()).isEqualTo("RequestTimeTooSkewed");
    }
  }
}
