package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.TenantId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More requests at once than there is room for.
class CrowdTest {
  @TempDir Path directory;

  @Test
  void who_finds_no_room_is_told_to_slow_down_and_finds_some_later() {
    try (var server = new TestServer(directory, 0, List.of(), 1)) {
      var main = new Client(server, "main");
      // Not by a request, which would have the one place a moment longer than its answer takes.
      TenantId owner = server.callers.account("main").tenant();
      var bucket = new CreateBucket(new BucketName("crowd"), owner, TestServer.REGION);
      assertThat(server.stores.buckets().create(bucket).owner()).isEqualTo(owner);
      Draft upload = new Draft("PUT /crowd/k").body("hello").header("Expect", "100-continue");
      try (var slow = new Wire(server.port())) {
        slow.send(upload.signed("main", main.host()).head(main.host()), new byte[0]);
        assertThat(slow.receive(false).status()).as("it has the one place").isEqualTo(100);
        Answer refused = main.put("/crowd/other", "x");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("SlowDown");
        assertThat(refused.header("retry-after")).isEqualTo("1");
        assertThat(refused.header("x-amz-request-id")).isNotEmpty();
        slow.send("", upload.body);
        assertThat(slow.receive(false).status()).isEqualTo(200);
      }
      assertThat(whenThereIsRoom(main, "GET /crowd/k").text()).isEqualTo("hello");
      assertThat(whenThereIsRoom(main, "GET /crowd/other").status()).isEqualTo(404);
    }
  }

  /// The place is free when the reply has been counted, which is just after it was sent.
  private static Answer whenThereIsRoom(Client client, String line) {
    Answer answer = client.call(line);
    for (int i = 0; i < 200 && answer.status() == 503; i++) answer = client.call(line);
    return answer;
  }

  private static Draft held(String bucket) {
    return new Draft("PUT /" + bucket + "/k").body("hello").header("Expect", "100-continue");
  }

  /// Requests that wait for `100 Continue` to be followed by a body, from one address.
  private static int hold(TestServer server, String address, String who, List<Wire> held) {
    String host = "127.0.0.1:" + server.port();
    int got = 0;
    for (int i = 0; i < 10; i++) {
      var wire = Wire.from(address, server.port());
      held.add(wire);
      wire.send(held("crowd").signed(who, host).head(host), new byte[0]);
      if (wire.receive(false).status() == 100) got++;
    }
    return got;
  }

  @Test
  void one_address_leaves_places_for_others() {
    List<Wire> held = new ArrayList<>();
    try (var server = new TestServer(directory, 0, List.of(), 8)) {
      var main = new Client(server, "main");
      main.ok("PUT /crowd");
      assertThat(hold(server, "127.0.0.2", "main", held)).isEqualTo(6);
      assertThat(new Client(server, "alt").call("GET /").status()).isEqualTo(200);
    } finally {
      held.forEach(Wire::close);
    }
  }

  /// A key that is used from many addresses is one client, too.
  @Test
  void one_key_leaves_places_for_others() {
    List<Wire> held = new ArrayList<>();
    try (var server = new TestServer(directory, 0, List.of(), 8)) {
      var main = new Client(server, "main");
      main.ok("PUT /crowd");
      int got = hold(server, "127.0.0.2", "main", held);
      for (int i = 3; i < 8; i++) got += hold(server, "127.0.0." + i, "main", held);
      assertThat(got).isEqualTo(6);
      assertThat(new Client(server, "alt").call("GET /").status()).isEqualTo(200);
      assertThat(main.call("GET /").code()).isEqualTo("SlowDown");
    } finally {
      held.forEach(Wire::close);
    }
  }

  @Test
  void a_request_with_a_long_head_counts_for_its_length() {
    List<Wire> held = new ArrayList<>();
    try (var server = new TestServer(directory, 0, List.of(), 8)) {
      var main = new Client(server, "main");
      main.ok("PUT /crowd");
      Draft longer = held("crowd").header("x-long", "x".repeat(13_000));
      for (int i = 0; i < 2; i++) {
        var wire = Wire.from("127.0.0.2", server.port());
        held.add(wire);
        wire.send(longer.copy().signed("main", main.host()).head(main.host()), new byte[0]);
        assertThat(wire.receive(false).status()).isEqualTo(i == 0 ? 100 : 503);
      }
    } finally {
      held.forEach(Wire::close);
    }
  }
}
