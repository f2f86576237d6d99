package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files API of a server, before a bucket of another one, both in this process.
class FilesTest {
  @TempDir Path directory;

  private TestServers servers;
  private final HttpClient client = HttpClient.newHttpClient();
  private int farPort;
  private int port;

  @BeforeEach
  void start() throws IOException {
    servers = new TestServers(directory);
    farPort = servers.start("far");
    assertThat(servers.send("far", "PUT", "/company-files").status()).isEqualTo(200);
    port = WarmUp.freePort();
    startNear("near");
  }

  private void startNear(String name) throws IOException {
    servers.start(
        name,
        Map.of("TARN_ORIGINS_FAR_S3_SECRET_KEY", TestServers.SECRET),
        "--files-address=127.0.0.1:" + port,
        "--files.origin=far:company-files",
        "--origins.far.s3.endpoint=http://127.0.0.1:" + farPort,
        "--origins.far.s3.access-key=" + TestServers.ROOT);
  }

  @AfterEach
  void end() {
    servers.close();
    client.close();
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException {
    URI url = URI.create("http://localhost:%d/api/v1/%s".formatted(port, path));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .method(
                method,
                method.equals("POST") ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws IOException {
    return send("GET", path, new byte[0], headers);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static void assertHeaders(HttpResponse<byte[]> answer, String... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      assertThat(answer.headers().firstValue(namesAndValues[i]))
          .as(namesAndValues[i])
          .contains(namesAndValues[i + 1]);
    }
  }

  /// As the README of the older program has it, "Client usage": each line there is one here.
  @Test
  void the_transcript_of_the_older_program_is_still_true() throws IOException {
    // curl localhost:10999/api/v1/id
    String id = text(get("id"));
    assertThat(id).matches("[0-9A-HJKMNP-TV-Z]{26}");
    // curl -d @test.txt -H "X-Meta-ConsistencyLevel: 2" -H "X-Meta-Name: test.txt" -H "X-Meta-ID:
    // …"
    HttpResponse<byte[]> put =
        send(
            "POST",
            "put",
            "It works!".getBytes(StandardCharsets.US_ASCII),
            "Content-Type",
            "application/x-www-form-urlencoded",
            "X-Meta-ConsistencyLevel",
            "2",
            "X-Meta-Name",
            "test.txt",
            "X-Meta-ID",
            id);
    assertThat(put.statusCode()).as(text(put)).isEqualTo(200);
    assertThat(put.body()).isEmpty();
    // curl -v localhost:10999/api/v1/get/…
    HttpResponse<byte[]> got = get("get/" + id);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(text(got)).isEqualTo("It works!");
    assertHeaders(
        got,
        "Accept-Ranges",
        "bytes",
        "Content-Length",
        "9",
        "Content-Type",
        "text/plain; charset=utf-8",
        "X-Meta-Consistencylevel",
        "2",
        "X-Meta-Id",
        id,
        "X-Meta-Name",
        "test.txt");
    assertThat(got.headers().map()).containsKeys("date", "last-modified");
    assertThat(got.headers().map()).doesNotContainKeys("x-meta-fetched", "x-meta-symlink");
    // "to check we delete local state and restarted nodes (!)"
    servers.stop("near");
    startNear("anew");
    // curl -v localhost:10999/api/v1/get/…
    assertThat(get("get/" + id).statusCode()).isEqualTo(404);
    // curl -v -H "X-Meta-Fetch: 1" localhost:10999/api/v1/get/…
    HttpResponse<byte[]> fetched = get("get/" + id, "X-Meta-Fetch", "1");
    assertThat(fetched.statusCode()).isEqualTo(200);
    assertThat(text(fetched)).isEqualTo("It works!");
    assertHeaders(
        fetched,
        "Accept-Ranges",
        "bytes",
        "Content-Length",
        "9",
        "Content-Type",
        "text/plain; charset=utf-8",
        "X-Meta-Consistencylevel",
        "2",
        "X-Meta-Fetched",
        "true",
        "X-Meta-Id",
        id,
        "X-Meta-Name",
        "test.txt");
    // "If file is known but has been deleted, a 404 with `X-Meta-Deleted: true` will be served"
    assertThat(send("POST", "delete/" + id, new byte[0]).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> deleted = get("get/" + id, "X-Meta-Fetch", "1");
    assertThat(deleted.statusCode()).isEqualTo(404);
    assertHeaders(deleted, "X-Meta-Deleted", "true");
  }

  @Test
  void files_outlive_the_process_and_are_a_bucket_that_clients_of_s3_read() throws IOException {
    byte[] large = new byte[3_000_000];
    new SplittableRandom(1).nextBytes(large);
    String id = text(get("id"));
    String gone = text(get("id"));
    assertThat(
            send("POST", "put", large, "X-Meta-ID", id, "X-Meta-UserMeta", "{\"colour\":\"red\"}")
                .statusCode())
        .isEqualTo(200);
    send("POST", "put", large, "X-Meta-ID", gone);
    send("POST", "delete/" + gone, new byte[0]);
    assertThat(
            send("POST", "level/" + id, new byte[0], "X-Meta-ConsistencyLevel", "1").statusCode())
        .isEqualTo(200);
    startNear("near");
    HttpResponse<byte[]> half = get("get/" + id, "Range", "bytes=1500000-");
    assertThat(half.statusCode()).isEqualTo(206);
    assertThat(half.body()).isEqualTo(Arrays.copyOfRange(large, 1_500_000, large.length));
    assertHeaders(half, "X-Meta-Consistencylevel", "1");
    assertHeaders(get("get/" + gone), "X-Meta-Deleted", "true");
    // The same for clients of S3.
    SignedHttp.Reply s3 = servers.send("near", "GET", "/files/" + id);
    assertThat(s3.body()).isEqualTo(large);
    assertThat(s3.header("x-amz-meta-usermeta-colour")).isEqualTo("red");
    assertThat(servers.send("near", "GET", "/files").text()).contains(id).doesNotContain(gone);
    assertThat(servers.send("near", "GET", "/files/" + gone).status()).isEqualTo(404);
    assertThat(servers.send("near", "PUT", "/files/" + id, new byte[1]).status()).isEqualTo(403);
    assertThat(servers.send("near", "DELETE", "/files/" + id).status()).isEqualTo(403);
    assertThat(servers.send("near", "DELETE", "/files").status()).isEqualTo(409);
    assertThat(servers.send("near", "POST", "/files/x?uploads").status()).isEqualTo(501);
    // And at the origin, with the user's metadata as tags.
    SignedHttp.Reply there = servers.send("far", "GET", "/company-files/" + id);
    assertThat(there.body()).isEqualTo(large);
    assertThat(there.header("x-amz-meta-usermeta-colour")).isEqualTo("red");
    assertThat(servers.send("far", "GET", "/company-files/" + id + "?tagging").text())
        .contains("<Key>colour</Key><Value>red</Value>");
  }

  @Test
  void a_start_that_would_leave_files_open_to_others_is_refused() {
    assertThatThrownBy(() -> servers.start("open", "--files-address=0.0.0.0:0"))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("TARN_FILES_TOKEN");
    assertThatThrownBy(
            () -> servers.start("lost", "--files-address=127.0.0.1:0", "--files.origin=no:where"))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("no origin no");
  }

  @Test
  void a_bucket_that_is_somebody_elses_is_left_alone() throws IOException {
    servers.start("other");
    servers.send("other", "PUT", "/files");
    assertThatThrownBy(() -> servers.start("other", "--files-address=127.0.0.1:0"))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("a bucket called files");
  }

  @Test
  void the_command_line_puts_and_gets_files() throws IOException {
    Path file = directory.resolve("letter.txt");
    Files.writeString(file, "Dear all");
    var shell = new Shell(Map.of("TARN_FILES_URL", "http://127.0.0.1:" + port));
    Shell.Ran put =
        shell.run("file", "put", file.toString(), "--level=1", "--meta={\"to\":\"all\"}");
    assertThat(put.exit()).as(put.err()).isEqualTo(ExitCode.OK);
    String id = put.out().strip();
    assertThat(shell.run("file", "get", id).out()).isEqualTo("Dear all");
    Path copy = directory.resolve("copy.txt");
    assertThat(shell.run("file", "get", id, "--out", copy.toString()).exit())
        .isEqualTo(ExitCode.OK);
    assertThat(copy).hasContent("Dear all");
    assertThat(shell.run("file", "ls").out()).contains(id, "letter.txt", "8 B");
    assertThat(shell.run("file", "meta", id).json().path("user_meta").path("to").asString(""))
        .isEqualTo("all");
    assertThat(shell.run("file", "level", id, "2").exit()).isEqualTo(ExitCode.OK);
    assertThat(shell.run("file", "level", id, "1").err()).contains("never lowered");
    assertThat(shell.run("file", "rm", id).exit()).isEqualTo(ExitCode.OK);
    Shell.Ran gone = shell.run("file", "get", id);
    assertThat(gone.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(gone.err()).contains("was deleted");
    assertThat(shell.run("file", "ls").out()).isEmpty();
  }
}
