package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tarn.settings.DataSize;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the tests of this module share.
final class TestServers {
  static final HttpSettings LOOPBACK = HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0);

  static final Bounds BOUNDS = Bounds.of(HttpSettings.Limits.DEFAULTS);

  /// Long enough never to be met by accident.
  static final Duration LONG = Duration.ofSeconds(60);

  private TestServers() {}

  static HttpSettings.Limits limits(int queue, int discard) {
    HttpSettings.Limits usual = HttpSettings.Limits.DEFAULTS;
    return new HttpSettings.Limits(
        usual.requestLine(),
        usual.headers(),
        usual.fields(),
        DataSize.ofBytes(queue),
        DataSize.ofBytes(discard),
        usual.inFlight(),
        usual.leastRate());
  }

  static HttpServer start(Handler handler) {
    return HttpServer.start(LOOPBACK, handler);
  }

  static Response text(int status, String text) {
    return new Response(status, Headers.EMPTY, new ResponseBody.Bytes(text.getBytes(ISO_8859_1)));
  }

  /// Answers with the method, the target and the body.
  static void echo(Exchange exchange) {
    RequestHead head = exchange.head();
    exchange.respond(text(200, head.method() + " " + head.target() + " " + read(exchange.body())));
  }

  static String read(RequestBody body) {
    var all = new ByteArrayOutputStream();
    for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) {
      while (bytes.hasRemaining()) all.write(bytes.get());
    }
    return all.toString(ISO_8859_1);
  }

  static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    @Nullable T found = queue.poll(20, TimeUnit.SECONDS);
    if (found == null) throw new AssertionError("nothing happened in time");
    return found;
  }
}
