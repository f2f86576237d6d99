package io.tarn.upstream;

import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Decides whether a request is made again, and waits before it is. Each request that was made
/// earns a twentieth of a repetition, up to ten of them, and each repetition spends one: a sick
/// origin is asked little more than a healthy one. Thread-safe.
final class Retries {
  private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

  /// Statuses by which an origin says that it did nothing.
  private static final Set<Integer> UNDONE = Set.of(429, 503);

  private static final int PRICE = 20;
  private static final int MOST = 10 * PRICE;
  private static final long FIRST_PAUSE = 50;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final int attempts;
  private int credit = MOST;

  Retries(int attempts) {
    this.attempts = attempts;
  }

  /// `attempt`: how often it was made. Either `answer` or `failure` is there.
  boolean again(
      OriginRequest request,
      int attempt,
      @Nullable OriginAnswer answer,
      @Nullable IOException failure) {
    if (attempt == 1) earn();
    if (attempt >= attempts || request.body() != null) return false;
    if (answer != null ? !mayHelp(request, answer) : !mayHelp(request, failure)) return false;
    Duration pause = pause(attempt, answer);
    if (pause.compareTo(LONGEST_PAUSE) > 0 || !spend()) return false;
    return sleep(pause);
  }

  private static boolean mayHelp(OriginRequest request, OriginAnswer answer) {
    Set<Integer> safe = request.repeat() == OriginRequest.Repeat.ALWAYS ? PASSING : UNDONE;
    return safe.contains(answer.status());
  }

  private static boolean mayHelp(OriginRequest request, @Nullable IOException failure) {
    // Who was silent for so long would be waited for as long again, and the client not wait for it.
    if (failure instanceof HttpTimeoutException
        && !(failure instanceof HttpConnectTimeoutException)) {
      return false;
    }
    return request.repeat() == OriginRequest.Repeat.ALWAYS
        || (failure != null && OriginClient.wasUndone(request, failure));
  }

  private synchronized void earn() {
    credit = Math.min(MOST, credit + 1);
  }

  /// Takes what a repetition costs, if that is there.
  synchronized boolean spend() {
    if (credit < PRICE) return false;
    credit -= PRICE;
    return true;
  }

  private static Duration pause(int attempt, @Nullable OriginAnswer answer) {
    Duration asked = answer == null ? Duration.ZERO : retryAfter(answer);
    if (!asked.isZero()) return asked;
    long most = FIRST_PAUSE << (2 * (attempt - 1));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }

  /// As the origin says; zero where it says none. Dates are not understood: S3 sends seconds.
  static Duration retryAfter(OriginAnswer answer) {
    String seconds = answer.header("retry-after").strip();
    return seconds.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : Duration.ZERO;
  }

  private static boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
