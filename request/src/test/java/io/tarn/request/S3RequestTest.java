package io.tarn.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3RequestTest {
  private static S3Request request(String line) {
    int space = line.indexOf(' ');
    return S3Request.of(
        line.substring(0, space),
        line.substring(space + 1),
        RequestHeaders.of("Host", "localhost:9000"),
        List.of("s3.example.org"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '\u0001',
      value = {
        "/ => '' => ''",
        "/b => b => ''",
        "/b/ => b => ''",
        "/b/k => b => k",
        "/b/a/b/c => b => a/b/c",
        "/b//k => b => /k",
        "/b/../c => b => ../c",
        "/b/./c/%2e%2e => b => ./c/..",
        "/b/%2F => b => /",
        "/b/a%2fb => b => a/b",
        "/b/a%252fb => b => a%2fb",
        "/b/a+b => b => a+b",
        "/b/a%20b => b => a b",
        "/b/%C3%A9 => b => é",
        "/b/\u00C3\u00A9 => b => é",
        "/b/%F0%9F%90%9F => b => 🐟",
        "/b%2Fk/x => b/k => x",
        "/b/k?a=b/c => b => k",
        "http://localhost:9000/b/k => b => k",
        "http://localhost:9000 => '' => ''",
      })
  void a_path_is_decoded_exactly_once(String target, String bucket, String key) {
    S3Request request = request("GET " + target);
    assertThat(request.bucket()).isEqualTo(unquoted(bucket));
    assertThat(request.key()).isEqualTo(unquoted(key));
  }

  @Test
  void more_parameters_than_any_operation_has_are_refused() {
    assertThat(request("GET /b?" + "a&".repeat(256)).query().size()).isEqualTo(256);
    assertThatThrownBy(() -> request("GET /b?" + "a&".repeat(257)))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.INVALID_URI))
        .hasMessageContaining("256 parameters");
  }

  private static String unquoted(String text) {
    return text.equals("''") ? "" : text;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/b/%",
        "/b/%2",
        "/b/%zz",
        "/b/%00",
        "/b/a%00b",
        "/b/%C0%AF", // an overlong slash
        "/b/%ED%A0%80", // a lone surrogate
        "/b/%FF",
        "/b/\u00E9", // a byte that is not UTF-8
        "/b?prefix=%zz",
        "/b?prefix=%FF",
        "/b?prefix=%00",
        "/b?%=",
        "*",
        "b/k",
        "ftp://localhost:9000/b",
        "http://elsewhere/b/k", // not the host of the header
      })
  void what_does_not_spell_a_key_is_refused(String target) {
    assertThatThrownBy(() -> request("GET " + target))
        .isInstanceOfSatisfying(
            S3Failure.class, e -> assertThat(e.error()).isEqualTo(S3Error.INVALID_URI));
  }

  @ParameterizedTest
  @CsvSource({
    "pics.s3.example.org, /k/l, pics, k/l",
    "pics.s3.example.org:9000, /, pics, ''",
    "PICS.S3.Example.org, /k, pics, k",
    "my.pics.s3.example.org, /k, my.pics, k",
    "s3.example.org, /b/k, b, k",
    "s3.example.org:9000, /b/k, b, k",
    "other.example.org, /b/k, b, k",
    "xs3.example.org, /b/k, b, k",
    "[::1]:9000, /b/k, b, k",
  })
  void the_bucket_is_in_the_host_below_a_configured_domain(
      String host, String target, String bucket, String key) {
    S3Request request =
        S3Request.of("GET", target, RequestHeaders.of("host", host), List.of("s3.example.org"));
    assertThat(request.bucket()).isEqualTo(bucket);
    assertThat(request.key()).isEqualTo(key);
  }

  @Test
  void two_hosts_are_refused() {
    assertThatThrownBy(
            () -> S3Request.of("GET", "/", RequestHeaders.of("Host", "a", "host", "b"), List.of()))
        .isInstanceOf(S3Failure.class);
  }

  @Test
  void a_query_keeps_its_order_and_the_first_of_two_values_counts_for_everyone() {
    Query query = Query.parse("b=2&a=1&b=3&flag&empty=&&sp=a+b%2B");
    assertThat(query.size()).isEqualTo(6);
    assertThat(query.name(0)).isEqualTo("b");
    assertThat(query.value(2)).isEqualTo("3");
    assertThat(query.first("b")).isEqualTo("2");
    assertThat(query.first("flag")).isEmpty();
    assertThat(query.first("none")).isNull();
    assertThat(query.text("none")).isEmpty();
    assertThat(query.text("sp")).isEqualTo("a b+");
  }

  @Test
  void encoding_and_decoding_are_inverse() {
    String text = "a b/ü🐟+~%\u007F";
    assertThat(Percent.decode(Percent.encode(text, true), false)).isEqualTo(text);
    assertThat(Percent.encode("a/b c", true)).isEqualTo("a/b%20c");
    assertThat(Percent.encode("a/b", false)).isEqualTo("a%2Fb");
  }
}
