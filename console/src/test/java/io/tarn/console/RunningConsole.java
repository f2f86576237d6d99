package io.tarn.console;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.CatalogSettings;
import io.tarn.catalog.Credential;
import io.tarn.catalog.RootCredentials;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.identity.Caller;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.Tokens;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import io.tarn.settings.Sources;
import io.tarn.signature.Authentication;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import io.tarn.signature.SigningRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A console on a loopback port, over a catalog in memory.
final class RunningConsole implements AutoCloseable {
  /// Two requests of one second are two requests.
  private static final AtomicLong NONCES = new AtomicLong();

  static final String TOKEN = "0123456789abcdef0123456789abcdef";
  static final String ROOT = "rootrootroot";
  static final String ROOT_SECRET = "secretsecretsecret";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final Patient patient = new Patient();
  final MemoryBuckets buckets = new MemoryBuckets();
  final Metrics metrics = new Metrics(Settings.defaults(MetricsSettings.class));
  final Catalog catalog;
  final HttpServer server;
  private HttpClient client = HttpClient.newHttpClient();

  record Answer(int status, JsonNode json, String text, HttpResponse<String> raw) {
    String code() {
      return json.path("code").asString("");
    }
  }

  /// What is not among the flags is as by default.
  static ConsoleSettings settings(String... flags) {
    return Settings.of(ConsoleSettings.class).read(Sources.NONE.withFlags(flags)).value();
  }

  RunningConsole(Path directory, ConsoleSettings settings) {
    this(directory, settings, InstantSource.system(), 0);
  }

  /// - `port`: 0 for any
  RunningConsole(Path directory, ConsoleSettings settings, InstantSource clock, int port) {
    var plain = Settings.defaults(CatalogSettings.class);
    var catalogSettings =
        new CatalogSettings(
            ROOT,
            Secret.of(ROOT_SECRET),
            plain.masterKey(),
            plain.keyFile(),
            plain.cacheEntries(),
            plain.cacheFor(),
            plain.unknownFor());
    catalog = Catalog.open(new MemoryMetaStore(), new Tokens(clock, 0), catalogSettings, directory);
    RootCredentials root = catalog.bootstrap();
    var authentication =
        new Authentication(
            id -> catalog.find(id).map(RunningConsole::secret).orElse(null),
            new SigningRules(
                Service.ADMIN, "here", Set.of(), false, settings.clockSkew(), 8, false));
    var access =
        new Access(
            authentication,
            id -> catalog.find(id).map(Credential::caller),
            new Caller.Root(root.tenant().account(), root.pair().accessKey()),
            Secret.of(TOKEN),
            clock);
    var parts =
        new AdminWork.Parts(
            catalog,
            root.tenant().id(),
            buckets,
            patient,
            patient,
            patient,
            new NoOrigins(),
            clock);
    ConsoleMetrics.ofNode(metrics, patient);
    server =
        HttpServer.start(
            HttpSettings.DEFAULTS.listeningOn("127.0.0.1", port),
            new Console(settings, metrics, access, new AdminWork(parts, settings)));
    ConsoleMetrics.ofListeners(metrics, Map.of("console", server::counts));
  }

  private static SecretKey secret(Credential credential) {
    return new SecretKey(credential.secret().reveal(), credential.revision());
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.port();
  }

  /// Requests come from this address from now on.
  RunningConsole from(String address) {
    client.close();
    InetAddress local = new InetSocketAddress(address, 0).getAddress();
    client = HttpClient.newBuilder().localAddress(local).build();
    return this;
  }

  /// With the token of the run.
  Answer admin(String method, String target, String body) {
    return send(method, "/admin/v1" + target, body, "Authorization", "Bearer " + TOKEN);
  }

  /// With a signature of this key over the request as it is sent.
  Answer signed(String accessKey, String secret, String method, String target, String body) {
    String hash = RequestSigner.contentSha256(body.getBytes(StandardCharsets.UTF_8));
    return send(method, target, body, sign(accessKey, secret, method, target, hash, Instant.now()));
  }

  String[] sign(
      String accessKey, String secret, String method, String target, String hash, Instant at) {
    var signer = new RequestSigner(Service.ADMIN, accessKey, new SecretKey(secret, 0), "here");
    return sign(signer, method, target, hash, at);
  }

  String[] sign(RequestSigner signer, String method, String target, String body) {
    String hash = RequestSigner.contentSha256(body.getBytes(StandardCharsets.UTF_8));
    return sign(signer, method, target, hash, Instant.now());
  }

  private String[] sign(
      RequestSigner signer, String method, String target, String hash, Instant at) {
    String date = RequestSigner.amzDate(at);
    String nonce = Long.toString(NONCES.incrementAndGet());
    var headers =
        RequestHeaders.of(
            "host",
            "127.0.0.1:" + server.port(),
            "x-amz-date",
            date,
            "x-amz-content-sha256",
            hash,
            "x-tarn-nonce",
            nonce);
    String authorization = signer.authorization(S3Request.of(method, target, headers, List.of()));
    return new String[] {
      "x-amz-date",
      date,
      "x-amz-content-sha256",
      hash,
      "x-tarn-nonce",
      nonce,
      "Authorization",
      authorization
    };
  }

  Answer send(String method, String target, String body, String... headers) {
    return send(method, target, BodyPublishers.ofString(body), headers);
  }

  Answer send(String method, String target, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint() + target)).method(method, body);
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    try {
      HttpResponse<String> reply = client.send(request.build(), BodyHandlers.ofString());
      String type = reply.headers().firstValue("Content-Type").orElse("");
      boolean json = type.equals("application/json") && !reply.body().isEmpty();
      return new Answer(
          reply.statusCode(), JSON.readTree(json ? reply.body() : "{}"), reply.body(), reply);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    catalog.close();
  }
}
