package io.tarn.upstream;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.Fact;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Wanted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An origin that is played: it has whatever object is asked for, and what it was asked is kept.
final class FarServer implements AutoCloseable {
  static final String ORIGIN = "far";
  static final String TEXT = "hello";
  static final Key KEY = new Key("key");

  static final Bucket BUCKET =
      new Bucket(
          new BucketName("near"),
          1,
          1,
          new TenantId("owner"),
          "",
          Instant.EPOCH,
          Versioning.OFF,
          new Home.Linked(ORIGIN, "photos", "", Capability.ALL));

  final Metrics metrics = new Metrics(Settings.defaults(MetricsSettings.class));
  private final HttpServer server;
  private final List<Asked> asked = new ArrayList<>();

  record Asked(String method, String target, Headers headers) {
    String header(String name) {
      String value = headers.getFirst(name);
      return value == null ? "" : value;
    }
  }

  /// `error` is the code of an error of S3; empty for the object.
  record Answer(int status, String error) {
    static final Answer OBJECT = new Answer(200, "");
  }

  FarServer(HttpServer server, Function<Asked, Answer> says) {
    this.server = server;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> serve(exchange, says));
    server.start();
  }

  static FarServer plain(Function<Asked, Answer> says) throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new FarServer(HttpServer.create(loopback, 200), says);
  }

  private void serve(HttpExchange exchange, Function<Asked, Answer> says) throws IOException {
    try (exchange) {
      var request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders());
      synchronized (asked) {
        asked.add(request);
      }
      byte[] _ = exchange.getRequestBody().readAllBytes();
      Answer answer = says.apply(request);
      String text =
          answer.error.isEmpty() ? TEXT : "<Error><Code>%s</Code></Error>".formatted(answer.error);
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("ETag", "\"5d41402abc4b2a76b9719d911017c592\"");
      exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
      boolean bare =
          request.method.equals("HEAD") || (request.method.equals("PUT") && answer.error.isEmpty());
      exchange.sendResponseHeaders(answer.status, bare ? -1 : body.length);
      if (!bare) exchange.getResponseBody().write(body);
    }
  }

  String url(String scheme) {
    return "%s://127.0.0.1:%d".formatted(scheme, port());
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Asked> asked() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }

  /// The page of the metrics.
  String page() {
    return new String(metrics.render(null).body(), StandardCharsets.UTF_8);
  }

  static OriginSettings settings(
      String endpoint, OriginSettings.Addressing addressing, @Nullable Path ca) {
    return new OriginSettings(
        endpoint,
        "us-east-1",
        addressing,
        "",
        Secret.NONE,
        Secret.NONE,
        "",
        ca,
        256,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(20),
        3,
        new BreakerSettings(5, Duration.ofMillis(200), Duration.ofMillis(500)));
  }

  static String read(S3Origin origin, String key) {
    // Without tags, which would be a second request.
    var wanted = Wanted.of(new Span.Whole(), EnumSet.noneOf(Fact.class));
    var read = new Read(BUCKET, new Key(key), Version.LATEST, Conditions.NONE, Permit.ANY, wanted);
    try (OpenObject open = origin.open(read)) {
      var body = new PayloadIncoming(open.payload(), ChecksumAlgorithm.DEFAULT);
      var text = new StringBuilder();
      for (ByteBuffer next = body.next(); next != null; next = body.next()) {
        text.append(StandardCharsets.UTF_8.decode(next));
      }
      return text.toString();
    }
  }

  /// So large that it is not held in memory.
  static PayloadIncoming body() {
    return new PayloadIncoming(new Payload.Bytes(new byte[300_000]), ChecksumAlgorithm.DEFAULT);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
