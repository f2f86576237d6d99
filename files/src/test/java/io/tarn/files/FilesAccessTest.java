package io.tarn.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.files.RunningFiles.Answer;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.testkit.MemoryStore;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilesAccessTest {
  private static RunningFiles closed() {
    return new RunningFiles(new MemoryStore(), new MemoryStore(), null, false);
  }

  private static RunningFiles.Answer signed(
      RunningFiles files, String method, String path, String body, String... further) {
    String date = RequestSigner.amzDate(Instant.now());
    String hash = RequestSigner.contentSha256(body.getBytes(StandardCharsets.UTF_8));
    URI url = URI.create(files.url(path));
    S3Request request =
        S3Request.of(
            method,
            url.getRawPath(),
            RequestHeaders.of(
                "host", url.getAuthority(), "x-amz-date", date, "x-amz-content-sha256", hash),
            List.of());
    var signer =
        new RequestSigner(RunningFiles.KEY, new SecretKey(RunningFiles.SECRET, 1), "us-east-1");
    var headers = new ArrayList<>(List.of(further));
    headers.addAll(List.of("x-amz-date", date, "x-amz-content-sha256", hash));
    headers.addAll(List.of("Authorization", signer.authorization(request)));
    return files.send(method, path, body, headers.toArray(String[]::new));
  }

  @Test
  void beyond_this_machine_nothing_is_said_to_who_proves_nothing() {
    try (RunningFiles files = closed()) {
      for (String path : List.of("id", "ping", "stats", "list", "get/01BRNMMS1DK3CBD4ZZM2TQ8C5B")) {
        assertThat(files.get(path).status()).isEqualTo(401);
        assertThat(files.get(path, "Authorization", "Bearer 0123456789abcdeg").status())
            .isEqualTo(401);
      }
    }
  }

  @Test
  void whoever_has_the_token_may_do_everything() {
    try (RunningFiles files = closed()) {
      String[] token = {"Authorization", "Bearer " + RunningFiles.TOKEN};
      String id = files.get("id", token).text();
      assertThat(files.put(id, 0, "x", token).status()).isEqualTo(200);
      assertThat(files.get("get/" + id, token).text()).isEqualTo("x");
      assertThat(files.send("DELETE", "delete/" + id, "", token).status()).isEqualTo(200);
    }
  }

  @Test
  void whoever_signs_may_do_what_the_policies_of_the_key_allow_with_objects() {
    try (RunningFiles files = closed()) {
      String[] token = {"Authorization", "Bearer " + RunningFiles.TOKEN};
      String id = files.get("id", token).text();
      files.put(id, 0, "x", token);
      assertThat(signed(files, "GET", "get/" + id, "").text()).isEqualTo("x");
      assertThat(signed(files, "GET", "meta/" + id, "").status()).isEqualTo(200);
      assertThat(signed(files, "POST", "put", "y", "X-Meta-ID", id).status()).isEqualTo(403);
      assertThat(signed(files, "POST", "delete/" + id, "").status()).isEqualTo(403);
      assertThat(signed(files, "GET", "list", "").status()).isEqualTo(403);
      assertThat(files.get("get/" + id, token).text()).isEqualTo("x");
    }
  }

  @Test
  void one_client_that_puts_slowly_leaves_a_place_for_others_and_is_told_so() throws IOException {
    try (RunningFiles files = RunningFiles.alone()) {
      String head =
          "POST /api/v1/put HTTP/1.1\r\nHost: localhost\r\nX-Meta-ID: %s\r\nContent-Length: 9\r\n\r\nIt"
              .formatted(files.id());
      URI url = URI.create(files.url(""));
      var slow = new ArrayList<Socket>();
      try {
        while (files.get("id").status() == 200) {
          assertThat(slow).hasSizeLessThan(256);
          var socket = new Socket(url.getHost(), url.getPort());
          slow.add(socket);
          socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }
        Answer refused = files.get("id");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(slow).hasSizeGreaterThan(150);
      } finally {
        for (Socket socket : slow) socket.close();
      }
    }
  }

  /// A page in a browser on this machine can send requests here.
  @Test
  void an_open_listener_is_not_open_to_pages_in_a_browser() throws IOException {
    try (RunningFiles files = RunningFiles.alone()) {
      String id = files.id();
      files.put(id, 0, "x");
      assertThat(files.send("POST", "delete/" + id, "", "Origin", "http://evil").status())
          .isEqualTo(403);
      assertThat(files.get("get/" + id, "Sec-Fetch-Site", "cross-site").status()).isEqualTo(403);
      assertThat(withHost(files, "evil.example", id)).startsWith("HTTP/1.1 403");
      assertThat(withHost(files, "localhost:10999", id)).startsWith("HTTP/1.1 200");
      assertThat(withHost(files, "127.0.0.1", id)).startsWith("HTTP/1.1 200");
    }
  }

  private static String withHost(RunningFiles files, String host, String id) throws IOException {
    URI url = URI.create(files.url("get/" + id));
    try (var socket = new Socket(url.getHost(), url.getPort())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(url.getPath(), host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
