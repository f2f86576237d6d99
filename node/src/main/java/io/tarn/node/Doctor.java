package io.tarn.node;

import io.tarn.catalog.KeyPair;
import io.tarn.console.LocalAccess;
import io.tarn.http.KeyFile;
import io.tarn.node.Diagnosis.State;
import io.tarn.node.SignedHttp.Pass;
import io.tarn.node.SignedHttp.Reply;
import io.tarn.settings.Address;
import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Secret;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `tarn doctor`: looks for what could be wrong, from the machine up to a round trip through the S3
/// endpoint, and says what to do about it. Fails when any check does.
final class Doctor {
  private static final byte[] NOTHING = {};
  private static final Duration CLOCK_LIMIT = Duration.ofMinutes(5); // S3 allows 15
  private static final int JAVA = 25;

  private final Invocation invocation;
  private final List<Diagnosis> found = new ArrayList<>();

  Doctor(Invocation invocation) {
    this.invocation = invocation;
  }

  ExitCode run() {
    machine();
    TarnConfig config = configuration();
    if (config != null) {
      for (Path volume : config.volumes()) found.add(DiskCheck.of(volume));
      if (config.metadata() != null) found.add(DiskCheck.of(config.metadata()));
      if (config.http().privateKey() != null) found.add(key(config.http().privateKey()));
      passwords(config);
      found.addAll(OriginCheck.of(config, invocation.terminal().environment()));
      Optional<LocalAccess> running = running();
      found.add(files(config, running));
      if (running.isEmpty()) ports(config);
      if (server(running)) use(config, running);
    }
    return report();
  }

  private void machine() {
    int java = Runtime.version().feature();
    String detail = "Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors();
    found.add(
        java >= JAVA
            ? Diagnosis.ok("machine", detail + " cores")
            : Diagnosis.failed("machine", detail + " cores", "install JDK " + JAVA));
  }

  private @Nullable TarnConfig configuration() {
    try {
      String data = invocation.option("--data");
      List<String> flags = data.isEmpty() ? List.of() : List.of("--volumes=" + data);
      var loaded = Configuration.read(invocation.terminal().environment(), flags);
      found.add(Diagnosis.ok("configuration", loaded.shown().size() + " settings, all valid"));
      return loaded.value();
    } catch (InvalidSettings e) {
      String problems = String.join("; ", e.problems().stream().map(Object::toString).toList());
      found.add(Diagnosis.failed("configuration", problems, "see `tarn config check`"));
      return null;
    }
  }

  /// Of the server that runs, else as it would be for one that is started from here.
  private Diagnosis files(TarnConfig config, Optional<LocalAccess> running) {
    try {
      Path metadata = AdminEndpoint.metadata(invocation);
      OpenFiles files =
          running.isPresent()
              ? OpenFiles.of(config, metadata, running.get().pid())
              : OpenFiles.of(config, metadata);
      return files
          .shortage()
          .map(text -> Diagnosis.warning("open files", text, "raise it before it is needed"))
          .orElse(
              Diagnosis.ok(
                  "open files",
                  "%d allowed, %d needed".formatted(files.allowed(), files.needed())));
    } catch (IOException | StoreFailure e) {
      return Diagnosis.skipped("open files", "not known: " + e.getMessage());
    }
  }

  private static Diagnosis key(Path file) {
    try {
      return KeyFile.exposure(file)
          .map(text -> Diagnosis.warning("TLS key", text, "keep it to the server's own user"))
          .orElse(Diagnosis.ok("TLS key", file + " is the server's alone"));
    } catch (IOException e) {
      return Diagnosis.failed("TLS key", "cannot be looked at: " + e, "name a file that is there");
    }
  }

  /// Of the settings, and of whoever runs this, if these are a root's: all that is known here.
  private void passwords(TarnConfig config) {
    var pairs = new ArrayList<KeyPair>();
    pairs.add(new KeyPair(config.catalog().rootUser(), config.catalog().rootPassword()));
    AdminEndpoint.keys(invocation.terminal().environment())
        .ifPresent(
            keys -> pairs.add(new KeyPair(keys.accessKey(), Secret.of(keys.secret().text()))));
    pairs.stream()
        .filter(pair -> !pair.secret().isEmpty())
        .flatMap(pair -> Exposure.of(config, pair).stream())
        .findFirst()
        .ifPresent(what -> found.add(Diagnosis.failed("root password", what, Exposure.ADVICE)));
  }

  /// The server on this machine's data directory, whose addresses need not be the configured ones.
  private Optional<LocalAccess> running() {
    try {
      return AdminEndpoint.local(invocation);
    } catch (CommandFailure e) {
      return Optional.empty(); // said later, when nobody answers
    }
  }

  private void ports(TarnConfig config) {
    boolean tls = config.http().certificate() != null;
    found.add(port("S3 address", config.http().listen(), tls));
    found.add(port("console address", config.consoleAddress(), tls));
  }

  private Diagnosis port(String check, Address address, boolean tls) {
    String url = AdminEndpoint.url(address, tls);
    try (var http = new SignedHttp(url, new Pass.Nothing(), AdminEndpoint.trust(url, invocation))) {
      Reply reply = http.send("GET", "/health/live", NOTHING);
      if (reply.text().contains("\"healthy\"")) {
        return Diagnosis.ok(check, address + " is served by Tarn");
      }
      return Diagnosis.failed(
          check, address + " is served by something else", "stop it, or configure another port");
    } catch (CommandFailure e) {
      return free(check, address);
    }
  }

  private static Diagnosis free(String check, Address address) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address.toSocketAddress());
      return Diagnosis.ok(check, address + " is free");
    } catch (IOException e) {
      return Diagnosis.failed(
          check, address + " cannot be used: " + e.getMessage(), "configure another address");
    }
  }

  /// Whether a server answers; also compares its clock.
  private boolean server(Optional<LocalAccess> running) {
    String data = invocation.option("--data");
    if (running.isEmpty() && !data.isEmpty()) {
      found.add(Diagnosis.skipped("server", "none runs on " + data));
      return false;
    }
    String url = AdminEndpoint.address(invocation);
    try (var http = new SignedHttp(url, new Pass.Nothing(), AdminEndpoint.trust(url, invocation))) {
      Reply reply = http.send("GET", "/health/ready", NOTHING);
      found.add(
          reply.status() == 200
              ? Diagnosis.ok("server", url + " is ready")
              : Diagnosis.failed(
                  "server", url + " is not ready: " + reply.text().strip(), "see its log"));
      found.add(clock(reply.header("Date")));
      return true;
    } catch (CommandFailure e) {
      found.add(Diagnosis.skipped("server", "none answers at " + url));
      return false;
    }
  }

  private static Diagnosis clock(String date) {
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration off = Duration.between(theirs, Instant.now()).abs();
      String detail = "differs by " + Words.time(off.toSeconds());
      return off.compareTo(CLOCK_LIMIT) < 0
          ? Diagnosis.ok("clock", detail)
          : Diagnosis.failed(
              "clock",
              detail,
              "signatures need clocks within 15 minutes, of administration 5: run NTP");
    } catch (DateTimeException e) {
      return Diagnosis.warning("clock", "the server sends no date", "is there a proxy in between?");
    }
  }

  private void use(TarnConfig config, Optional<LocalAccess> running) {
    try (AdminClient admin = invocation.admin()) {
      JsonNode status = admin.get("/status");
      found.add(
          Diagnosis.ok("credentials", "administers node " + status.path("node").asString("")));
      roundTrip(admin, endpoint(config, running), status.path("region").asString("us-east-1"));
    } catch (CommandFailure e) {
      found.add(Diagnosis.failed("credentials", e.text(), "set TARN_ACCESS_KEY, TARN_SECRET_KEY"));
    }
  }

  /// With the keys of the environment, else with one that exists for this check only.
  private void roundTrip(AdminClient admin, String url, String region) {
    Optional<AdminEndpoint.Keys> keys = AdminEndpoint.keys(invocation.terminal().environment());
    if (keys.isPresent()) {
      found.add(roundTrip(url, keys.get().signer(Service.S3)));
      return;
    }
    JsonNode key = admin.post("/keys", AdminClient.object());
    String accessKey = key.path("accessKey").asString("");
    try {
      var secret = new SecretKey(key.path("secretKey").asString(""), 0);
      found.add(roundTrip(url, new RequestSigner(accessKey, secret, region)));
    } finally {
      JsonNode _ = admin.delete("/keys" + SignedHttp.path(accessKey));
    }
  }

  private String endpoint(TarnConfig config, Optional<LocalAccess> running) {
    String given = invocation.option("--endpoint");
    if (!given.isEmpty()) return given;
    boolean tls = config.http().certificate() != null;
    return running
        .map(LocalAccess::s3)
        .filter(url -> !url.isEmpty())
        .orElse(AdminEndpoint.url(config.http().listen(), tls));
  }

  private Diagnosis roundTrip(String url, RequestSigner signer) {
    String check = "S3 round trip";
    try (var http =
        new SignedHttp(url, new Pass.Keys(signer), AdminEndpoint.trust(url, invocation))) {
      long start = System.nanoTime();
      new S3Probe(http, "tarn-doctor-" + UUID.randomUUID()).run();
      long millis = (System.nanoTime() - start) / 1_000_000;
      return Diagnosis.ok(
          check, "put, get, range, list, multipart, delete at %s in %d ms".formatted(url, millis));
    } catch (CommandFailure e) {
      return Diagnosis.failed(
          check, e.text(), "name the S3 address with --endpoint, or see the log");
    }
  }

  private ExitCode report() {
    ObjectNode answer = AdminClient.object();
    ArrayNode checks = answer.putArray("checks");
    for (Diagnosis each : found) {
      checks
          .addObject()
          .put("check", each.check())
          .put("state", each.state().text().toLowerCase(java.util.Locale.ROOT))
          .put("detail", each.detail())
          .put("advice", each.advice());
    }
    boolean failed = found.stream().anyMatch(each -> each.state() == State.FAILED);
    ExitCode _ = invocation.answer(answer.put("healthy", !failed), this::print);
    return failed ? ExitCode.FAILURE : ExitCode.OK;
  }

  private void print() {
    Terminal terminal = invocation.terminal();
    for (Diagnosis each : found) {
      terminal.print("%-4s  %s: %s".formatted(each.state().text(), each.check(), each.detail()));
      if (!each.advice().isEmpty()) terminal.print("      → " + each.advice());
    }
  }
}
