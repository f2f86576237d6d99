package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakGuard.class)
class ResponseTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  @TempDir Path directory;

  /// Slices from a list; fails instead of a slice where the list says so.
  private static final class Listed implements BodySlices {
    final AtomicInteger closed = new AtomicInteger();
    private final Iterator<Object> steps;

    Listed(Object... steps) {
      this.steps = List.of(steps).iterator();
    }

    @Override
    public @Nullable BodySlice next() {
      if (!steps.hasNext()) return null;
      return switch (steps.next()) {
        case RuntimeException failure -> throw failure;
        case String text -> new BodySlice.Memory(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        case BodySlice slice -> slice;
        case Object other -> throw new IllegalArgumentException(other.toString());
      };
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static Response slices(long length, BodySlices source) {
    return new Response(200, Headers.EMPTY, new ResponseBody.Slices(length, source));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 65_536, 65_537, 5_000_000})
  void bytes_of_any_size_arrive(int length) throws Exception {
    byte[] bytes = random(length);
    var sent = new ArrayBlockingQueue<Long>(2);
    try (var server =
            TestServers.start(
                exchange -> {
                  exchange.respond(new Response(200, Headers.EMPTY, new ResponseBody.Bytes(bytes)));
                  sent.add(exchange.bytesSent());
                  assertThat(exchange.nanosToFirstByte()).isPositive();
                  assertThat(exchange.nanosSinceArrival())
                      .isGreaterThanOrEqualTo(exchange.nanosToFirstByte());
                });
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 2; i++) {
        assertThat(client.send(GET).reply().body()).isEqualTo(bytes);
        assertThat(TestServers.take(sent)).isEqualTo(length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4096, 65_536, 65_537, 3_000_000})
  void parts_of_a_file_arrive_and_the_file_stays_open(int length) throws Exception {
    byte[] content = random(length + 2000);
    try (FileChannel file = open(content);
        var server =
            TestServers.start(
                exchange -> {
                  var source =
                      new Listed(
                          FileBytes.slice(file, 1000, length),
                          "middle",
                          FileBytes.slice(file, 0, length));
                  exchange.respond(slices(2L * length + 6, source));
                  assertThat(source.closed).hasValue(1);
                });
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 3; i++) {
        byte[] body = client.send(GET).reply().body();
        assertThat(Arrays.copyOf(body, length))
            .isEqualTo(Arrays.copyOfRange(content, 1000, 1000 + length));
        assertThat(new String(body, length, 6, ISO_8859_1)).isEqualTo("middle");
        assertThat(Arrays.copyOfRange(body, length + 6, body.length))
            .isEqualTo(Arrays.copyOf(content, length));
      }
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void a_body_of_unknown_length_goes_in_chunks() throws Exception {
    try (FileChannel file = open(random(200_000));
        var server =
            TestServers.start(
                e ->
                    e.respond(
                        slices(
                            -1, new Listed("one", "", "two", FileBytes.slice(file, 0, 200_000)))));
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 2; i++) {
        RawClient.Reply reply = client.send(GET).reply();
        assertThat(reply.headers()).containsEntry("transfer-encoding", "chunked");
        assertThat(reply.body()).hasSize(200_006);
        assertThat(reply.text()).startsWith("onetwo");
      }
    }
  }

  @Test
  void a_body_of_unknown_length_ends_the_connection_of_an_old_client() throws Exception {
    try (var server = TestServers.start(e -> e.respond(slices(-1, new Listed("one", "two"))));
        var client = new RawClient(server.port())) {
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertThat(client.rest())
          .contains("Connection: close\r\n")
          .doesNotContain("chunked")
          .endsWith("\r\n\r\nonetwo");
    }
  }

  @Test
  void an_unknown_length_without_a_byte_is_an_empty_body() throws Exception {
    try (var server = TestServers.start(e -> e.respond(slices(-1, new Listed())));
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().body()).isEmpty();
      assertThat(client.send(GET).reply().body()).isEmpty();
    }
  }

  @Test
  void a_head_has_the_length_but_not_the_body() throws Exception {
    var source = new Listed("never");
    try (var server =
            TestServers.start(
                exchange -> {
                  switch (exchange.head().target()) {
                    case "/explicit" ->
                        exchange.respond(Response.of(200, Headers.of("Content-Length", "12345")));
                    case "/bytes" -> exchange.respond(TestServers.text(200, "four"));
                    default -> exchange.respond(slices(7, source));
                  }
                });
        var client = new RawClient(server.port())) {
      assertThat(lengthOfHead(client, "/explicit")).isEqualTo("12345");
      assertThat(lengthOfHead(client, "/bytes")).isEqualTo("4");
      assertThat(lengthOfHead(client, "/slices")).isEqualTo("7");
      assertThat(source.closed).hasValue(1);
    }
  }

  private static @Nullable String lengthOfHead(RawClient client, String target) throws IOException {
    client.send("HEAD " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return client.reply(true).headers().get("content-length");
  }

  @Test
  void no_content_and_not_modified_go_without_a_body() throws Exception {
    try (var server =
            TestServers.start(
                e ->
                    e.respond(
                        TestServers.text(e.head().target().equals("/204") ? 204 : 304, "x")));
        var client = new RawClient(server.port())) {
      client.send("GET /204 HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().headers()).doesNotContainKey("content-length");
      client.send("GET /304 HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(client.reply().headers()).doesNotContainKey("content-length");
    }
  }

  @Test
  void a_source_that_fails_first_leaves_room_for_an_error_response() throws Exception {
    var source = new Listed(new IllegalStateException("corrupt"), "never");
    try (var server =
            TestServers.start(
                exchange -> {
                  assertThatThrownBy(() -> exchange.respond(slices(5, source)))
                      .hasMessage("corrupt");
                  assertThat(exchange.responded()).isFalse();
                  exchange.respond(TestServers.text(500, "sorry"));
                });
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().text()).isEqualTo("sorry");
      assertThat(source.closed).hasValue(1);
      assertThat(server.counts().failed()).isZero();
    }
  }

  @Test
  void a_source_that_fails_later_ends_the_connection() throws Exception {
    var ends = new ArrayBlockingQueue<String>(1);
    var source = new Listed("begin", new IllegalStateException("corrupt"));
    try (var server =
            TestServers.start(
                exchange -> {
                  assertThatThrownBy(() -> exchange.respond(slices(50, source)))
                      .hasMessage("corrupt");
                  ends.add("closed " + source.closed);
                });
        var client = new RawClient(server.port())) {
      String all = client.send(GET + GET).rest();
      assertThat(all.indexOf("HTTP/1.1 ", 1)).isNegative();
      assertThat(TestServers.take(ends)).isEqualTo("closed 1");
    }
  }

  @Test
  void a_source_that_yields_other_than_it_announced_is_a_bug() throws Exception {
    var ends = new ArrayBlockingQueue<String>(2);
    try (var server =
        TestServers.start(
            exchange -> {
              try {
                exchange.respond(slices(4, new Listed(exchange.head().target())));
              } catch (IllegalStateException e) {
                ends.add(String.valueOf(e.getMessage()));
                throw e;
              }
            })) {
      try (var client = new RawClient(server.port())) {
        client.send("GET /12345 HTTP/1.1\r\nHost: h\r\n\r\n").rest();
        assertThat(TestServers.take(ends)).contains("more than it announced");
      }
      try (var client = new RawClient(server.port())) {
        client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n").rest();
        assertThat(TestServers.take(ends)).contains("2 bytes early");
      }
    }
  }

  @Test
  void a_file_that_shrank_ends_the_connection() throws Exception {
    try (FileChannel file = open(random(1000));
        var server =
            TestServers.start(
                e ->
                    e.respond(slices(1_000_000, new Listed(FileBytes.slice(file, 0, 1_000_000)))));
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).rest().length()).isLessThan(2000);
    }
  }

  @Test
  void a_content_length_that_contradicts_the_body_is_refused() throws Exception {
    try (var server =
            TestServers.start(
                exchange -> {
                  var body = new ResponseBody.Bytes(new byte[3]);
                  var lie = new Response(200, Headers.of("Content-Length", "4"), body);
                  assertThatThrownBy(() -> exchange.respond(lie))
                      .isInstanceOf(IllegalArgumentException.class);
                  exchange.respond(TestServers.text(500, "sorry"));
                });
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().text()).isEqualTo("sorry");
    }
  }

  @Test
  void there_is_no_second_response() throws Exception {
    var refused = new ArrayBlockingQueue<RuntimeException>(1);
    try (var server =
            TestServers.start(
                exchange -> {
                  exchange.respond(TestServers.text(200, "one"));
                  try {
                    exchange.respond(TestServers.text(200, "two"));
                  } catch (IllegalStateException e) {
                    refused.add(e);
                  }
                });
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().text()).isEqualTo("one");
      assertThat(TestServers.take(refused)).hasMessageContaining("second response");
      assertThat(client.send(GET).reply().text()).isEqualTo("one");
    }
  }

  @Test
  void a_client_that_disconnects_ends_the_response_and_frees_its_memory() throws Exception {
    var ends = new ArrayBlockingQueue<EndlessSlices>(1);
    try (var server =
        TestServers.start(
            exchange -> {
              var source = new EndlessSlices(new byte[300_000]);
              assertThatThrownBy(() -> exchange.respond(slices(1L << 50, source)))
                  .isInstanceOf(ClientGone.class);
              ends.add(source);
            })) {
      for (var reset : List.of(true, false)) {
        try (var client = new RawClient(server.port())) {
          client.send(GET);
          assertThat(client.read(new byte[1000])).isPositive();
          if (reset) {
            client.reset();
          } else {
            client.hangUp();
          }
          var source = TestServers.take(ends);
          assertThat(source.closed).hasValue(1);
          assertThat(source.outstanding).hasValue(0);
        }
      }
    }
  }

  @Test
  void a_client_that_disconnects_during_a_file_frees_the_file() throws Exception {
    var ends = new ArrayBlockingQueue<String>(1);
    try (FileChannel file = open(random(60_000_000));
        var server =
            TestServers.start(
                exchange -> {
                  var source = new Listed(FileBytes.slice(file, 0, 60_000_000));
                  assertThatThrownBy(() -> exchange.respond(slices(60_000_000, source)))
                      .isInstanceOf(ClientGone.class);
                  ends.add("closed " + source.closed);
                });
        var client = new RawClient(server.port(), 4096)) {
      client.send(GET);
      assertThat(client.read(new byte[1000])).isPositive();
      client.hangUp();
      assertThat(TestServers.take(ends)).isEqualTo("closed 1");
      assertThat(file.isOpen()).isTrue();
    }
  }

  @Test
  void a_slow_reader_holds_no_more_than_two_regions() throws Exception {
    var ends = new ArrayBlockingQueue<EndlessSlices>(1);
    try (var server =
            TestServers.start(
                exchange -> {
                  var source = new EndlessSlices(new byte[500_000]);
                  exchange.respond(slices(20_000_000, source));
                  ends.add(source);
                });
        var client = new RawClient(server.port(), 4096)) {
      client.send(GET);
      assertThat(client.reply().body()).hasSize(20_000_000);
      var source = TestServers.take(ends);
      // Two on their way and one prepared.
      assertThat(source.mostOutstanding.get()).isBetween(2, 3);
      assertThat(source.handedOut).hasValue(40);
    }
  }

  @Test
  void closing_the_server_ends_what_is_under_way() throws Exception {
    var ends = new ArrayBlockingQueue<String>(2);
    var server =
        TestServers.start(
            exchange -> {
              try {
                if (exchange.head().target().equals("/up")) TestServers.read(exchange.body());
                exchange.respond(slices(1L << 50, new EndlessSlices(new byte[300_000])));
              } catch (ClientGone e) {
                ends.add(exchange.head().target());
                throw e;
              }
            });
    try (var up = new RawClient(server.port());
        var down = new RawClient(server.port())) {
      up.send("PUT /up HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
      assertThat(down.send(GET).read(new byte[10])).isPositive();
      while (server.counts().requests() < 2) Thread.onSpinWait();
      server.close();
      assertThat(List.of(TestServers.take(ends), TestServers.take(ends)))
          .containsExactlyInAnyOrder("/up", "/a");
    }
  }

  private FileChannel open(byte[] content) throws IOException {
    var path = Files.write(directory.resolve("content"), content);
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
