package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakGuard.class)
class RequestBodyTest {
  private static final String PUT = "PUT /a HTTP/1.1\r\nHost: h\r\n";

  private static void answerChecksum(Exchange exchange) {
    var checksum = new CRC32C();
    RequestBody body = exchange.body();
    for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) {
      assertThat(bytes.isReadOnly()).isTrue();
      assertThat(bytes.hasRemaining()).isTrue();
      checksum.update(bytes);
    }
    exchange.respond(
        TestServers.text(200, body.length() + " " + checksum.getValue() + " " + body.trailers()));
  }

  @Test
  void large_bodies_arrive_whole_in_either_framing() throws Exception {
    var seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    try (var server = TestServers.start(RequestBodyTest::answerChecksum);
        var client = new RawClient(server.port())) {
      for (var round = 0; round < 20; round++) {
        var bytes = new byte[1 + random.nextInt(3_000_000)];
        random.nextBytes(bytes);
        var checksum = new CRC32C();
        checksum.update(bytes);
        client.send(PUT + "Content-Length: " + bytes.length + "\r\n\r\n").send(bytes);
        assertThat(client.reply().text()).isEqualTo(bytes.length + " " + checksum.getValue() + " ");
        client.send(PUT + "Transfer-Encoding: chunked\r\n\r\n");
        for (var at = 0; at < bytes.length; ) {
          var length = Math.min(bytes.length - at, 1 + random.nextInt(200_000));
          client.send(Integer.toHexString(length) + "\r\n");
          client.send(java.util.Arrays.copyOfRange(bytes, at, at + length)).send("\r\n");
          at += length;
        }
        client.send("0\r\nx-sum: 1\r\n\r\n");
        assertThat(client.reply().text()).isEqualTo("-1 " + checksum.getValue() + " x-sum: 1");
      }
    }
  }

  @Test
  void what_came_of_a_body_is_counted_in_either_framing_and_not_what_was_announced()
      throws Exception {
    var counts = new ArrayBlockingQueue<Long>(1);
    Handler counting =
        exchange -> {
          try {
            TestServers.read(exchange.body());
            exchange.respond(TestServers.text(200, "all"));
          } finally {
            counts.add(exchange.body().received());
          }
        };
    try (var server = TestServers.start(counting)) {
      try (var client = new RawClient(server.port())) {
        client.send(PUT + "Content-Length: 70000\r\n\r\n").send(new byte[70_000]);
        assertThat(TestServers.take(counts)).isEqualTo(70_000);
        client.reply();
        client.send(PUT + "Transfer-Encoding: chunked\r\n\r\n");
        client.send("3\r\nabc\r\n5\r\ndefgh\r\n0\r\n\r\n");
        assertThat(TestServers.take(counts)).isEqualTo(8);
        client.reply();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(TestServers.take(counts)).isZero();
        client.reply();
        client.send(PUT + "Content-Length: 70000\r\n\r\nabc");
      }
      assertThat(TestServers.take(counts)).isEqualTo(3);
    }
  }

  @Test
  void an_absent_body_ends_at_once() throws Exception {
    try (var server = TestServers.start(RequestBodyTest::answerChecksum);
        var client = new RawClient(server.port())) {
      assertThat(client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").reply().text())
          .isEqualTo("0 0 ");
      assertThat(client.send(PUT + "Content-Length: 0\r\n\r\n").reply().text()).isEqualTo("0 0 ");
    }
  }

  @Test
  void the_client_is_told_to_continue_when_the_body_is_wanted() throws Exception {
    try (var server = TestServers.start(RequestBodyTest::answerChecksum);
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 3; i++) {
        client.send(PUT + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(100);
        assertThat(client.send("x").reply().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void an_empty_body_is_continued_too_before_a_success_and_not_before_a_refusal() throws Exception {
    try (var server = TestServers.start(RequestBodyTest::answerChecksum);
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 3; i++) {
        client.send(PUT + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.reply().status()).isEqualTo(100);
        assertThat(client.reply().status()).isEqualTo(200);
      }
    }
    try (var server = TestServers.start(e -> e.respond(TestServers.text(403, "no")));
        var client = new RawClient(server.port())) {
      client.send(PUT + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(403);
    }
  }

  @Test
  void a_refusal_without_reading_sends_no_continue_and_closes() throws Exception {
    try (var server = TestServers.start(e -> e.respond(TestServers.text(403, "no")));
        var client = new RawClient(server.port())) {
      client.send(PUT + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n");
      assertThat(client.rest())
          .startsWith("HTTP/1.1 403 ")
          .contains("Connection: close\r\n")
          .doesNotContain("100 Continue");
    }
  }

  @Test
  void a_short_unread_body_is_discarded_and_the_connection_kept() throws Exception {
    try (var server = TestServers.start(e -> e.respond(TestServers.text(200, e.head().target())));
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 20; i++) {
        client.send("PUT /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n");
        client.send(new byte[200_000]);
        assertThat(client.reply().text()).isEqualTo("/" + i);
        client.send("PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("3\r\nabc\r\n").send("0\r\n\r\n");
        assertThat(client.reply().text()).isEqualTo("/c");
      }
    }
  }

  @Test
  void a_client_that_is_still_sending_a_long_unread_body_sees_the_response() throws Exception {
    try (var server = TestServers.start(e -> e.respond(TestServers.text(403, "no")));
        var client = new RawClient(server.port())) {
      client.send(PUT + "Content-Length: 20000000\r\n\r\n");
      for (var i = 0; i < 20; i++) client.send(new byte[1_000_000]);
      assertThat(client.rest()).contains("Connection: close\r\n").endsWith("\r\n\r\nno");
    }
  }

  @Test
  void an_endless_unread_chunked_body_ends_the_connection() throws Exception {
    var limits = TestServers.limits(4096, 1000);
    try (var server =
            HttpServer.start(
                TestServers.LOOPBACK.with(limits), e -> e.respond(TestServers.text(403, "no")));
        var client = new RawClient(server.port())) {
      client.send(PUT + "Transfer-Encoding: chunked\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(403);
      client.send("800\r\n").send(new byte[2048]).send("\r\n");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void a_handler_may_stop_reading_halfway() throws Exception {
    var go = new Semaphore(0);
    try (var server =
            TestServers.start(
                exchange -> {
                  go.acquireUninterruptibly();
                  assertThat(exchange.body().next()).isNotNull();
                  exchange.respond(TestServers.text(200, "enough"));
                });
        var client = new RawClient(server.port())) {
      for (var i = 0; i < 5; i++) {
        client.send(PUT + "Content-Length: 200000\r\n\r\n").send(new byte[200_000]);
        // All of it is queued, so the handler leaves most of a batch behind.
        go.release();
        assertThat(client.reply().text()).isEqualTo("enough");
      }
    }
  }

  @Test
  void reading_on_after_the_response_is_refused() throws Exception {
    var failures = new ArrayBlockingQueue<RuntimeException>(1);
    try (var server =
            TestServers.start(
                e -> {
                  e.respond(TestServers.text(200, "early"));
                  try {
                    TestServers.read(e.body());
                  } catch (RuntimeException expected) {
                    failures.add(expected);
                  }
                });
        var client = new RawClient(server.port())) {
      client.send(PUT + "Content-Length: 100\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("early");
      assertThat(TestServers.take(failures)).isInstanceOf(ClientGone.class);
    }
  }

  @Test
  void a_client_that_disconnects_wakes_the_reader() throws Exception {
    var ends = new ArrayBlockingQueue<String>(1);
    try (var server =
        TestServers.start(
            exchange -> {
              try {
                TestServers.read(exchange.body());
              } catch (ClientGone e) {
                ends.add(e.reason());
                assertThatThrownBy(() -> exchange.respond(TestServers.text(200, "")))
                    .isInstanceOf(ClientGone.class);
                throw e;
              }
            })) {
      for (var reset : List.of(true, false)) {
        try (var client = new RawClient(server.port())) {
          client.send(PUT + "Content-Length: 5\r\n\r\nhel");
          if (reset) {
            client.reset();
          } else {
            client.hangUp();
          }
          assertThat(TestServers.take(ends)).isEqualTo("the client disconnected");
        }
      }
      assertThat(server.drain(TestServers.LONG)).isTrue();
      assertThat(server.counts().failed()).isZero();
    }
  }

  @Test
  void a_buffer_may_be_kept_until_the_next_is_asked_for() throws Exception {
    try (var server =
            TestServers.start(
                exchange -> {
                  var parts = new ArrayList<String>();
                  for (ByteBuffer b = exchange.body().next();
                      b != null;
                      b = exchange.body().next()) {
                    parts.add(ISO_8859_1.decode(b).toString());
                  }
                  exchange.respond(TestServers.text(200, String.join("", parts)));
                });
        var client = new RawClient(server.port())) {
      client.send(
          PUT + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("abc");
    }
  }

  /// 64 clients push 4 MiB each at a handler that reads nothing until all of them are stuck.
  @Test
  @Tag("slow")
  void parallel_uploads_do_not_pile_up_in_memory() throws Exception {
    int queue = 256 << 10;
    var uploads = 64;
    var go = new Semaphore(0);
    var limits = TestServers.limits(queue, 1024);
    try (var server =
        HttpServer.start(
            TestServers.LOOPBACK.with(limits),
            exchange -> {
              go.acquireUninterruptibly();
              answerChecksum(exchange);
            })) {
      long before = directBytes();
      var sent = new AtomicLong();
      var done = new ArrayBlockingQueue<String>(uploads);
      for (var i = 0; i < uploads; i++) {
        Thread.ofVirtual().start(() -> done.add(upload(server.port(), sent)));
      }
      awaitStandstill(sent);
      assertThat(directBytes() - before).isLessThan(uploads * (queue + (256L << 10)));
      go.release(uploads);
      for (var i = 0; i < uploads; i++) assertThat(TestServers.take(done)).startsWith("" + BODY);
    }
  }

  private static final int BODY = 4 << 20;

  private static String upload(int port, AtomicLong sent) {
    try (var client = new RawClient(port)) {
      client.send(PUT + "Content-Length: " + BODY + "\r\n\r\n");
      var piece = new byte[64 << 10];
      for (var at = 0; at < BODY; at += piece.length) {
        client.send(piece);
        sent.addAndGet(piece.length);
      }
      return client.reply().text();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void awaitStandstill(AtomicLong sent) throws InterruptedException {
    for (var last = -1L; last != sent.get(); ) {
      last = sent.get();
      Thread.sleep(500);
    }
  }

  private static long directBytes() {
    return ((io.netty.buffer.ByteBufAllocatorMetricProvider)
            io.netty.buffer.ByteBufAllocator.DEFAULT)
        .metric()
        .usedDirectMemory();
  }

  @Test
  void hashing_in_place_sees_direct_memory() throws Exception {
    var direct = new AtomicBoolean();
    try (var server =
            TestServers.start(
                exchange -> {
                  ByteBuffer bytes = exchange.body().next();
                  direct.set(bytes != null && bytes.isDirect());
                  exchange.respond(TestServers.text(200, ""));
                });
        var client = new RawClient(server.port())) {
      assertThat(client.send(PUT + "Content-Length: 1\r\n\r\nx").reply().status()).isEqualTo(200);
      assertThat(direct).isTrue();
    }
  }
}
