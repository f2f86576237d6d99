package io.tarn.files;

import io.tarn.health.Vitals;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import io.tarn.settings.Sources;
import io.tarn.signature.Authentication;
import io.tarn.signature.SecretKey;
import io.tarn.signature.SigningRules;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Home;
import io.tarn.store.ObjectStore;
import io.tarn.store.TenantId;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The files API on a loopback port, over a store in memory, with an origin that is another one.
final class RunningFiles implements AutoCloseable {
  static final TenantId OWNER = new TenantId("anna");
  static final String TOKEN = "0123456789abcdef";
  static final String KEY = "AKREADER";
  static final String SECRET = "secretsecretsecret";

  final MemoryStore own;
  final MemoryStore far;
  final Bucket bucket;
  final Bucket there;
  private final FilesGateway gateway;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  record Answer(int status, String text, HttpResponse<String> raw) {
    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }
  }

  static RunningFiles alone() {
    return new RunningFiles(new MemoryStore(), new MemoryStore(), null, true);
  }

  /// - `origin`: what stands before the origin; null for no origin
  RunningFiles(
      MemoryStore own, MemoryStore far, @Nullable UnaryOperator<ObjectStore> origin, boolean open) {
    this.own = own;
    this.far = far;
    this.bucket = bucket(own);
    this.there = bucket(far);
    var authentication =
        new Authentication(
            key -> key.equals(KEY) ? new SecretKey(SECRET, 1) : null, SigningRules.of("us-east-1"));
    var access =
        new FilesAccess(
            open,
            open ? Secret.NONE : Secret.of(TOKEN),
            authentication,
            key -> key.equals(KEY) ? Optional.of(reader()) : Optional.empty(),
            own,
            InstantSource.system());
    FilesSettings settings =
        Settings.of(FilesSettings.class)
            .read(Sources.NONE.withFlags("--patience=5s", "--most-unsettled=2"))
            .value();
    FilesOrigin filesOrigin =
        origin == null ? null : new FilesOrigin("far", origin.apply(far), () -> there);
    this.gateway =
        new FilesGateway(
            new FilesGateway.Wiring(
                settings,
                own,
                bucket,
                filesOrigin,
                access,
                new Disk(),
                new Metrics(Settings.defaults(MetricsSettings.class))));
    gateway.start();
    this.server = HttpServer.start(HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0), gateway);
  }

  private static Bucket bucket(MemoryStore store) {
    var name = new BucketName("files");
    return store
        .find(name)
        .orElseGet(
            () -> store.create(new CreateBucket(name, OWNER, "", new Home.Files(), Map.of())));
  }

  /// May read, and nothing else.
  private static Caller reader() {
    var policy =
        Policy.ofIdentity(
            """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::files/*"}]}
            """,
            "reading");
    return new Caller.User(new Account(OWNER, "000000000001"), "reader", KEY, List.of(policy));
  }

  /// Starts anew over the same stores.
  RunningFiles again(@Nullable UnaryOperator<ObjectStore> origin) {
    close();
    return new RunningFiles(own, far, origin, true);
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + "/api/v1/" + path;
  }

  /// - `headers`: names and values alternately
  Answer send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .method(
                method,
                body.isEmpty() && !method.equals("POST")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    try {
      HttpResponse<String> raw =
          client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(raw.statusCode(), raw.body(), raw);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  String id() {
    return get("id").text();
  }

  Answer put(String id, int level, String body, String... further) {
    var headers = new ArrayList<>(List.of("X-Meta-ID", id));
    headers.addAll(List.of("X-Meta-ConsistencyLevel", Integer.toString(level)));
    headers.addAll(List.of(further));
    return send("POST", "put", body, headers.toArray(String[]::new));
  }

  @Override
  public void close() {
    server.close();
    gateway.close();
    client.close();
  }

  private static final class Disk implements Vitals {
    @Override
    public Node node() {
      return new Node("1", "node", "us-east-1", Instant.EPOCH);
    }

    @Override
    public String failure() {
      return "";
    }

    @Override
    public boolean draining() {
      return false;
    }

    @Override
    public List<VolumeState> volumes() {
      return List.of(new VolumeState("1", "/", 1 << 20, 3 << 20, 0, DiskCalls.NONE, ""));
    }

    @Override
    public List<String> missing() {
      return List.of();
    }

    @Override
    public MetadataState metadata() {
      return new MetadataState(true, false, 0, 0, "");
    }

    @Override
    public GarbageState garbage() {
      return GarbageState.NONE;
    }

    @Override
    public List<Alarm> alarms() {
      return List.of();
    }
  }
}
