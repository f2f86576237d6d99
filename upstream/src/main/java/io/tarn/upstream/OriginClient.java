package io.tarn.upstream;

import io.tarn.request.HttpDate;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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

  private final String origin;
  private final OriginSettings settings;
  private final Supplier<OriginKeys> keys;
  private final InstantSource clock;
  private final Semaphore turns;
  private final Retries retries;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;
  private final URI endpoint;

  /// How far the origin's clock is ahead of ours, as it says.
  private volatile Duration skew = Duration.ZERO;

  private volatile @Nullable Signing signing;

  private record Signing(OriginKeys keys, RequestSigner signer) {}

  /// `origin`: its name in the settings. `keys`: asked for each request.
  OriginClient(
      String origin, OriginSettings settings, Supplier<OriginKeys> keys, InstantSource clock) {
    this.origin = origin;
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
    this.turns = new Semaphore(settings.maxRequests());
    this.retries = new Retries(settings.attempts());
    this.endpoint = URI.create(settings.endpoint());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connect())
            .executor(threads)
            .build();
  }

  /// The origin's name in the settings.
  String origin() {
    return origin;
  }

  /// Sends a request and waits until the answer begins, whatever its status. The caller closes it.
  ///
  /// @throws StoreFailure when there is none, or what the body fails with
  OriginAnswer send(OriginRequest request) {
    boolean corrected = false;
    for (int attempt = 1; ; attempt++) {
      OriginAnswer answer = null;
      IOException failure = null;
      try {
        answer = attempt(request);
        if (!answer.isSuccess() && !corrected && isSkewed(answer)) {
          corrected = true;
          if (request.body() == null) continue;
        }
      } catch (IOException e) {
        failure = e;
        rethrow(request.body());
      }
      if (!retries.again(request, attempt, answer, failure)) {
        if (answer != null) return answer;
        throw failed(request, failure);
      }
    }
  }

  private static void rethrow(@Nullable OriginBody body) {
    RuntimeException ours = body == null ? null : body.failure();
    if (ours != null) throw ours;
  }

  private StoreFailure failed(OriginRequest request, @Nullable IOException failure) {
    IOException why = failure == null ? new IOException("no answer") : failure;
    if (request.reads() || wasUndone(request, why)) {
      return new StoreFailure.OriginUnreachable(origin, why);
    }
    return new StoreFailure.Indeterminate(
        "the origin %s was asked and did not answer: %s"
            .formatted(origin, why.getClass().getSimpleName()),
        null);
  }

  /// Whether the origin cannot have done what it was asked.
  static boolean wasUndone(OriginRequest request, IOException failure) {
    OriginBody body = request.body();
    return failure instanceof ConnectException
        || failure instanceof HttpConnectTimeoutException
        || failure instanceof SSLHandshakeException
        || (body != null && !body.isWhole());
  }

  private boolean isSkewed(OriginAnswer answer) {
    if (!answer.error().code().equals("RequestTimeTooSkewed")) return false;
    Instant there = HttpDate.parse(answer.header("date"));
    if (there == null) return false;
    skew = Duration.between(clock.instant(), there);
    return true;
  }

  private OriginAnswer attempt(OriginRequest request) throws IOException {
    takeTurn();
    var body = new AnswerBody(settings.silence(), turns::release);
    boolean answered = false;
    try {
      HttpResponse<AnswerBody> response =
          await(request, http.sendAsync(signed(request), _ -> body));
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
  private <T> T await(OriginRequest request, CompletableFuture<T> answer) throws IOException {
    long began = System.nanoTime();
    OriginBody body = request.body();
    while (true) {
      long since = body == null ? began : Math.max(began, body.progress());
      long left = settings.silence().toNanos() - (System.nanoTime() - since);
      if (left <= 0) {
        answer.cancel(true);
        throw new HttpTimeoutException("no answer for " + settings.silence());
      }
      try {
        long glance = body == null ? left : Math.min(left, GLANCE.toNanos());
        return answer.get(glance, TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        // The next turn says whether the time is up, or the body went on.
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

  private HttpRequest signed(OriginRequest request) {
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
    OriginKeys proof = keys.get();
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
    http.shutdownNow();
    threads.shutdownNow();
  }
}
