package io.tarn.gateway;

import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.bytes.Ingest;
import io.tarn.http.ClientGone;
import io.tarn.http.Exchange;
import io.tarn.http.Handler;
import io.tarn.http.Headers;
import io.tarn.http.RequestHead;
import io.tarn.http.Response;
import io.tarn.http.TooMuch;
import io.tarn.identity.Caller;
import io.tarn.identity.Effort;
import io.tarn.observe.Counter;
import io.tarn.observe.Histogram;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import io.tarn.observe.Phase;
import io.tarn.observe.RequestId;
import io.tarn.observe.RequestLog;
import io.tarn.observe.RequestRecord;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.s3.S3Operation;
import io.tarn.s3.S3Router;
import io.tarn.signature.Authentication;
import io.tarn.signature.HoistedHeaders;
import io.tarn.signature.Proof;
import io.tarn.signature.Service;
import io.tarn.signature.SigningRules;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.StoreFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The S3 front end. Every request goes the same way: identify, parse, authorise, dispatch, render,
/// record.
public final class S3Gateway implements Handler {
  private static final Logger LOG = LoggerFactory.getLogger(S3Gateway.class);
  private static final int SIGNING_KEYS = 4096;

  /// A head counts once for so many of its bytes: it stays for as long as its request.
  private static final int PER_PLACE = 4096;

  private final Wiring wiring;
  private final Budget places;
  private final Authentication authentication;
  private final RequestBodies intake;
  private final Operations operations;
  private final Records records;

  /// What the gateway is made of.
  ///
  /// - `tokenSecret`: seals continuation tokens: 32 random bytes, the same on every node
  /// - `hostId`: what `x-amz-id-2` says of this node
  /// - `ingest`: takes in large bodies; null to hash piece by piece, in line
  public record Wiring(
      GatewaySettings settings,
      Stores stores,
      CallerLookup callers,
      Telemetry telemetry,
      InstantSource clock,
      byte[] tokenSecret,
      String hostId,
      @Nullable Ingest ingest) {}

  public S3Gateway(Wiring wiring) {
    GatewaySettings settings = wiring.settings();
    this.wiring = wiring;
    this.places = new Budget(settings.maxRequests());
    this.authentication = new Authentication(wiring.callers()::secret, rules(settings));
    this.intake = new RequestBodies(wiring.ingest(), settings);
    this.operations = new Operations(wiring, intake);
    this.records = new Records(wiring.telemetry(), wiring.clock());
  }

  private static SigningRules rules(GatewaySettings settings) {
    return new SigningRules(
        Service.S3,
        settings.region(),
        Set.copyOf(settings.otherRegions()),
        settings.anyRegion(),
        settings.clockSkew(),
        SIGNING_KEYS,
        settings.presignedV2());
  }

  @Override
  public void handle(Exchange exchange) {
    var trace = new Trace();
    ScopedValue.where(RequestId.CURRENT, trace.id).run(() -> handle(exchange, trace));
  }

  private void handle(Exchange exchange, Trace trace) {
    try (Lease place = places.open(exchange.network())) {
      if (place.tryTake(1 + exchange.headBytes() / PER_PLACE)) {
        answer(exchange, trace, place);
      } else {
        fail(exchange, trace, new S3Failure(S3Error.SLOW_DOWN));
      }
    } finally {
      records.add(exchange, trace);
    }
  }

  private void answer(Exchange exchange, Trace trace, Lease place) {
    try (Reply reply = serve(exchange, trace, place)) {
      send(exchange, trace, reply);
    } catch (ClientGone gone) {
      throw gone;
    } catch (RuntimeException failure) {
      // After the first byte of an answer there is no error page: the listener closes.
      if (exchange.responded()) throw failure;
      fail(exchange, trace, failure);
    }
  }

  private Reply serve(Exchange exchange, Trace trace, Lease place) {
    RequestHead head = exchange.head();
    S3Request request =
        S3Request.of(
            head.method(),
            head.target(),
            new HttpHeaders(head.headers()),
            wiring.settings().domains());
    trace.bucket = request.bucket();
    trace.key = request.key();
    if (request.method().equals("OPTIONS")) throw preflight(request);
    Proof proof = authentication.of(request, wiring.clock().instant());
    Caller caller = caller(proof);
    trace.caller = caller.accessKey();
    String client = client(caller);
    if (!place.tryShare(client)) throw new S3Failure(S3Error.SLOW_DOWN);
    trace.phases.lap(Phase.AUTH);
    S3Request meant = HoistedHeaders.of(request, proof);
    S3Operation operation = S3Router.parse(meant);
    trace.operation =
        switch (operation) {
          case S3Operation.Unsupported _ -> "Unsupported";
          case S3Operation.Served served -> served.route().text();
        };
    List<String> clients = List.of(exchange.network(), client);
    try (Lease kept = intake.keep(clients)) {
      var effort = new Effort(wiring.settings().policyEffort());
      var document = new SentDocument(intake);
      var call = new Call(exchange, meant, proof, caller, clients, kept, document, effort);
      return operations.carryOut(call, operation);
    }
  }

  /// The name under which the share of a caller is counted: a key's, and one for all without.
  private static String client(Caller caller) {
    String key = caller.accessKey();
    return key.isEmpty() ? "anonymous" : "key " + key;
  }

  /// Browsers ask before they know how to sign. The answer is the same for every bucket: there is
  /// no CORS.
  private static S3Failure preflight(S3Request request) {
    return request.headers().has("origin")
        ? new S3Failure(
            S3Error.ACCESS_FORBIDDEN, "CORSResponse: CORS is not enabled for this bucket.")
        : new S3Failure(
            S3Error.BAD_REQUEST, "Insufficient information. Origin request header needed.");
  }

  private Caller caller(Proof proof) {
    return switch (proof) {
      case Proof.Anonymous _ -> Caller.anonymous();
      case Proof.Signed signed -> caller(signed.accessKeyId());
      case Proof.PresignedV2 presigned -> caller(presigned.accessKeyId());
    };
  }

  private Caller caller(String accessKeyId) {
    Caller caller = wiring.callers().caller(accessKeyId);
    if (caller == null) throw new S3Failure(S3Error.INVALID_ACCESS_KEY_ID);
    return caller;
  }

  private void send(Exchange exchange, Trace trace, Reply reply) {
    Headers.Builder headers = reply.headers();
    headers.add("Server", "Tarn");
    headers.add("x-amz-request-id", trace.id);
    headers.add("x-amz-id-2", wiring.hostId());
    // What a browser would take for a page is what somebody stored, not what this server says.
    headers.add("X-Content-Type-Options", "nosniff");
    // To a stranger it would tell, without the noise of the network, how long a secret takes.
    if (!trace.caller.isEmpty()) headers.add("Server-Timing", trace.phases.serverTiming());
    trace.status = reply.status();
    exchange.respond(new Response(reply.status(), headers.build(), reply.body()));
  }

  private void fail(Exchange exchange, Trace trace, RuntimeException failure) {
    S3Failure said =
        switch (failure) {
          case S3Failure s3 -> s3;
          case StoreFailure store -> Failures.of(store, exchange.head().method());
          case TooMuch _ -> new S3Failure(S3Error.SLOW_DOWN);
          default -> {
            LOG.error("request {} ({}) failed", trace.id, trace.operation, failure);
            yield new S3Failure(S3Error.INTERNAL_ERROR);
          }
        };
    trace.errorCode = said.error().code();
    boolean bodiless = exchange.head().method().equals("HEAD");
    var about = Failures.about(trace, wiring.hostId());
    Reply reply = Failures.reply(said, failure, about, bodiless);
    Bucket bucket = bucketOf(trace, said.error());
    send(exchange, trace, bucket == null ? reply : reply.in(bucket));
  }

  /// The bucket a refused request was about, if there is one: to learn where it is, S3 asks for no
  /// permission.
  private @Nullable Bucket bucketOf(Trace trace, S3Error error) {
    boolean ours = error.status() >= 500 && error != S3Error.NOT_IMPLEMENTED;
    if (ours || error == S3Error.NO_SUCH_BUCKET || !BucketName.valid(trace.bucket)) return null;
    try {
      return wiring.stores().buckets().find(new BucketName(trace.bucket)).orElse(null);
    } catch (StoreFailure e) {
      LOG.warn("request {}: cannot say where bucket {} is", trace.id, trace.bucket, e);
      return null;
    }
  }

  /// Says of every request how it ended: counters, durations and, where it is on, the access log.
  static final class Records {
    private final Labelled<Counter> requests;
    private final Labelled<Histogram> seconds;
    private final Counter bytesOut;
    private final RequestLog log;
    private final InstantSource clock;

    Records(Telemetry telemetry, InstantSource clock) {
      Metrics metrics = telemetry.metrics();
      this.requests =
          metrics.counter("tarn_s3_requests", "S3 requests answered.", "operation", "status");
      this.seconds =
          metrics.histogram(
              "tarn_s3_request_seconds",
              "Time from request to the end of the answer.",
              "operation");
      this.bytesOut = metrics.counter("tarn_s3_sent_bytes", "Bytes of bodies sent.");
      this.log = telemetry.log();
      this.clock = clock;
    }

    void add(Exchange exchange, Trace trace) {
      long nanos = exchange.nanosSinceArrival();
      requests.with(trace.operation, Integer.toString(trace.status)).increment();
      seconds.with(trace.operation).observeNanos(nanos);
      bytesOut.add(exchange.bytesSent());
      if (log.isOn()) log.add(record(exchange, trace, nanos));
    }

    private RequestRecord record(Exchange exchange, Trace trace, long nanos) {
      RequestHead head = exchange.head();
      String agent = head.headers().first("user-agent");
      return new RequestRecord(
          clock.instant(),
          trace.id,
          new RequestRecord.Subject(trace.operation, trace.bucket, trace.key, "", trace.caller),
          new RequestRecord.Wire(
              head.client().address().getHostAddress(),
              head.method(),
              head.target(),
              agent == null ? "" : agent),
          new RequestRecord.Outcome(
              trace.status, trace.errorCode, exchange.body().received(), exchange.bytesSent()),
          new RequestRecord.Timing(nanos / 1000, Math.max(0, exchange.nanosToFirstByte()) / 1000));
    }
  }
}
