package io.tarn.credentials;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A service that gives keys, played on loopback. What was asked is kept.
final class StandIn implements AutoCloseable {
  private final HttpServer server;
  private final List<Asked> asked = new ArrayList<>();

  record Asked(String method, String path, Headers headers, String body) {
    String header(String name) {
      String value = headers.getFirst(name);
      return value == null ? "" : value;
    }
  }

  record Answer(int status, String body) {}

  StandIn(Function<Asked, Answer> service) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> serve(exchange, service));
    server.start();
  }

  private void serve(HttpExchange exchange, Function<Asked, Answer> service) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      var request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              new String(body, StandardCharsets.UTF_8));
      synchronized (asked) {
        asked.add(request);
      }
      Answer answer = service.apply(request);
      byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /// As container endpoints and instance metadata give keys.
  static Answer json(String accessKey, String secret, String expiration) {
    return new Answer(
        200,
        """
        {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"%s","SecretAccessKey":"%s",
         "Token":"the-token","Expiration":"%s","LastUpdated":"2026-01-01T00:00:00Z"}
        """
            .formatted(accessKey, secret, expiration));
  }

  /// As STS gives keys.
  static Answer sts(String action, String accessKey, String secret) {
    return new Answer(
        200,
        """
        <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult>
        <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
        <Credentials><AccessKeyId>%2$s</AccessKeyId><SecretAccessKey>%3$s</SecretAccessKey>
        <SessionToken>sts-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
        </Credentials></%1$sResult></%1$sResponse>
        """
            .formatted(action, accessKey, secret));
  }

  static Answer stsError(String code) {
    return new Answer(
        403,
        "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>s3cr3t</Message></Error></ErrorResponse>"
            .formatted(code));
  }
}
