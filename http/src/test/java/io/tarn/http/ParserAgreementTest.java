package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Heads that are damaged at random: whatever our parser accepts, Netty's reads in the same way.
/// Ours may refuse more.
@Tag("slow")
class ParserAgreementTest {
  private static final List<String> SEEDS =
      List.of(
          "GET /b/k?x=1 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n",
          "PUT /b%2F/k HTTP/1.1\r\n"
              + "Host: h:80\r\n"
              + "Content-Length: 12\r\n"
              + "Expect: 100-continue\r\n\r\n",
          "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
          "DELETE /a HTTP/1.0\r\nConnection: keep-alive\r\nX: a, b;c=\"d\"\r\nY:\t z \r\n\r\n");

  private static final String ALPHABET =
      "\r\n \t:,;/0123%aAzZ\0\u0001\u000b\u007f\u00e9\u00ff?=&\"-";

  @Test
  void what_we_accept_netty_reads_alike() throws Exception {
    var seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var accepted = 0;
    for (var round = 0; round < 60_000; round++) {
      String text = damaged(SEEDS.get(random.nextInt(SEEDS.size())), random);
      ParsedHead ours = parse(text);
      if (ours != null) {
        accepted++;
        compare(ours, text);
      }
    }
    assertThat(accepted).isGreaterThan(1000);
  }

  private static String damaged(String head, Random random) {
    var text = new StringBuilder(head);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        default -> text.deleteCharAt(at);
      }
    }
    return text.toString();
  }

  private static @org.jspecify.annotations.Nullable ParsedHead parse(String text) {
    try {
      return new RequestDecoder(TestServers.BOUNDS).parse(Unpooled.copiedBuffer(text, ISO_8859_1));
    } catch (Malformed _) {
      return null;
    }
  }

  private static void compare(ParsedHead ours, String text) {
    var channel = new EmbeddedChannel(new HttpRequestDecoder());
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    HttpRequest theirs = channel.readInbound();
    assertThat(theirs).as(text).isNotNull();
    assertThat(theirs.decoderResult().isSuccess()).as(text).isTrue();
    assertThat(theirs.method().name()).as(text).isEqualTo(ours.method());
    assertThat(theirs.uri()).as(text).isEqualTo(ours.target());
    List<Map.Entry<String, String>> fields = theirs.headers().entries();
    assertThat(fields).as(text).hasSize(ours.headers().size());
    for (var i = 0; i < fields.size(); i++) {
      assertThat(fields.get(i).getKey()).as(text).isEqualTo(ours.headers().name(i));
      assertThat(fields.get(i).getValue()).as(text).isEqualTo(ours.headers().value(i));
    }
    for (Object rest = channel.readInbound(); rest != null; rest = channel.readInbound()) {
      ReferenceCountUtil.release(rest);
    }
    channel.finishAndReleaseAll();
  }
}
