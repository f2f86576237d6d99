package io.tarn.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A reply that the proxy makes up.
record WireAnswer(int status, String type, List<String> fields, String body) {
  private static final String XML = "application/xml";

  private static WireAnswer error(int status, String code, List<String> fields, String more) {
    String body =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>%s</Code><Message>made up by the fault proxy</Message>%s</Error>
        """
            .formatted(code, more);
    return new WireAnswer(status, XML, fields, body);
  }

  static WireAnswer of(WireFault.Refusal refusal) {
    var fields = new ArrayList<String>();
    if (refusal.retryAfter() != null) {
      fields.add("Retry-After: " + refusal.retryAfter().toSeconds());
    }
    return error(refusal.status(), refusal.code(), fields, "");
  }

  static WireAnswer inSuccess(String code) {
    return error(200, code, List.of(), "");
  }

  static WireAnswer html(int status) {
    String body = "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>";
    return new WireAnswer(status, "text/html", List.of(), body);
  }

  static WireAnswer region(String region) {
    return error(
        301,
        "PermanentRedirect",
        List.of("x-amz-bucket-region: " + region),
        "<Region>%s</Region>".formatted(region));
  }

  /// As it is on the wire.
  String text() {
    return head() + body;
  }

  /// As it answers a HEAD.
  String head() {
    var text = new StringBuilder("HTTP/1.1 %d Made up\r\n".formatted(status));
    fields.forEach(field -> text.append(field).append("\r\n"));
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return text.append("Content-Type: %s\r\nContent-Length: %d\r\n".formatted(type, length))
        .append("Connection: close\r\n\r\n")
        .toString();
  }
}
