package io.tarn.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
  private static final String PLAIN =
      "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH:  11\r\nETag: \"abc\"\r\n\r\nhello world";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nx-trailer: 1\r\n\r\n";

  private final ResponseReader reader = new ResponseReader();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1000})
  void a_reply_is_understood_in_whatever_pieces_it_arrives(int piece) {
    for (String reply : new String[] {PLAIN, CHUNKED, PLAIN}) {
      reader.expect(false, 100);
      feed(reply, piece);
      assertThat(reader.done()).isTrue();
      assertThat(reader.status()).isEqualTo(200);
      assertThat(reader.bodyBytes()).isEqualTo(11);
      assertThat(reader.closes()).isFalse();
      assertThat(new String(reader.body(), ISO_8859_1)).isEqualTo("hello world");
    }
    assertThat(reader.etag()).isEqualTo("\"abc\"");
  }

  @Test
  void a_success_that_nobody_wants_is_counted_and_not_kept() {
    reader.expect(false, 0);
    feed(PLAIN, 1000);
    assertThat(reader.bodyBytes()).isEqualTo(11);
    assertThat(reader.body()).isEmpty();
  }

  @Test
  void the_body_of_a_failure_is_kept_to_be_shown() {
    reader.expect(false, 0);
    feed("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnope", 3);
    assertThat(reader.succeeded()).isFalse();
    assertThat(reader.closes()).isTrue();
    assertThat(new String(reader.body(), ISO_8859_1)).isEqualTo("nope");
  }

  @Test
  void replies_without_a_body_end_with_their_head() {
    reader.expect(true, 0);
    feed("HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n", 1000);
    assertThat(reader.done()).isTrue();
    reader.expect(false, 0);
    feed("HTTP/1.1 204 No Content\r\n\r\n", 1000);
    assertThat(reader.done()).isTrue();
    reader.expect(false, 0);
    feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1000);
    assertThat(reader.done()).isTrue();
  }

  @Test
  void an_interim_reply_is_passed_over() {
    reader.expect(false, 0);
    feed("HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, 5);
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.done()).isTrue();
  }

  @Test
  void a_body_without_a_length_ends_with_the_connection() {
    reader.expect(false, 100);
    feed("HTTP/1.1 200 OK\r\n\r\nall of it", 1000);
    assertThat(reader.done()).isFalse();
    reader.end();
    assertThat(reader.done()).isTrue();
    assertThat(reader.closes()).isTrue();
    assertThat(reader.bodyBytes()).isEqualTo(9);
  }

  @Test
  void a_connection_that_ends_in_mid_reply_is_a_failure() {
    reader.expect(false, 0);
    feed(PLAIN.substring(0, PLAIN.length() - 1), 1000);
    assertThatThrownBy(reader::end).isInstanceOf(BrokenReply.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"
      })
  void what_is_not_http_is_refused(String reply) {
    reader.expect(false, 0);
    assertThatThrownBy(() -> feed(reply, 1000)).isInstanceOf(BrokenReply.class);
  }

  private void feed(String text, int piece) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    for (int at = 0; at < bytes.length; at += piece) {
      reader.feed(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
    }
  }
}
