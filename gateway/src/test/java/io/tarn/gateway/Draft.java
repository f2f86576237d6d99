package io.tarn.gateway;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A request on its way to be signed and sent, in any payload mode.
final class Draft {
  final String method;
  final String target;
  byte[] body = {};
  final List<String> headers = new ArrayList<>();

  Draft(String line) {
    int space = line.indexOf(' ');
    method = line.substring(0, space);
    target = line.substring(space + 1);
  }

  Draft body(String text) {
    return body(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  Draft body(byte[] bytes) {
    body = bytes;
    return this;
  }

  Draft header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  Draft copy() {
    var copy = new Draft(method + " " + target);
    copy.body = body;
    copy.headers.addAll(headers);
    return copy;
  }

  /// The `Authorization` of this draft with the headers it has now, signed by `who` at `now`.
  String authorization(String who, String host, Instant now) {
    return authorization(who, host, TestServer.REGION);
  }

  String authorization(String who, String host, String region) {
    var all = new ArrayList<>(headers);
    all.addAll(List.of("Host", host));
    if (!headers.contains("x-amz-date")) {
      throw new IllegalStateException("set the date before signing");
    }
    var signer =
        new RequestSigner(
            TestServer.Crowd.key(who), new SecretKey(TestServer.Crowd.password(who), 1), region);
    return signer.authorization(
        S3Request.of(method, target, RequestHeaders.of(all.toArray(new String[0])), List.of()));
  }

  Draft dated(Instant now) {
    return header("x-amz-date", RequestSigner.amzDate(now));
  }

  /// The plain way: the body's hash is signed with the rest.
  Draft signed(String who, String host) {
    Instant now = Instant.now();
    if (!headers.contains("x-amz-content-sha256")) {
      header("x-amz-content-sha256", RequestSigner.contentSha256(body));
    }
    dated(now);
    return header("Authorization", authorization(who, host, now));
  }

  String head(String host) {
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
    for (int i = 0; i < headers.size(); i += 2) {
      head.append(headers.get(i)).append(": ").append(headers.get(i + 1)).append("\r\n");
    }
    if (headers.contains("Content-Length")) return head.append("\r\n").toString();
    if (body.length > 0 || method.equals("PUT") || method.equals("POST")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    return head.append("\r\n").toString();
  }
}
