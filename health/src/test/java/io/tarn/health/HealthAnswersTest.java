package io.tarn.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.http.Headers;
import io.tarn.http.HttpServer;
import io.tarn.http.HttpSettings;
import io.tarn.http.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthAnswersTest {
  @Test
  void before_s3_only_unsigned_reads_of_the_exact_paths_are_taken()
      throws IOException, InterruptedException {
    var health = new HealthAnswers(new Well());
    HttpSettings settings = HttpSettings.DEFAULTS.listeningOn("127.0.0.1", 0);
    try (var s3 =
            HttpServer.start(
                settings,
                health.before(exchange -> exchange.respond(Response.of(299, Headers.EMPTY))));
        var client = HttpClient.newHttpClient()) {
      String[][] cases = {
        {"GET", "/minio/health/live", "", "200"},
        {"HEAD", "/minio/health/ready", "", "200"},
        {"GET", "/health/live", "", "200"},
        {"GET", "/health/live?versionId=1", "", "299"},
        {"PUT", "/health/live", "", "299"},
        {"GET", "/health/other", "", "299"},
        {"GET", "/healthz", "", "299"},
        {"GET", "/health/live", "AWS4-HMAC-SHA256 x", "299"},
      };
      for (String[] each : cases) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + s3.port() + each[1]))
                .method(each[0], HttpRequest.BodyPublishers.noBody());
        if (!each[2].isEmpty()) request.header("Authorization", each[2]);
        int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
        assertThat(status).as("%s %s %s", (Object[]) each).isEqualTo(Integer.parseInt(each[3]));
      }
    }
  }

  /// A node that nothing is wrong with.
  private static final class Well implements Vitals {
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
      return List.of(new VolumeState("v1", "/srv/one", 1, 2, 0, DiskCalls.NONE, ""));
    }

    @Override
    public List<String> missing() {
      return List.of();
    }

    @Override
    public MetadataState metadata() {
      return new MetadataState(true, false, 0, 1, "");
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
