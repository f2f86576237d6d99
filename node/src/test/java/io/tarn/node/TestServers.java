package io.tarn.node;

import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Servers in this process, by the names of their directories, all with the same keys.
final class TestServers implements AutoCloseable {
  static final String ROOT = "rootrootroot";
  static final String SECRET = "secretsecretsecret";

  private final Path directory;
  private final Map<String, Assembly> running = new TreeMap<>();

  TestServers(Path directory) {
    this.directory = directory;
  }

  /// Starts one, or starts it anew. Returns its port.
  int start(String name, String... flags) throws IOException {
    return start(name, Map.of(), flags);
  }

  int start(String name, Map<String, String> environment, String... flags) throws IOException {
    return start(name, InstantSource.system(), environment, flags);
  }

  /// Starts one whose clock is another.
  int start(String name, InstantSource clock, Map<String, String> environment, String... flags)
      throws IOException {
    stop(name);
    int port = WarmUp.freePort();
    var all =
        new ArrayList<>(
            List.of(
                "--volumes=" + volume(name),
                "--address=127.0.0.1:" + port,
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"));
    all.addAll(List.of(flags));
    var variables = new TreeMap<>(environment);
    variables.put("MINIO_ROOT_USER", ROOT);
    variables.put("MINIO_ROOT_PASSWORD", SECRET);
    TarnConfig config = Configuration.read(variables, all).value();
    var clocks = new Clocks(clock, System::nanoTime);
    running.put(name, Assembly.start(config, () -> "", clocks, NodeMembership.ALONE));
    return port;
  }

  void stop(String name) {
    Assembly before = running.remove(name);
    if (before != null) before.close();
  }

  Path volume(String name) {
    return directory.resolve(name);
  }

  SignedHttp.Reply send(String name, String method, String target, String... headers) {
    return send(name, method, target, new byte[0], headers);
  }

  SignedHttp.Reply send(String name, String method, String target, byte[] body, String... headers) {
    Assembly node = running.get(name);
    if (node == null) throw new IllegalStateException(name + " does not run");
    var signer = new RequestSigner(ROOT, new SecretKey(SECRET, 1), "us-east-1");
    try (var client =
        new SignedHttp(
            "http://127.0.0.1:" + node.s3Port(), new SignedHttp.Pass.Keys(signer), null)) {
      return client.send(method, target, body, headers);
    }
  }

  /// A command about the server of this name.
  Shell.Ran admin(String name, String... words) {
    return new Shell(Map.of("TARN_VOLUMES", volume(name).toString())).run(words);
  }

  @Override
  public void close() {
    for (String name : List.copyOf(running.keySet())) stop(name);
  }
}
