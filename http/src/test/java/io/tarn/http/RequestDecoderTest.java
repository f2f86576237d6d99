package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tarn.http.RequestHead.Version;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
  private static final Bounds LIMITS = new Bounds(100, 200, 16, 1024, 1024, 1024, 0);

  private final RequestDecoder parser = new RequestDecoder(LIMITS);

  @Test
  void a_head_is_split_into_its_parts() throws Malformed {
    ParsedHead head =
        parse("PUT /b/k?x=%20 HTTP/1.1\r\nHost: h\r\nX-A:  1 \t\r\nx-a:2\r\nE:\r\n\r\n");
    assertThat(head.method()).isEqualTo("PUT");
    assertThat(head.target()).isEqualTo("/b/k?x=%20");
    assertThat(head.version()).isEqualTo(Version.HTTP_1_1);
    assertThat(head.headers().all("X-a")).containsExactly("1", "2");
    assertThat(head.headers().first("e")).isEmpty();
    assertThat(head.length()).isZero();
    assertThat(head.keepAlive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//",
        "/a//b",
        "/..",
        "/a/../b",
        "/%2F",
        "/%00",
        "/%zz",
        "/a+b;c",
        "/{}|\\^`\"<>",
        "*",
        "http://host/p?q",
        "/ü",
        "/?a=b&c"
      })
  void a_target_arrives_unchanged(String target) throws Malformed {
    var utf8 = new String(target.getBytes(UTF_8), ISO_8859_1);
    assertThat(parse("GET " + utf8 + " HTTP/1.1\r\nHost: h\r\n\r\n").target()).isEqualTo(utf8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\r\nHost: h\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\u0001 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /\u007f HTTP/1.1\r\nHost: h\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / http/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.10\r\nHost: h\r\n\r\n",
        "GET / HTTP/1\r\nHost: h\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost: h\n\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\u0008\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX\u00e9: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\rX: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1 1\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: \u00b2\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "PUT / HTTP/1.1\r\n"
            + "Host: h\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n",
        "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
      })
  void a_malformed_head_is_a_bad_request(String head) {
    assertThat(refusal(head).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"HTTP/2.0,505", "HTTP/0.9,505", "HTTP/1.2,505"})
  void other_versions_are_not_spoken(String version, int status) {
    assertThat(refusal("GET / " + version + "\r\nHost: h\r\n\r\n").status()).isEqualTo(status);
  }

  @Test
  void other_expectations_fail() {
    assertThat(refusal("PUT / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n").status())
        .isEqualTo(417);
  }

  @Test
  void a_request_line_over_the_limit_is_refused_before_it_ends() throws Malformed {
    assertThat(parser.parse(bytes("GET /" + "x".repeat(80)))).isNull();
    assertThat(refusal("GET /" + "x".repeat(100)).status()).isEqualTo(414);
    assertThat(refusal("GET /" + "x".repeat(100) + " HTTP/1.1\r\n").status()).isEqualTo(414);
  }

  @Test
  void headers_over_the_limit_are_refused_before_they_end() {
    var line = "GET / HTTP/1.1\r\n";
    assertThat(refusal(line + "X: " + "x".repeat(200)).status()).isEqualTo(431);
    assertThat(refusal(line + "Xy: z\r\n".repeat(40) + "\r\n").status()).isEqualTo(431);
  }

  @Test
  void headers_at_the_limit_are_accepted() throws Malformed {
    var fields = "Host: h\r\nX: ";
    String value = "x".repeat(200 - fields.length() - 4);
    ParsedHead head = parse("GET / HTTP/1.1\r\n" + fields + value + "\r\n\r\n");
    assertThat(head.headers().first("x")).isEqualTo(value);
  }

  @Test
  void a_head_that_drips_in_is_parsed_when_it_is_complete() throws Malformed {
    var text = "\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    var in = Unpooled.buffer();
    for (var i = 0; i < text.length() - 1; i++) {
      in.writeByte(text.charAt(i));
      assertThat(parser.parse(in)).isNull();
    }
    in.writeByte('\n');
    assertThat(Objects.requireNonNull(parser.parse(in)).target()).isEqualTo("/a");
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void the_bytes_after_a_head_are_left_alone() throws Malformed {
    ByteBuf in = bytes("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(Objects.requireNonNull(parser.parse(in)).target()).isEqualTo("/a");
    assertThat(Objects.requireNonNull(parser.parse(in)).target()).isEqualTo("/b");
    assertThat(parser.parse(in)).isNull();
  }

  @Test
  void endless_empty_lines_are_refused() {
    assertThat(refusal("\r\n".repeat(9) + "GET / HTTP/1.1\r\nHost: h\r\n\r\n").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1,,true",
    "HTTP/1.1,close,false",
    "HTTP/1.1,'foo, Close',false",
    "HTTP/1.1,keep-alive,true",
    "HTTP/1.0,,false",
    "HTTP/1.0,Keep-Alive,true",
    "HTTP/1.0,'keep-alive, close',false"
  })
  void a_connection_persists_as_the_client_says(String version, String says, boolean persists)
      throws Malformed {
    String field = says == null ? "" : "Connection: " + says + "\r\n";
    assertThat(parse("GET / " + version + "\r\nHost: h\r\n" + field + "\r\n").keepAlive())
        .isEqualTo(persists);
  }

  @Test
  void an_expectation_needs_a_client_that_knows_it() throws Malformed {
    var expect = "Expect: 100-Continue\r\n";
    assertThat(parse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n" + expect + "\r\n"))
        .matches(ParsedHead::expectsContinue);
    assertThat(parse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n" + expect + "\r\n"))
        .matches(ParsedHead::expectsContinue);
    assertThat(parse("PUT / HTTP/1.0\r\nHost: h\r\nContent-Length: 1\r\n" + expect + "\r\n"))
        .matches(head -> !head.expectsContinue());
  }

  @Test
  void the_length_of_the_body_is_known() throws Malformed {
    var put = "PUT / HTTP/1.1\r\nHost: h\r\n";
    assertThat(parse(put + "Content-Length: 00012\r\n\r\n").length()).isEqualTo(12);
    assertThat(parse(put + "Transfer-Encoding: Chunked\r\n\r\n").length()).isEqualTo(-1);
  }

  private ParsedHead parse(String text) throws Malformed {
    return Objects.requireNonNull(new RequestDecoder(LIMITS).parse(bytes(text)));
  }

  private static Malformed refusal(String text) {
    return Objects.requireNonNull(
        catchThrowableOfType(Malformed.class, () -> new RequestDecoder(LIMITS).parse(bytes(text))),
        "was accepted: " + text);
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }
}
