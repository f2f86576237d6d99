package io.tarn.console;

import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.console.Access.Admission;
import io.tarn.health.HealthAnswers;
import io.tarn.http.ClientGone;
import io.tarn.http.ClientSlow;
import io.tarn.http.Exchange;
import io.tarn.http.Handler;
import io.tarn.http.RequestHead;
import io.tarn.http.Response;
import io.tarn.identity.Action;
import io.tarn.identity.ConditionContext;
import io.tarn.observe.Metrics;
import io.tarn.observe.RequestId;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The handler of the console's listener: health and metrics for everybody (metrics may be closed),
/// the admin API for who may. The story of any admin request is [#admin]: identify, read the body,
/// parse, authorise, see that a signed change is not one of before, carry out, record.
public final class Console implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);

  private final ConsoleSettings settings;
  private final HealthAnswers health;
  private final Metrics metrics;
  private final Access access;
  private final AdminWork work;
  private final Budget places;
  private final UsedSignatures used;
  private final FailedAttempts attempts = new FailedAttempts();

  public Console(ConsoleSettings settings, Metrics metrics, Access access, AdminWork work) {
    this.settings = settings;
    this.health = new HealthAnswers(work.vitals());
    this.metrics = metrics;
    this.access = access;
    this.work = work;
    this.places = new Budget(settings.maxRequests());
    this.used = new UsedSignatures(access.clock().instant(), settings.clockSkew());
  }

  @Override
  public void handle(Exchange exchange) {
    String id = RequestId.next();
    Response response = ScopedValue.where(RequestId.CURRENT, id).call(() -> answer(exchange, id));
    exchange.respond(response);
  }

  @Override
  public Optional<Response> atOnce(RequestHead head) {
    return health.live(head);
  }

  private Response answer(Exchange exchange, String id) {
    try {
      Optional<Response> healthy = health.answer(exchange.head());
      if (healthy.isPresent()) return healthy.get();
      if (FrontPage.isAsked(exchange.head())) return FrontPage.of(health.summary());
      return answerInPlace(exchange, id);
    } catch (AdminFailure e) {
      return Replies.failure(e, id);
    } catch (S3Failure e) {
      return Replies.failure(AdminFailure.of(e), id);
    } catch (ClientSlow e) {
      var failure = new AdminFailure(400, "RequestTimeout", "The body did not come in time.");
      return Replies.failure(failure, id).closing();
    } catch (ClientGone e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("Request {} met a bug", id, e);
      var failure = new AdminFailure(500, "InternalError", "A bug; the server's log has it.");
      return Replies.failure(failure, id).closing();
    }
  }

  private Response answerInPlace(Exchange exchange, String id) {
    try (Lease place = places.open(exchange.network())) {
      if (!place.tryTake(1)) {
        throw AdminFailure.slowDown("Too many admin requests at once; try again.", 1);
      }
      S3Request request = decode(exchange.head());
      return switch (request.path()) {
        case "/metrics",
            "/minio/v2/metrics/cluster",
            "/minio/v2/metrics/node",
            "/minio/v2/metrics/bucket" ->
            metrics(exchange, request, id);
        default -> admin(exchange, request, id);
      };
    }
  }

  private static S3Request decode(RequestHead head) {
    return S3Request.of(
        head.method(), head.target(), new ConsoleHeaders(head.headers()), List.of());
  }

  private Response metrics(Exchange exchange, S3Request request, String id) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      throw AdminFailure.methodNotAllowed(request.method());
    }
    if (!MetricsAccess.isOpen(settings, request, exchange.head().client().address())) {
      admitToMetrics(exchange, request);
    }
    Metrics.Page page = metrics.render(exchange.head().headers().first("Accept"));
    return Replies.page(page.contentType(), page.body(), id);
  }

  private void admitToMetrics(Exchange exchange, S3Request request) {
    if (MetricsAccess.hasToken(settings, request)) {
      attempts.check(exchange.network(), access.clock().instant());
      return;
    }
    Admission admission;
    try {
      admission = admit(exchange, request);
    } catch (AdminFailure e) {
      if (e.status() == 401) throw MetricsAccess.unproved();
      throw e;
    }
    admission.check(body(exchange));
    access.authorise(admission.caller(), Action.ADMIN_PROMETHEUS, context(exchange));
  }

  /// Who asks. The token of the run is heard always: nobody guesses it.
  private Admission admit(Exchange exchange, S3Request request) {
    Instant now = access.clock().instant();
    if (!access.hasToken(request)) attempts.check(exchange.network(), now);
    try {
      return access.admit(request);
    } catch (AdminFailure e) {
      if (isGuess(e, request)) attempts.failed(exchange.network(), now);
      throw e;
    }
  }

  /// Whether it may have been a try at a key or a token; what is only written wrongly is none, nor
  /// is who comes without any.
  private static boolean isGuess(AdminFailure failure, S3Request request) {
    return switch (failure.code()) {
      case "SignatureDoesNotMatch", "InvalidAccessKeyId" -> true;
      case "Unauthenticated" -> request.headers().has("authorization");
      default -> false;
    };
  }

  private Response admin(Exchange exchange, S3Request request, String id) {
    Admission admission = admit(exchange, request);
    byte[] body = body(exchange);
    admission.check(body);
    AdminOperation operation = AdminRequest.parse(request, body);
    access.authorise(admission.caller(), operation.action(), context(exchange));
    SignedBy signature = admission.signature();
    if (operation.changes() && signature != null) used.use(signature, access.clock().instant());
    Response response = carriedOut(operation, work.authorityOf(admission.caller()), id);
    if (operation.changes()) {
      LOG.info(
          "{} by {} (access key {}): {}",
          operation, // prints no secret
          admission.caller().arn(),
          admission.caller().accessKey().isEmpty() ? "none" : admission.caller().accessKey(),
          response.status());
    }
    return response;
  }

  private Response carriedOut(AdminOperation operation, Authority by, String id) {
    try {
      return Replies.json(200, work.perform(operation, by), id);
    } catch (StoreFailure e) {
      var failure = AdminFailure.of(e);
      if (failure.status() >= 500) LOG.warn("{} failed ({})", operation, id, e);
      return Replies.failure(failure, id);
    } catch (AdminFailure e) {
      return Replies.failure(e, id);
    }
  }

  private byte[] body(Exchange exchange) {
    long limit = settings.bodyLimit().bytes();
    if (exchange.body().length() > limit) throw AdminFailure.tooLarge(limit);
    exchange.body().finishWithin(settings.bodyTime());
    var bytes = new ByteArrayOutputStream();
    for (ByteBuffer next = exchange.body().next(); next != null; next = exchange.body().next()) {
      if (bytes.size() + next.remaining() > limit) throw AdminFailure.tooLarge(limit);
      byte[] part = new byte[next.remaining()];
      next.get(part);
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private ConditionContext context(Exchange exchange) {
    return access.context(exchange.head());
  }
}
