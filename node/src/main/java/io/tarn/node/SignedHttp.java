package io.tarn.node;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.RequestSigner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// A client of a Tarn server: requests with the body in memory, signed with keys, or carrying a
/// token, or neither. For the command line, not for load.
final class SignedHttp implements AutoCloseable {
  private static final String STARTS_ONE =
      "no answer from %s (%s); is the server running? `tarn server` starts one";
  private static final String CUT_OFF =
      "no answer from %s (%s); if the server has a certificate, write https://";
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String endpoint;
  private final Pass pass;
  private final HttpClient client;

  /// What a request proves itself with.
  sealed interface Pass {
    record Nothing() implements Pass {}

    record Token(String text) implements Pass {
      @Override
      public String toString() {
        return "Token";
      }
    }

    record Keys(RequestSigner signer) implements Pass {}
  }

  record Reply(int status, byte[] body, HttpResponse<byte[]> raw) {
    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /// - `endpoint`: scheme, host and port without a slash at the end
  /// - `trust`: for TLS; null for the roots the machine trusts
  SignedHttp(String endpoint, Pass pass, @Nullable SSLContext trust) {
    this.endpoint = checked(endpoint);
    this.pass = pass;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    if (trust != null) builder.sslContext(trust);
    this.client = builder.build();
  }

  private static String checked(String endpoint) {
    String problem = endpoint + " is not a URL; write http://HOST:PORT";
    try {
      URI url = URI.create(endpoint);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) return endpoint;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(problem);
    }
    throw CommandFailure.usage(problem);
  }

  String endpoint() {
    return endpoint;
  }

  /// A path out of parts that may hold any character.
  static String path(String... parts) {
    var path = new StringBuilder();
    for (String part : parts) path.append('/').append(encode(part));
    return path.toString();
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /// A target with one more parameter, unless its value is empty.
  static String with(String target, String name, String value) {
    if (value.isEmpty()) return target;
    return target + (target.indexOf('?') < 0 ? '?' : '&') + name + '=' + encode(value);
  }

  /// Sends a request and waits for the whole answer, whatever its status.
  ///
  /// - `target`: path and query, encoded
  /// - `headers`: further headers, names and values alternately
  ///
  /// @throws CommandFailure when nobody answers
  Reply send(String method, String target, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint + target))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    switch (pass) {
      case Pass.Nothing _ -> {}
      case Pass.Token(var text) -> request.header("Authorization", "Bearer " + text);
      case Pass.Keys(var signer) ->
          sign(request, signer, new Unsigned(method, target, body, headers));
    }
    return send(request.build());
  }

  private record Unsigned(String method, String target, byte[] body, String[] headers) {}

  private void sign(HttpRequest.Builder request, RequestSigner signer, Unsigned unsigned) {
    String date = RequestSigner.amzDate(Instant.now());
    String hash = RequestSigner.contentSha256(unsigned.body);
    String host = endpoint.substring(endpoint.indexOf("://") + 3);
    var fields =
        new ArrayList<>(List.of("host", host, "x-amz-date", date, "x-amz-content-sha256", hash));
    fields.addAll(List.of(unsigned.headers));
    S3Request signed =
        S3Request.of(
            unsigned.method,
            unsigned.target,
            RequestHeaders.of(fields.toArray(String[]::new)),
            List.of());
    request
        .header("x-amz-date", date)
        .header("x-amz-content-sha256", hash)
        .header("Authorization", signer.authorization(signed));
  }

  private Reply send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (SSLHandshakeException e) {
      throw unreachable(
          "the certificate of %s is not trusted (%s); name it, or that of its authority, with"
              + " --ca-file FILE, or on the server's machine its directory with --data",
          said(e));
    } catch (SSLException e) {
      throw unreachable(
          "%s does not speak TLS (%s); write http:// if it has no certificate", said(e));
    } catch (ConnectException e) {
      throw unreachable(STARTS_ONE, e.getMessage() == null ? "connection refused" : said(e));
    } catch (IOException e) {
      boolean plain = request.uri().getScheme().equals("http");
      throw unreachable(plain ? CUT_OFF : STARTS_ONE, said(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.INTERRUPTED, "Interrupted", "interrupted");
    }
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private CommandFailure unreachable(String text, String why) {
    return new CommandFailure(ExitCode.UNREACHABLE, "Unreachable", text.formatted(endpoint, why));
  }

  @Override
  public void close() {
    client.close();
  }
}
