package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDecoderTest {
  private final StringBuilder body = new StringBuilder();

  @Test
  void a_body_of_known_length_ends_there() throws Malformed {
    var decoder = new RequestDecoder.Body(5, TestServers.BOUNDS);
    var in = Unpooled.copiedBuffer("hello, next", ISO_8859_1);
    assertThat(decode(decoder, in)).isTrue();
    assertThat(body).hasToString("hello");
    assertThat(in.toString(ISO_8859_1)).isEqualTo(", next");
  }

  @Test
  void chunks_are_joined_and_trailers_read_however_the_bytes_are_cut() throws Malformed {
    var seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var wire =
        "5\r\nhello\r\n6;chunk-signature=abc;x=\"y\"\r\n world\r\n00F \r\n"
            + "123456789012345\r\n0\r\nx-amz-checksum: abc\r\nb:  2\r\n\r\nGET";
    for (var round = 0; round < 500; round++) {
      body.setLength(0);
      var decoder = new RequestDecoder.Body(-1, TestServers.BOUNDS);
      var in = Unpooled.buffer();
      var complete = false;
      for (var at = 0; at < wire.length(); ) {
        var end = Math.min(wire.length(), at + 1 + random.nextInt(9));
        in.writeCharSequence(wire.substring(at, end), ISO_8859_1);
        complete = complete || decode(decoder, in);
        at = end;
      }
      assertThat(complete).isTrue();
      assertThat(body).hasToString("hello world123456789012345");
      assertThat(decoder.trailers()).hasToString("x-amz-checksum: abc, b: 2");
      assertThat(in.toString(ISO_8859_1)).isEqualTo("GET");
    }
  }

  @Test
  void trailers_that_come_byte_by_byte_are_looked_through_once() throws Malformed {
    var looks = new AtomicLong();
    var in =
        new UnpooledHeapByteBuf(UnpooledByteBufAllocator.DEFAULT, 64 << 10, 64 << 10) {
          @Override
          public int indexOf(int from, int to, byte value) {
            looks.addAndGet(to - from);
            return super.indexOf(from, to, value);
          }
        };
    var decoder = new RequestDecoder.Body(-1, TestServers.BOUNDS);
    String trailers = "a: b\r\n".repeat(400) + "c: " + "d".repeat(28_000) + "\r\n\r\n";
    String body = "0\r\n" + trailers;
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      in.writeByte(c);
      decode(decoder, in);
    }
    assertThat(decoder.trailers().size()).isEqualTo(401);
    assertThat(looks.get()).isLessThan(3L * trailers.length());
    in.release();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\nx",
        "0x1\r\nx",
        " 1\r\nx",
        "1\nx",
        "1\r\nxy\r\n",
        "1\r\nx\ny",
        "1\r\nx\r\rx",
        "1;a\u0001\r\nx",
        "1;a\rb\r\nx",
        "1!\r\nx",
        "1111111111111111\r\nx",
        "ffffffffffffffff\r\nx",
        "0\r\nX y: z\r\n\r\n",
        "0\r\nX: y\n\r\n",
        "0\r\n folded\r\n\r\n",
        "0\r\nX: a\rb\r\n\r\n",
      })
  void malformed_chunks_are_refused(String wire) {
    var in = Unpooled.copiedBuffer(wire, ISO_8859_1);
    assertThatThrownBy(() -> decode(new RequestDecoder.Body(-1, TestServers.BOUNDS), in))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void endless_chunk_extensions_and_trailers_are_refused() {
    var extension = Unpooled.copiedBuffer("1;" + "x".repeat(600), ISO_8859_1);
    assertThatThrownBy(() -> decode(new RequestDecoder.Body(-1, TestServers.BOUNDS), extension))
        .isInstanceOf(Malformed.class);
    var trailers = Unpooled.copiedBuffer("0\r\n" + "x: y\r\n".repeat(9000), ISO_8859_1);
    assertThatThrownBy(() -> decode(new RequestDecoder.Body(-1, TestServers.BOUNDS), trailers))
        .isInstanceOf(Malformed.class);
  }

  private boolean decode(RequestDecoder.Body decoder, io.netty.buffer.ByteBuf in) throws Malformed {
    return decoder.decode(
        in,
        data -> {
          body.append(data.toString(ISO_8859_1));
          data.release();
        });
  }
}
