package io.tarn.upstream;

import io.tarn.request.HttpDate;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.store.BucketName;
import io.tarn.store.OriginTraffic;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Speaks HTTP to one origin: signs, waits its turn, and makes a request again where that is safe
/// and likely to help ([Retries]). Thread-safe.
final class OriginClient implements AutoCloseable {
  static {
    // What is made again is decided here, where it is counted. The client of the JDK repeats what
    // was reset, and has no other way to be told.
    System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
    System.setProperty("jdk.httpclient.disableRetryConnect", "true");
  }

  private static final int LONGEST_ERROR = 64 << 10;
  private static final Duration GLANCE = Duration.ofMillis(500);

  /// Errors that say that other keys may do.
  private static final Set<String> REFUSED_KEYS =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidAccessKeyId",
          "InvalidToken",
          "TokenRefreshRequired");

  private final String origin;
  private final OriginSettings settings;
  private final OriginCredentials credentials;
  private final InstantSource clock;
  private final OriginTraffic traffic;
  private final Semaphore turns;
  private final Retries retries;
  private final OriginBreaker breaker;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final URI endpoint;

  /// How far the origin's clock is ahead of ours, as it says.
  private volatile Duration skew = Duration.ZERO;

  private volatile @Nullable Signing signing;

  private record Signing(OriginKeys keys, RequestSigner signer) {}

  /// `origin`: its name in the settings.
  OriginClient(
      String origin,
      OriginSettings settings,
      OriginCredentials credentials,
      OriginMetrics metrics,
      InstantSource clock,
      OriginTraffic traffic) {
    this.origin = origin;
    this.settings = settings;
    this.credentials = credentials;
    this.clock = clock;
    this.traffic = traffic;
    this.turns = new Semaphore(settings.maxRequests());
    this.retries = new Retries(settings.attempts());
    this.endpoint = URI.create(settings.endpoint());
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connect())
            .executor(threads);
    if (settings.caFile() != null) {
      builder.sslContext(
          OriginTrust.in(settings.caFile(), "origins.%s.s3.ca-file".formatted(origin)));
    }
    this.client = builder.build();
    this.breaker = new OriginBreaker(origin, settings.breaker(), metrics);
  }

  /// The origin's name in the settings.
  String origin() {
    return origin;
  }

  /// Why nobody asks it at present; empty while it is there.
  String absence() {
    return breaker.absence();
  }

  /// Sends a request and waits until the answer begins, whatever its status. The caller closes it.
  ///
  /// @throws StoreFailure when there is none, or what the body fails with
  OriginAnswer send(OriginRequest request) {
    boolean corrected = false;
    boolean renewed = false;
    for (int attempt = 1; ; attempt++) {
      breaker.admit();
      OriginKeys proof = credentials.keys();
      takeTurn();
      OriginAnswer answer = null;
      IOException failure = null;
      try {
        answer = attempt(request, proof, Wait.ofRequest(settings, turns::release));
        if (!answer.isSuccess() && !corrected && isSkewed(answer)) {
          corrected = true;
          if (request.body() == null) continue;
        }
        if (!renewed && refusesKeys(answer) && credentials.renew(proof)) {
          renewed = true;
          if (request.body() == null) continue;
          throw new StoreFailure.Unavailable(
              "the origin %s refused keys that have been replaced by now".formatted(origin), null);
        }
      } catch (IOException e) {
        failure = e;
        rethrow(request.body());
      }
      note(request, answer, failure);
      if (!retries.again(request, attempt, answer, failure)) {
        if (answer != null) return answer;
        throw failed(request, failure);
      }
    }
  }

  private static boolean refusesKeys(OriginAnswer answer) {
    return REFUSED_KEYS.contains(answer.error().code());
  }

  /// What an attempt says of whether the origin is there.
  private void note(
      OriginRequest request, @Nullable OriginAnswer answer, @Nullable IOException failure) {
    if (answer != null) {
      breaker.answered(answer, () -> probe(request));
    } else if (failure != null && isTheOrigins(request, failure)) {
      breaker.failed(problem(failure), () -> probe(request));
    }
  }

  /// Whether it is not the client who broke off, or sends nothing more of a body.
  private static boolean isTheOrigins(OriginRequest request, IOException failure) {
    if (Thread.currentThread().isInterrupted()) return false;
    OriginBody body = request.body();
    return body == null || body.isWhole() || isUnreached(failure);
  }

  private static void rethrow(@Nullable OriginBody body) {
    RuntimeException ours = body == null ? null : body.failure();
    if (ours != null) throw ours;
  }

  private StoreFailure failed(OriginRequest request, @Nullable IOException failure) {
    IOException why = failure == null ? new IOException("no answer") : failure;
    if (request.reads() || wasUndone(request, why)) {
      String problem = OriginTrust.problem(why, origin);
      return problem == null
          ? new StoreFailure.OriginUnreachable(origin, why)
          : new StoreFailure.OriginUnreachable(origin, problem, Duration.ZERO);
    }
    return new StoreFailure.Indeterminate(
        "the origin %s was asked and did not answer: %s"
            .formatted(origin, why.getClass().getSimpleName()),
        null);
  }

  private String problem(IOException failure) {
    String problem = OriginTrust.problem(failure, origin);
    return problem == null ? failure.getClass().getSimpleName() : problem;
  }

  /// Whether the origin cannot have done what it was asked.
  static boolean wasUndone(OriginRequest request, IOException failure) {
    OriginBody body = request.body();
    return isUnreached(failure) || (body != null && !body.isWhole());
  }

  private static boolean isUnreached(IOException failure) {
    return failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof SSLHandshakeException;
  }

  private boolean isSkewed(OriginAnswer answer) {
    if (!answer.error().code().equals("RequestTimeTooSkewed")) return false;
    Instant there = HttpDate.parse(answer.header("date"));
    if (there == null) return false;
    skew = Duration.between(clock.instant(), there);
    return true;
  }

  /// How long an answer is waited for, after how long that is suspicious, and what is done when the
  /// answer is closed.
  private record Wait(Duration silence, Duration patience, Runnable closed) {
    static Wait ofRequest(OriginSettings settings, Runnable closed) {
      return new Wait(settings.silence(), settings.breaker().patience(), closed);
    }

    static Wait ofProbe(OriginSettings settings) {
      Duration patience = settings.breaker().patience();
      return new Wait(patience, patience.multipliedBy(2), () -> {});
    }
  }

  private OriginAnswer attempt(OriginRequest request, OriginKeys proof, Wait wait)
      throws IOException {
    BucketName bucket = request.place().name();
    OriginTraffic.Request kind = request.kind();
    var body =
        new AnswerBody(wait.silence, bytes -> traffic.received(bucket, kind, bytes), wait.closed);
    boolean answered = false;
    try {
      HttpRequest http = signed(request, proof);
      traffic.asked(bucket, kind);
      HttpResponse<AnswerBody> response = await(request, client.sendAsync(http, _ -> body), wait);
      int status = response.statusCode();
      OriginError error = OriginError.NOTHING;
      if (status >= 300) error = OriginError.of(body.whole(LONGEST_ERROR));
      var answer = new OriginAnswer(request.method(), status, response.headers(), body, error);
      answered = true;
      return answer;
    } finally {
      if (!answered) body.close();
    }
  }

  /// Asks about nothing in particular, unsigned, so that neither a client nor keys can be what is
  /// wrong, and beside the turns, which may all be taken by who waits. Says what is wrong; null
  /// where the origin is there, whatever it answers.
  private @Nullable String probe(OriginRequest last) {
    OriginRequest request =
        OriginRequest.ofBucket("GET", last.place()).with("list-type", "2").with("max-keys", "1");
    try (OriginAnswer answer = attempt(request, OriginKeys.NONE, Wait.ofProbe(settings))) {
      return OriginBreaker.isFailure(answer) ? "it answers " + answer.status() : null;
    } catch (IOException e) {
      return problem(e);
    }
  }

  private void takeTurn() {
    try {
      if (turns.tryAcquire(settings.turn().toNanos(), TimeUnit.NANOSECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StoreFailure.Overloaded(
        "the origin %s has %d requests to answer already"
            .formatted(origin, settings.maxRequests()));
  }

  /// Whether one more request may be made for what was asked already; then it counts as repeated.
  boolean mayRepeat() {
    return retries.spend();
  }

  /// A body takes as long as it takes, as long as it goes on.
  private <T> T await(OriginRequest request, CompletableFuture<T> answer, Wait wait)
      throws IOException {
    long began = System.nanoTime();
    OriginBody body = request.body();
    while (true) {
      long since = body == null ? began : Math.max(began, body.progress());
      long left = wait.silence.toNanos() - (System.nanoTime() - since);
      if (left <= 0) {
        answer.cancel(true);
        throw new HttpTimeoutException("no answer for " + wait.silence);
      }
      try {
        long glance = Math.min(left, GLANCE.toNanos());
        return answer.get(glance, TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        // The next turn says whether the time is up, or the body went on.
        boolean ours = body != null && !body.isWhole();
        if (!ours && System.nanoTime() - since > wait.patience.toNanos()) {
          breaker.suspect("it does not answer", () -> probe(request));
        }
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (ExecutionException e) {
        throw ioException(e.getCause());
      }
    }
  }

  private static IOException ioException(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException io -> io;
      case UnresolvedAddressException _ -> new ConnectException("unknown host");
      case null, default -> new IOException(cause);
    };
  }

  private HttpRequest signed(OriginRequest request, OriginKeys proof) {
    boolean inHost = settings.addressing() == OriginSettings.Addressing.HOST;
    String host = inHost ? request.place().bucket() + "." + authority() : authority();
    String target = request.target(inHost);
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(endpoint.getScheme() + "://" + host + target));
    OriginBody body = request.body();
    var fields = new ArrayList<>(request.headers());
    String hash;
    if (body == null) {
      hash = RequestSigner.contentSha256(request.document());
      http.method(request.method(), publisher(request));
    } else {
      hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
      fields.addAll(List.of("x-amz-trailer", body.trailer()));
      fields.addAll(List.of("x-amz-decoded-content-length", Long.toString(body.length())));
      http.method(
          request.method(),
          BodyPublishers.fromPublisher(
              BodyPublishers.ofInputStream(() -> body), body.encodedLength()));
    }
    if (!proof.accessKey().isEmpty()) {
      sign(request.method(), target, host, hash, proof, fields);
    } else {
      fields.addAll(List.of("x-amz-content-sha256", hash));
    }
    for (int i = 0; i < fields.size(); i += 2) http.header(fields.get(i), fields.get(i + 1));
    return http.build();
  }

  private static HttpRequest.BodyPublisher publisher(OriginRequest request) {
    boolean none = request.document().length == 0 && !request.method().equals("PUT");
    return none ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(request.document());
  }

  /// Host and port as the header has them: the port only where it is not the scheme's own.
  private String authority() {
    int port = endpoint.getPort();
    boolean usual = port < 0 || port == (endpoint.getScheme().equals("https") ? 443 : 80);
    String host = endpoint.getHost().toLowerCase(Locale.ROOT);
    return usual ? host : host + ":" + port;
  }

  /// Adds what proves the request to its fields.
  private void sign(
      String method,
      String target,
      String host,
      String hash,
      OriginKeys proof,
      List<String> fields) {
    fields.addAll(List.of("x-amz-content-sha256", hash));
    fields.addAll(List.of("x-amz-date", RequestSigner.amzDate(clock.instant().plus(skew))));
    if (!proof.sessionToken().isEmpty()) {
      fields.addAll(List.of("x-amz-security-token", proof.sessionToken().reveal()));
    }
    var covered = new ArrayList<>(List.of("host", host));
    for (int i = 0; i < fields.size(); i += 2) {
      // What stands on the way may ask for more than a range.
      if (!fields.get(i).equals("Range")) covered.addAll(fields.subList(i, i + 2));
    }
    S3Request unsigned =
        S3Request.of(method, target, RequestHeaders.of(covered.toArray(String[]::new)), List.of());
    fields.addAll(List.of("Authorization", signer(proof).authorization(unsigned)));
  }

  private RequestSigner signer(OriginKeys proof) {
    Signing known = signing;
    if (known == null || !known.keys.equals(proof)) {
      var secret = new SecretKey(proof.secretKey().reveal(), 1);
      known = new Signing(proof, new RequestSigner(proof.accessKey(), secret, settings.region()));
      signing = known;
    }
    return known.signer;
  }

  @Override
  public void close() {
    breaker.close();
    client.shutdownNow();
    threads.shutdownNow();
  }
}
