package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;
import static io.tarn.console.RunningConsole.ROOT_SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.console.RunningConsole.Answer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who tries keys, from one address.
class ConsoleGuessingTest {
  private static final String STATUS = "/admin/v1/status";

  @TempDir Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final InstantSource clock = now::get;

  private RunningConsole start() {
    return new RunningConsole(directory, ConsoleSettings.DEFAULTS, clock, 0);
  }

  private static int right(RunningConsole console) {
    return console.signed(ROOT, ROOT_SECRET, "GET", STATUS, "").status();
  }

  private static Answer guess(RunningConsole console, String how) {
    return switch (how) {
      case "secret" -> console.signed(ROOT, "guessguessguess", "GET", STATUS, "");
      case "key" -> console.signed("nobodynobody", ROOT_SECRET, "GET", STATUS, "");
      default -> console.send("GET", STATUS, "", "Authorization", "Bearer guess");
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "key", "token"})
  void a_guesser_is_not_heard_for_a_while_and_everybody_else_is(String how) {
    try (RunningConsole console = start()) {
      for (int i = 0; i <= FailedAttempts.FREE; i++) {
        assertThat(guess(console, how).status()).as("guess %d", i).isIn(401, 403);
      }
      Answer slowed = guess(console, how);
      assertThat(slowed.status()).isEqualTo(503);
      assertThat(slowed.code()).isEqualTo("SlowDown");
      assertThat(slowed.raw().headers().firstValue("Retry-After")).hasValue("1");

      assertThat(right(console)).as("the right key tells a guesser nothing either").isEqualTo(503);
      assertThat(console.admin("GET", "/status", "").status()).as("token").isEqualTo(200);
      assertThat(console.send("GET", "/health/live", "").status()).isEqualTo(200);
      assertThat(right(console.from("127.0.0.2"))).as("from elsewhere").isEqualTo(200);

      console.from("127.0.0.1");
      now.set(now.get().plusSeconds(1));
      assertThat(right(console)).isEqualTo(200);
      assertThat(guess(console, how).status()).isIn(401, 403);
      assertThat(guess(console, how).raw().headers().firstValue("Retry-After")).hasValue("2");
    }
  }

  @Test
  void who_comes_without_a_key_or_with_what_is_written_wrongly_guesses_nothing() {
    try (RunningConsole console = start()) {
      for (int i = 0; i < 3 * FailedAttempts.FREE; i++) {
        assertThat(console.send("GET", STATUS, "").status()).isEqualTo(401);
        assertThat(
                console
                    .send("GET", STATUS, "", "Authorization", "AWS4-HMAC-SHA256 nonsense")
                    .status())
            .isEqualTo(400);
      }
      assertThat(right(console)).isEqualTo(200);
    }
  }
}
