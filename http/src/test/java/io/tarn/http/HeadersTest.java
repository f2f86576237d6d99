package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  @Test
  void fields_keep_their_order_and_are_found_in_any_case() {
    var headers = Headers.of("B", "1", "a", "2", "b", "3");
    assertThat(headers.size()).isEqualTo(3);
    assertThat(headers.name(1) + headers.value(1)).isEqualTo("a2");
    assertThat(headers.first("b")).isEqualTo("1");
    assertThat(headers.all("B")).containsExactly("1", "3");
    assertThat(headers.first("c")).isNull();
    assertThat(headers.has("A")).isTrue();
    assertThat(headers).hasToString("B: 1, a: 2, b: 3");
  }

  @Test
  void many_fields_fit() {
    var builder = Headers.builder();
    for (var i = 0; i < 100; i++) builder.add("x-" + i, i);
    assertThat(builder.build().first("x-99")).isEqualTo("99");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\0b", "\u007f", "\u0100", "snow \u2603"})
  void a_value_that_could_split_the_response_is_refused(String value) {
    assertThatThrownBy(() -> Headers.of("x", value)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:", "a\r\n", "\u00e9", "(x)", "\u0100"})
  void a_name_that_is_no_token_is_refused(String name) {
    assertThatThrownBy(() -> Headers.of(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void utf8_values_can_be_recovered_and_spelled() {
    var wire = new String("snow \u2603".getBytes(UTF_8), ISO_8859_1);
    assertThat(Headers.utf8(wire)).isEqualTo("snow \u2603");
    assertThat(Headers.fromUtf8("snow \u2603")).isEqualTo(wire);
    assertThat(Headers.utf8("plain")).isEqualTo("plain");
  }
}
