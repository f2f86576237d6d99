package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;

/// Sends requests to a [TestServer], one connection each.
final class Client {
  private final int port;
  private final String who;

  /// `who` is a name of the [TestServer.Crowd], empty for nobody.
  Client(TestServer server, String who) {
    this.port = server.port();
    this.who = who;
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  Answer send(Draft draft) {
    return sendAsIs(who.isEmpty() ? draft : draft.copy().signed(who, host()));
  }

  Answer sendAsIs(Draft draft) {
    try (var wire = new Wire(port)) {
      wire.send(draft.head(host()), draft.body);
      return wire.receive(draft.method.equals("HEAD"));
    }
  }

  Answer call(String line, String... headers) {
    return send(draft(line, headers));
  }

  Answer put(String target, String body, String... headers) {
    return send(draft("PUT " + target, headers).body(body));
  }

  static Draft draft(String line, String... headers) {
    var draft = new Draft(line);
    for (int i = 0; i < headers.length; i += 2) draft.header(headers[i], headers[i + 1]);
    return draft;
  }

  /// As [#call], and it must succeed.
  Answer ok(String line, String... headers) {
    return ok(call(line, headers));
  }

  static Answer ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    return answer;
  }
}
