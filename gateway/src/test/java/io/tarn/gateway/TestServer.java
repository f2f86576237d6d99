package io.tarn.gateway;

import io.tarn.bytes.BlockPool;
import io.tarn.bytes.Ingest;
import io.tarn.gateway.GatewaySettings.Documents;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.observe.LogSettings;
import io.tarn.observe.Metrics;
import io.tarn.observe.MetricsSettings;
import io.tarn.observe.RequestLog;
import io.tarn.settings.DataSize;
import io.tarn.signature.SecretKey;
import io.tarn.store.ObjectStore;
import io.tarn.store.TenantId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A gateway over the buckets of a [Backing], listening on loopback.
final class TestServer implements AutoCloseable {
  static final String REGION = "us-east-1";

  final Crowd callers = new Crowd();
  final Stores stores;
  final Metrics metrics = new Metrics(new MetricsSettings(200, 5000, false));
  private final Backing backing;
  private final HttpServer http;
  private final ExecutorService hashing = Executors.newFixedThreadPool(2);

  TestServer(Path directory) {
    this(directory, 0, List.of("s3.tarn.test"));
  }

  /// Over these stores, whatever was chosen.
  TestServer(Stores stores) {
    this(
        Backing.of(stores),
        HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0),
        settings(List.of("s3.tarn.test"), 256, Documents.DEFAULTS));
  }

  /// Over a store that is wrapped in another.
  TestServer(Path directory, UnaryOperator<ObjectStore> around) {
    this(
        directory,
        HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0),
        settings(List.of(), 256, Documents.DEFAULTS),
        around);
  }

  TestServer(Path directory, int port, List<String> domains) {
    this(directory, port, domains, 256);
  }

  TestServer(Path directory, int port, List<String> domains, int maxRequests) {
    this(directory, port, settings(domains, maxRequests, Documents.DEFAULTS));
  }

  static GatewaySettings settings(List<String> domains, int maxRequests, Documents documents) {
    return settings(REGION, domains, maxRequests, documents);
  }

  /// `region` is empty where none was given.
  static GatewaySettings settings(
      String region, List<String> domains, int maxRequests, Documents documents) {
    return settings(region, domains, maxRequests, documents, PublicAcls.ALLOW);
  }

  static GatewaySettings settings(PublicAcls publicAcls) {
    return settings(REGION, List.of(), 256, Documents.DEFAULTS, publicAcls);
  }

  private static GatewaySettings settings(
      String region,
      List<String> domains,
      int maxRequests,
      Documents documents,
      PublicAcls publicAcls) {
    return new GatewaySettings(
        region,
        domains,
        List.of("elsewhere"),
        false,
        Duration.ofMinutes(15),
        true,
        publicAcls,
        maxRequests,
        20_000_000,
        DataSize.ofMebibytes(4),
        documents,
        GatewaySettings.Turns.DEFAULTS);
  }

  TestServer(Path directory, int port, GatewaySettings settings) {
    this(directory, HttpSettings.DEFAULTS.listeningOn("127.0.0.1", port), settings);
  }

  TestServer(Path directory, HttpSettings listener, GatewaySettings settings) {
    this(directory, listener, settings, objects -> objects);
  }

  private TestServer(
      Path directory,
      HttpSettings listener,
      GatewaySettings settings,
      UnaryOperator<ObjectStore> around) {
    this(StoreUnderTest.CHOSEN.open(directory).around(around), listener, settings);
  }

  private TestServer(Backing backing, HttpSettings listener, GatewaySettings settings) {
    this.backing = backing;
    this.stores = backing.stores();
    var clock = InstantSource.system();
    var quiet =
        new LogSettings(LogSettings.Level.INFO, List.of(), LogSettings.Format.HUMAN, false, 16);
    var gateway =
        new S3Gateway(
            new S3Gateway.Wiring(
                settings,
                stores,
                callers,
                new Telemetry(metrics, RequestLog.start(quiet)),
                clock,
                new byte[32],
                "test",
                new Ingest(hashing, new BlockPool(settings.bodyBlocks().bytes()))));
    http = HttpServer.start(listener, gateway, new MalformedRequests("test"));
  }

  int port() {
    return http.port();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    http.close();
    hashing.shutdown();
    backing.close();
  }

  /// Three tenants with one root each, and whoever a test adds.
  static final class Crowd implements CallerLookup {
    private final Map<String, Caller> callers = new HashMap<>();
    private final Map<String, String> secrets = new HashMap<>();

    Crowd() {
      addRoot("main", "111111111111");
      addRoot("alt", "222222222222");
      addRoot("tenant", "333333333333");
    }

    private void addRoot(String name, String number) {
      var account = new Account(new TenantId(name + "-canonical-id"), number);
      add(new Caller.Root(account, key(name)));
    }

    static String key(String name) {
      return name.toUpperCase(java.util.Locale.ROOT) + "KEY00000000";
    }

    static String password(String name) {
      return name + "-secret-0123456789012345678901234567890";
    }

    void add(Caller caller) {
      String name =
          caller.accessKey().replace("KEY00000000", "").toLowerCase(java.util.Locale.ROOT);
      callers.put(caller.accessKey(), caller);
      secrets.put(caller.accessKey(), password(name));
    }

    Account account(String name) {
      Caller caller = callers.get(key(name));
      if (caller == null) throw new IllegalArgumentException(name);
      return caller.account();
    }

    @Override
    public @Nullable SecretKey secret(String accessKeyId) {
      String secret = secrets.get(accessKeyId);
      return secret == null ? null : new SecretKey(secret, 1);
    }

    @Override
    public @Nullable Caller caller(String accessKeyId) {
      return callers.get(accessKeyId);
    }

    @Override
    public Account account(TenantId tenant) {
      return callers.values().stream()
          .map(Caller::account)
          .filter(account -> account.tenant().equals(tenant))
          .findFirst()
          .orElse(Account.ANONYMOUS);
    }

    @Override
    public List<TenantId> withEmail(String address) {
      Caller caller = callers.get(key(address.replace("@tarn.test", "")));
      return caller == null ? List.of() : List.of(caller.tenant());
    }

    @Override
    public String displayName(TenantId tenant) {
      return tenant.text().replace("-canonical-id", "");
    }
  }
}
