package io.tarn.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A Tarn server in a process of its own, as a user would start it, so that it can be killed as a
/// machine would kill it. Start it, end it in one of three ways, start it again on the same data.
final class ServerProcess implements AutoCloseable {
  static final String ACCESS_KEY = "conformance";
  static final String SECRET_KEY = "conformance-secret-key";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<String> words;
  private final Path log;
  private final Map<String, String> environment = new HashMap<>();
  private List<String> tracer = List.of();
  private String heap = "256m";
  private int port;
  private int adminPort;
  private @Nullable Process process;

  /// `words` follow `tarn server`; addresses and keys are added.
  ServerProcess(Path log, String... words) {
    this.log = log;
    this.words = List.of(words);
    environment.put("TARN_ROOT_USER", ACCESS_KEY);
    environment.put("TARN_ROOT_PASSWORD", SECRET_KEY);
  }

  /// The server makes its own keys, as it does on a first start without any.
  ServerProcess withoutKeys() {
    environment.clear();
    return this;
  }

  ServerProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  ServerProcess heap(String most) {
    heap = most;
    return this;
  }

  /// The server is started by a tracer, whose words come before its own.
  ServerProcess under(Tracer tracing) {
    tracer = tracing.words();
    return this;
  }

  /// The server is started by another program, whose words come before its own and which becomes
  /// it.
  ServerProcess after(String... words) {
    tracer = List.of(words);
    return this;
  }

  ServerProcess start() throws IOException {
    launch();
    Instant deadline = Instant.now().plus(PATIENCE);
    while (health() == 0) {
      if (!running().isAlive()) throw new Ended(running().exitValue(), tail());
      if (Instant.now().isAfter(deadline)) {
        throw new IOException("the server is not ready:\n" + tail());
      }
      pause(20);
    }
    return this;
  }

  /// The process ended instead of serving; `said` is what it said.
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1;
    private final int code;
    private final String said;

    Ended(int code, String said) {
      super("the server ended at start with %d:\n%s".formatted(code, said));
      this.code = code;
      this.said = said;
    }

    String said() {
      return said;
    }

    int code() {
      return code;
    }
  }

  /// Starts the process and does not wait for it to serve.
  Process launch() throws IOException {
    port = freePort(); // a fresh one: clients keep connections to the old one and trip over them
    adminPort = freePort();
    var command = new ArrayList<String>(tracer);
    command.addAll(ChildJava.command(heap, "io.tarn.node.Main"));
    command.add("server");
    command.addAll(words);
    command.addAll(
        List.of("--address", "127.0.0.1:" + port, "--console-address", "127.0.0.1:" + adminPort));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    return started;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI adminEndpoint() {
    return URI.create("http://127.0.0.1:" + adminPort);
  }

  boolean ready() {
    return health() == 200;
  }

  /// The status of `/health/ready`; 0 when nobody answers.
  int health() {
    try {
      var connection =
          (HttpURLConnection) adminEndpoint().resolve("/health/ready").toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(5000);
      return connection.getResponseCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /// What it says of its health, which is good.
  String health(String question) throws IOException {
    try (InputStream in = adminEndpoint().resolve("/health/" + question).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Asks the admin API with the token of the present run. Returns the answer's body.
  String admin(String method, String path) throws IOException {
    return admin(method, path, "");
  }

  String admin(String method, String path, String sent) throws IOException {
    String access = Files.readString(metadata().resolve("run/admin.json"));
    Matcher token = Pattern.compile("\"token\"\\s*:\\s*\"([^\"]+)\"").matcher(access);
    if (!token.find()) throw new IOException("no token in " + access);
    var connection =
        (HttpURLConnection) adminEndpoint().resolve("/admin/v1/" + path).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setReadTimeout(30_000);
    connection.setRequestProperty("Authorization", "Bearer " + token.group(1));
    if (!sent.isEmpty()) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(sent.getBytes(StandardCharsets.UTF_8));
      }
    }
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (status >= 400) {
        throw new IOException("%s %s: %d %s".formatted(method, path, status, body));
      }
      return body;
    }
  }

  private Path metadata() {
    String flag = "--metadata=";
    for (String word : words) {
      if (word.startsWith(flag)) return Path.of(word.substring(flag.length()));
    }
    return Path.of(words.getFirst(), ".tarn");
  }

  long pid() {
    return running().pid();
  }

  /// SIGKILL: the process is gone between two instructions.
  void kill() throws InterruptedException {
    running().toHandle().destroyForcibly();
    running().waitFor();
  }

  /// SIGSTOP: nothing moves any more, as in the moment of a power cut.
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /// SIGCONT: goes on after [#freeze].
  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", name, Long.toString(pid())).inheritIO().start().waitFor();
    if (exit != 0) throw new IOException("cannot send %s to %d".formatted(name, pid()));
  }

  boolean isAlive() {
    return running().isAlive();
  }

  boolean endsWithin(long time, TimeUnit unit) throws InterruptedException {
    return running().waitFor(time, unit);
  }

  /// SIGTERM: drains and ends. Returns the exit code.
  int stop() throws InterruptedException {
    terminate();
    return end();
  }

  /// SIGTERM, without waiting for what comes of it.
  void terminate() {
    if (tracer.isEmpty()) {
      running().destroy();
    } else {
      running().children().forEach(ProcessHandle::destroy);
    }
  }

  /// Waits for the end of a server that was told to end. Returns the exit code.
  int end() throws InterruptedException {
    if (!running().waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the server does not end");
    }
    return running().exitValue();
  }

  String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  S3Client client() {
    return clientFor(ACCESS_KEY, SECRET_KEY);
  }

  /// A client that never tries again: the test wants to know each answer.
  S3Client clientFor(String accessKey, String secretKey) {
    var credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(credentials)
        .overrideConfiguration(
            configuration ->
                configuration
                    .retryStrategy(RetryMode.STANDARD)
                    .retryStrategy(retries -> retries.maxAttempts(1)))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(30)))
        .build();
  }

  private Process running() {
    Process mine = process;
    if (mine == null) throw new IllegalStateException("not started");
    return mine;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    Process mine = process;
    if (mine == null) return;
    mine.descendants().forEach(ProcessHandle::destroyForcibly);
    mine.toHandle().destroyForcibly();
    try {
      mine.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
