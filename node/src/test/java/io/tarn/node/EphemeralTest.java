package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.catalog.RootCredentials;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that keeps nothing.
@Timeout(60)
class EphemeralTest {
  private static final byte[] NOTHING = {};

  @TempDir Path directory;

  private Assembly start(String... further) throws IOException {
    var flags =
        new ArrayList<>(
            List.of(
                "--ephemeral",
                "--volumes=" + directory.resolve("data"),
                "--address=127.0.0.1:" + WarmUp.freePort(),
                "--console-address=127.0.0.1:" + WarmUp.freePort(),
                "--drain=1s"));
    flags.addAll(List.of(further));
    return Assembly.start(Configuration.read(Map.of(), flags).value());
  }

  private static SignedHttp.Reply send(
      Assembly node, String method, String target, byte[] body, String... headers) {
    var secret = new SecretKey(node.root().pair().secret().reveal(), 1);
    var signer = new RequestSigner(node.root().pair().accessKey(), secret, "us-east-1");
    String url = "http://127.0.0.1:" + node.s3Port();
    try (var http = new SignedHttp(url, new SignedHttp.Pass.Keys(signer), null)) {
      return http.send(method, target, body, headers);
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(count).nextBytes(bytes);
    return bytes;
  }

  @Test
  void it_serves_as_any_other_and_makes_no_file() throws IOException {
    String key;
    try (Assembly node = start()) {
      key = node.root().pair().accessKey();
      assertThat(send(node, "PUT", "/box", NOTHING).status()).isEqualTo(200);
      for (int size : new int[] {0, 1, 5_000, 70_000, 3_000_000}) {
        assertThat(send(node, "PUT", "/box/of" + size, bytes(size)).status()).isEqualTo(200);
        assertThat(send(node, "GET", "/box/of" + size, NOTHING).body()).isEqualTo(bytes(size));
        SignedHttp.Reply copied =
            send(node, "PUT", "/box/copy" + size, NOTHING, "x-amz-copy-source", "/box/of" + size);
        assertThat(copied.status()).as(copied.text()).isEqualTo(200);
        assertThat(send(node, "DELETE", "/box/of" + size, NOTHING).status()).isEqualTo(204);
        assertThat(send(node, "GET", "/box/copy" + size, NOTHING).body()).isEqualTo(bytes(size));
      }
    }
    try (Assembly next = start()) {
      assertThat(next.root().origin()).isEqualTo(RootCredentials.Origin.GENERATED);
      assertThat(next.root().pair().accessKey()).isNotEqualTo(key);
      assertThat(send(next, "GET", "/box/copy1", NOTHING).status()).isEqualTo(404);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files).containsExactly(directory);
    }
  }

  @Test
  void it_says_that_it_keeps_nothing_to_whoever_asks_how_it_is() throws IOException {
    try (Assembly node = start()) {
      String url = "http://127.0.0.1:" + node.adminPort();
      try (var http = new SignedHttp(url, new SignedHttp.Pass.Nothing(), null)) {
        SignedHttp.Reply ready = http.send("GET", "/health/ready", NOTHING);
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.text()).contains(MemoryStorage.WARNING);
      }
      var shell =
          new Shell(
              Map.of(
                  "TARN_ADMIN",
                  url,
                  "TARN_ACCESS_KEY",
                  node.root().pair().accessKey(),
                  "TARN_SECRET_KEY",
                  node.root().pair().secret().reveal()));
      assertThat(shell.run("status").out()).contains("memory").contains(MemoryStorage.WARNING);
      Shell.Ran scrub = shell.run("scrub", "start");
      assertThat(scrub.err() + scrub.out()).contains("nothing on disks");
      assertThat(node.storage().shown()).contains("NOTHING IS KEPT");
    }
  }

  @Test
  void beyond_its_size_it_is_as_full_as_a_disk_and_deletes_make_room() throws Exception {
    try (Assembly node = start("--ephemeral-size=8 MiB")) {
      assertThat(send(node, "PUT", "/box", NOTHING).status()).isEqualTo(200);
      assertThat(send(node, "PUT", "/box/most", bytes(6_000_000)).status()).isEqualTo(200);
      SignedHttp.Reply full = send(node, "PUT", "/box/more", bytes(4_000_000));
      assertThat(full.status()).as(full.text()).isEqualTo(507);
      assertThat(send(node, "GET", "/box/most", NOTHING).body()).isEqualTo(bytes(6_000_000));
      assertThat(send(node, "GET", "/box/more", NOTHING).status()).isEqualTo(404);
      assertThat(send(node, "DELETE", "/box/most", NOTHING).status()).isEqualTo(204);
      Instant end = Instant.now().plusSeconds(30);
      while (send(node, "PUT", "/box/more", bytes(4_000_000)).status() != 200) {
        assertThat(Instant.now()).isBefore(end);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void a_size_that_the_heap_cannot_hold_is_refused_with_what_to_change() {
    long heap = Runtime.getRuntime().maxMemory();
    assertThatThrownBy(() -> start("--ephemeral-size=" + heap))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("TARN_HEAP");
  }
}
