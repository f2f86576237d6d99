package io.tarn.credentials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Single small requests, each bounded in time and size, over a connection of its own: keys are
/// fetched too seldom to keep one. Redirects are not followed: they could lead a token elsewhere.
final class BoundedHttp {
  private static final int LONGEST = 256 << 10;

  private final Duration connect;
  private final Duration whole;
  private final boolean direct;

  record Reply(int status, byte[] body) {}

  private BoundedHttp(Duration connect, Duration whole, boolean direct) {
    this.connect = connect;
    this.whole = whole;
    this.direct = direct;
  }

  /// To a service on the network, through the proxy of the JVM where it has one.
  static BoundedHttp of(Duration whole) {
    return new BoundedHttp(whole, whole, false);
  }

  /// To what is on this machine or one hop away, past any proxy. `connect`: who is there takes a
  /// connection at once.
  static BoundedHttp near(Duration connect, Duration whole) {
    Duration shorter = connect.compareTo(whole) < 0 ? connect : whole;
    return new BoundedHttp(shorter, whole, true);
  }

  Reply send(HttpRequest request) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect);
    if (direct) builder.proxy(HttpClient.Builder.NO_PROXY);
    HttpClient http = builder.build();
    try {
      return await(
          http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST)));
    } finally {
      http.shutdownNow();
    }
  }

  private Reply await(CompletableFuture<HttpResponse<byte[]>> answer) throws IOException {
    try {
      HttpResponse<byte[]> response = answer.get(whole.toNanos(), TimeUnit.NANOSECONDS);
      return new Reply(response.statusCode(), response.body());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer for " + whole);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } catch (ExecutionException e) {
      throw ioException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static IOException ioException(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException io -> io;
      case UnresolvedAddressException _ -> new ConnectException("unknown host");
      case null, default -> new IOException(cause);
    };
  }

  /// Whether nobody took the connection.
  static boolean isNobodyThere(IOException failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }
}
