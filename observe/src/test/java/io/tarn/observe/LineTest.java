package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LineTest {
  @Test
  void every_string_survives_json() {
    var all = new StringBuilder();
    for (int c = 0; c < 0x10000; c++) all.append((char) c).append(' ');
    all.append("\uD83D\uDE00 \uD83D");
    byte[] bytes =
        new JsonLine()
            .text("a", all.toString())
            .number("n", -5)
            .end()
            .getBytes(StandardCharsets.UTF_8);
    JsonNode tree = JsonMapper.shared().readTree(bytes);
    assertThat(tree.get("a").asString()).isEqualTo(all.toString());
    assertThat(tree.get("n").asInt()).isEqualTo(-5);
  }

  @Test
  void json_has_no_line_break_and_no_control_character_inside() {
    String line = new JsonLine().text("a", "\u0000\b\n\r\t\u001b\u007f\u0085\u2028\"\\").end();
    assertThat(line)
        .isEqualTo("{\"a\":\"\\u0000\\u0008\\n\\r\\t\\u001b\\u007f\\u0085\\u2028\\\"\\\\\"}");
  }

  @Test
  void an_empty_text_is_left_out() {
    assertThat(new JsonLine().text("a", "").text("b", "x").end()).isEqualTo("{\"b\":\"x\"}");
    assertThat(new JsonLine().end()).isEqualTo("{}");
  }

  @Test
  void a_human_line_cannot_be_forged() {
    assertThat(HumanLine.indented("a\n2026 INFO: b\u001b[31m"))
        .isEqualTo("a\n    2026 INFO: b\\x1b[31m");
    assertThat(HumanLine.oneLine("a\r\nb")).isEqualTo("a\\x0d\\x0ab");
    assertThat(HumanLine.oneLine("plain ü")).isEqualTo("plain ü");
  }
}
