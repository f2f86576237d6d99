package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.LoggerContext;
import io.tarn.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogsTest {
  @AfterEach
  void asBefore() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Logs.beforeConfiguration(context);
  }

  @Test
  void json_lines_carry_time_level_logger_message_request_and_exception() {
    String line =
        output(
            LogSettings.Format.JSON,
            () ->
                ScopedValue.where(RequestId.CURRENT, "0123456789ABCDEF")
                    .run(
                        () ->
                            LoggerFactory.getLogger("a.B")
                                .warn("no {}", "luck\n", new IllegalStateException("why"))));
    JsonNode json = JsonMapper.shared().readTree(line);
    assertThat(json.get("level").asString()).isEqualTo("WARN");
    assertThat(json.get("logger").asString()).isEqualTo("a.B");
    assertThat(json.get("msg").asString()).isEqualTo("no luck\n");
    assertThat(json.get("request_id").asString()).isEqualTo("0123456789ABCDEF");
    assertThat(json.get("exception").asString())
        .startsWith("java.lang.IllegalStateException: why")
        .contains("LogsTest");
    assertThat(json.get("time").asString()).endsWith("Z");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void human_lines_are_short_and_exceptions_follow_indented() {
    String lines =
        output(
            LogSettings.Format.HUMAN,
            () -> LoggerFactory.getLogger("a.B").info("hello", new IllegalStateException("why")));
    assertThat(lines.lines().findFirst().orElseThrow()).matches("\\S+Z INFO  B: hello");
    assertThat(lines.lines().skip(1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("    "));
  }

  @Test
  void no_line_repeats_a_signature_whoever_writes_it() {
    var target = "/b/k?X-Amz-Signature=SECRET&x=1";
    for (var format : LogSettings.Format.values()) {
      String lines =
          output(
              format,
              () ->
                  LoggerFactory.getLogger("a.B")
                      .error("GET {} failed", target, new IllegalStateException("at " + target)));
      assertThat(lines)
          .doesNotContain("SECRET")
          .contains("GET /b/k?X-Amz-Signature=***&x=1 failed", "at /b/k?X-Amz-Signature=***&x=1");
    }
  }

  @Test
  void levels_of_single_loggers_count() {
    String lines =
        output(
            LogSettings.Format.HUMAN,
            () -> {
              LoggerFactory.getLogger("quiet.X").info("unheard");
              LoggerFactory.getLogger("loud.X").debug("heard");
              LoggerFactory.getLogger("other.X").debug("unheard");
              LoggerFactory.getLogger(RequestLog.LOGGER).info("unheard");
            });
    assertThat(lines).contains("heard").doesNotContain("unheard");
  }

  @Test
  void access_lines_are_written_as_they_are() {
    var settings =
        new LogSettings(LogSettings.Level.WARN, List.of(), LogSettings.Format.JSON, true, 1);
    assertThat(
            output(
                settings,
                () -> LoggerFactory.getLogger(RequestLog.LOGGER).info("{\"a\":1}\n{\"a\":2}")))
        .isEqualTo("{\"a\":1}\n{\"a\":2}\n");
  }

  @Test
  void without_a_terminal_the_format_is_json() {
    assertThat(Settings.defaults(LogSettings.class).json()).isTrue();
  }

  @Test
  void a_level_without_a_logger_is_refused() {
    for (var bad : List.of("debug", "=debug", "io.netty=", "io.netty=loud", "io.netty")) {
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(
              () ->
                  new LogSettings(
                      LogSettings.Level.INFO, List.of(bad), LogSettings.Format.JSON, false, 1));
    }
  }

  private static String output(LogSettings.Format format, Runnable work) {
    return output(
        new LogSettings(
            LogSettings.Level.INFO, List.of("quiet=warn", "loud = debug"), format, false, 1),
        work);
  }

  /// Logback's console target asks for `System.out` at every write.
  private static String output(LogSettings settings, Runnable work) {
    var bytes = new ByteArrayOutputStream();
    PrintStream out = System.out;
    try {
      System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      Logs.configure(settings);
      work.run();
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
