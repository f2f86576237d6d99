package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a connection brings, a head or a body has one outcome however they are cut, and
/// nothing behind it is touched. STYLE.md says how to search for bytes that break this.
class HostileBytesTest {
  static Stream<byte[]> heads() {
    return Stream.of(
            "GET /b/k?x=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\nGET",
            "\r\n\r\nPUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 12, 12\r\nExpect: 100-continue\r\n\r\n",
            "DELETE http://a/b HTTP/1.0\r\nConnection: keep-alive, close\r\nY:\t z \r\n\r\n",
            "GET / HTTP/1.1\nHost: h\n\n")
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @MethodSource("heads")
  @FuzzTest(maxDuration = "1m")
  void a_head_has_one_outcome_however_it_is_cut(byte[] bytes) {
    String whole = head(bytes, bytes.length);
    for (int cut : new int[] {1, 2, 7}) assertThat(head(bytes, cut)).isEqualTo(whole);
  }

  /// What is made of the first head and what is left then; or that it is not complete, or refused.
  private static String head(byte[] bytes, int cut) {
    var parser = new RequestDecoder(TestServers.BOUNDS);
    ByteBuf in = Unpooled.buffer();
    try {
      for (int at = 0; at < bytes.length; at += cut) {
        in.writeBytes(bytes, at, Math.min(cut, bytes.length - at));
        ParsedHead head = parser.parse(in);
        if (head == null) continue;
        assertThat(head.length()).isGreaterThanOrEqualTo(-1);
        int left = in.readableBytes() + Math.max(0, bytes.length - at - cut);
        return "%s %s %s %s %d %s %s, %d left"
            .formatted(
                head.method(),
                head.target(),
                head.version(),
                head.headers(),
                head.length(),
                head.keepAlive(),
                head.expectsContinue(),
                left);
      }
      return "not complete";
    } catch (Malformed e) {
      return "refused";
    } finally {
      in.release();
    }
  }

  static Stream<byte[]> bodies() {
    return Stream.of(
            "5\r\nhello\r\n6;chunk-signature=abc;x=\"y\"\r\n world\r\n0\r\nx: 1\r\n\r\nGET",
            "00F \r\n123456789012345\r\n0\r\n\r\n",
            "fffffffffffffff\r\nx",
            "0\r\nx-amz-checksum: abc\r\nb:  2\r\n\r\n")
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @MethodSource("bodies")
  @FuzzTest(maxDuration = "1m")
  void a_body_has_one_outcome_however_it_is_cut(byte[] bytes) {
    for (long length : new long[] {-1, 1, 10}) {
      String whole = body(bytes, length, bytes.length);
      for (int cut : new int[] {1, 2, 7}) assertThat(body(bytes, length, cut)).isEqualTo(whole);
    }
  }

  private static String body(byte[] bytes, long length, int cut) {
    var decoder = new RequestDecoder.Body(length, TestServers.BOUNDS);
    var data = new StringBuilder();
    ByteBuf in = Unpooled.buffer();
    try {
      for (int at = 0; at < bytes.length; at += cut) {
        in.writeBytes(bytes, at, Math.min(cut, bytes.length - at));
        boolean complete =
            decoder.decode(
                in,
                piece -> {
                  data.append(piece.toString(ISO_8859_1));
                  piece.release();
                });
        assertThat(data.length()).isLessThanOrEqualTo(bytes.length);
        if (!complete) continue;
        int left = in.readableBytes() + Math.max(0, bytes.length - at - cut);
        return "%s, trailers %s, %d left".formatted(data, decoder.trailers(), left);
      }
      return data + " and not complete";
    } catch (Malformed e) {
      return "refused";
    } finally {
      in.release();
    }
  }
}
