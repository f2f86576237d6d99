package io.tarn.node;

import io.tarn.console.LocalAccess;
import io.tarn.node.SignedHttp.Pass;
import io.tarn.observe.Logs;
import io.tarn.settings.Loaded;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// `tarn warm-up`: a server that serves itself for a moment, so that the launcher can record what a
/// start and the usual requests load. Leaves nothing behind.
final class WarmUp {
  private static final int ROUNDS = 20;

  private WarmUp() {}

  static Command command() {
    return Command.of(
            "warm-up",
            "Starts a server for itself on loopback, uses it and ends; trains the start-up cache.",
            invocation -> run())
        .hidden();
  }

  private static ExitCode run() {
    try {
      Path directory = Files.createTempDirectory("tarn-warm-up");
      try {
        serve(directory);
      } finally {
        remove(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ExitCode.OK;
  }

  private static void serve(Path directory) throws IOException {
    String secret = UUID.randomUUID().toString();
    int s3Port = freePort();
    Loaded<TarnConfig> loaded =
        Configuration.read(
            Map.of("TARN_ROOT_USER", "warm-up", "TARN_ROOT_PASSWORD", secret),
            List.of(
                "--volumes=" + directory,
                "--http.listen=127.0.0.1:" + s3Port,
                "--console-address=127.0.0.1:" + freePort(),
                "--drain=1s"));
    Logs.configure(loaded.value().log());
    try (Assembly node = Assembly.start(loaded.value())) {
      var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      Banner.print(new Terminal(InputStream.nullInputStream(), nowhere, nowhere, Map.of()), node);
      useS3("http://127.0.0.1:" + s3Port, secret);
      useConsole(loaded.value());
      node.drain();
    }
  }

  private static void useS3(String endpoint, String secret) {
    var signer = new RequestSigner("warm-up", new SecretKey(secret, 0), "us-east-1");
    try (var http = new SignedHttp(endpoint, new Pass.Keys(signer), null)) {
      var probe = new S3Probe(http, "warm-up");
      probe.run();
      byte[] nothing = {};
      http.send("PUT", "/warm-up", nothing);
      for (int i = 0; i < ROUNDS; i++) probe.small();
      http.send("DELETE", "/warm-up", nothing);
    }
  }

  private static void useConsole(TarnConfig config) throws IOException {
    LocalAccess access = LocalAccess.read(Survey.metadata(config)).orElseThrow();
    byte[] nothing = {};
    try (var http = new SignedHttp(access.url(), new Pass.Token(access.token().reveal()), null)) {
      for (String target : List.of("/health/ready", "/admin/v1/status", "/metrics")) {
        http.send("GET", target, nothing);
      }
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }
}
