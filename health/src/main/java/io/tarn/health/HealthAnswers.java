package io.tarn.health;

import io.tarn.http.Exchange;
import io.tarn.http.Handler;
import io.tarn.http.Headers;
import io.tarn.http.RequestHead;
import io.tarn.http.Response;
import io.tarn.http.ResponseBody.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers whether the node lives and whether it takes work: under its own paths, under those of
/// Kubernetes' habits and under MinIO's. Needs no credentials, so it tells which part is in trouble
/// and nothing more.
///
/// Reads need metadata only; everything else also needs one volume, and the metadata store, to take
/// writes. With less than all of them a node is degraded, and says so, but not dead. During a drain
/// a node still lives, and is not ready. Alarms are told along; they change no answer.
public final class HealthAnswers {
  private final Vitals vitals;

  public HealthAnswers(Vitals vitals) {
    this.vitals = vitals;
  }

  private enum Question {
    LIVE,
    READY,
    CLUSTER,
    CLUSTER_READ
  }

  /// The answer, if the request asks for health by any of its names.
  public Optional<Response> answer(RequestHead head) {
    Question question = question(path(head.target()));
    return question == null ? Optional.empty() : Optional.of(answer(question, head.method()));
  }

  /// Whether the node takes work, and what is wrong with it; empty when all is well.
  public record Summary(boolean ready, List<String> troubles) {
    public Summary {
      troubles = List.copyOf(troubles);
    }
  }

  /// The same as `ready` answers, for people.
  public Summary summary() {
    List<String> reasons = reasonsNotToSend(true);
    List<String> troubles = new ArrayList<>(reasons.isEmpty() ? degraded() : reasons);
    vitals.alarms().forEach(alarm -> troubles.add(alarm.what()));
    return new Summary(reasons.isEmpty(), troubles);
  }

  /// Puts the health of MinIO's clients before another handler. Only an unsigned GET or HEAD of
  /// exactly these targets is taken: a bucket may have these names too.
  public Handler before(Handler next) {
    return new Handler() {
      @Override
      public void handle(Exchange exchange) {
        choose(exchange.head()).handle(exchange);
      }

      @Override
      public Handler choose(RequestHead head) {
        Question question = isHealthOnS3(head);
        return question == null
            ? next
            : exchange -> exchange.respond(answer(question, head.method()));
      }

      @Override
      public Optional<Response> atOnce(RequestHead head) {
        return isHealthOnS3(head) == Question.LIVE ? live(head) : next.atOnce(head);
      }
    };
  }

  /// Whether the server lives, if that is what is asked: it waits for nothing, so that it is
  /// answered where everything else waits.
  public Optional<Response> live(RequestHead head) {
    return question(path(head.target())) == Question.LIVE
        ? Optional.of(answer(Question.LIVE, head.method()))
        : Optional.empty();
  }

  private static @Nullable Question isHealthOnS3(RequestHead head) {
    String target = head.target();
    boolean candidate = target.startsWith("/minio/health/") || target.startsWith("/health/");
    if (!candidate || head.headers().has("authorization")) return null;
    boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
    return reads ? question(target) : null;
  }

  private static String path(String target) {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  private static @Nullable Question question(String path) {
    return switch (path) {
      case "/health/live", "/minio/health/live", "/healthz" -> Question.LIVE;
      case "/health/ready", "/minio/health/ready", "/readyz" -> Question.READY;
      case "/health/cluster", "/minio/health/cluster" -> Question.CLUSTER;
      case "/health/cluster/read", "/minio/health/cluster/read" -> Question.CLUSTER_READ;
      default -> null;
    };
  }

  private Response answer(Question question, String method) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return json(
          405,
          JsonNodeFactory.instance
              .objectNode()
              .put("code", "MethodNotAllowed")
              .put("message", "Health is asked for with GET or HEAD, not with " + method + "."));
    }
    List<String> reasons =
        switch (question) {
          case LIVE -> vitals.failure().isEmpty() ? List.of() : List.of("the server cannot go on");
          case READY -> reasonsNotToSend(true);
          case CLUSTER -> reasonsNotToSend(false);
          case CLUSTER_READ -> vitals.draining() ? List.of("draining") : List.of();
        };
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("healthy", reasons.isEmpty());
    ArrayNode list = body.putArray("reasons");
    reasons.forEach(list::add);
    if (question == Question.READY || question == Question.CLUSTER) {
      degraded().forEach(body.putArray("degraded")::add);
      ArrayNode alarms = body.putArray("alarms");
      vitals.alarms().forEach(alarm -> alarms.add(alarm.what()));
    }
    return json(reasons.isEmpty() ? 200 : 503, body);
  }

  private static Response json(int status, ObjectNode body) {
    Headers headers =
        Headers.builder()
            .add("Content-Type", "application/json")
            .add("Cache-Control", "no-store")
            .add("X-Content-Type-Options", "nosniff")
            .add("Server", "Tarn")
            .build();
    byte[] bytes = (body.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    return new Response(status, headers, new Bytes(bytes));
  }

  private List<String> reasonsNotToSend(boolean drainMatters) {
    var reasons = new ArrayList<String>();
    if (drainMatters && vitals.draining()) reasons.add("draining");
    Vitals.MetadataState metadata = vitals.metadata();
    if (!metadata.writable() && !metadata.full()) reasons.add("the metadata store takes no writes");
    if (vitals.volumes().stream().noneMatch(Vitals.VolumeState::takesWrites)) {
      reasons.add("no volume takes writes");
    }
    return reasons;
  }

  /// What is wrong with a node that serves what it can: a load balancer that took it away would
  /// take the rest away, too, and deletes when the disk is full.
  private List<String> degraded() {
    var degraded = new ArrayList<String>();
    if (vitals.metadata().full()) degraded.add("the disk of the metadata is full");
    for (Vitals.VolumeState volume : vitals.volumes()) {
      if (volume.calls().silent()) {
        degraded.add("volume " + volume.id() + " does not answer");
      } else if (!volume.takesWrites()) {
        degraded.add("volume " + volume.id() + " takes no writes");
      }
    }
    for (String volume : vitals.missing()) degraded.add("volume " + volume + " is missing");
    return degraded;
  }
}
