package io.tarn.signature;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A request being written, and spoiled, by a test.
final class Draft {
  static final String ACCESS_KEY = "AKIDTESTTESTTESTTEST";
  static final SecretKey SECRET = new SecretKey("a/secret+of/forty+characters+for/testing", 7);
  static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  static final String HOST = "127.0.0.1:9000";
  static final RequestSigner SIGNER = new RequestSigner(ACCESS_KEY, SECRET, "us-east-1");

  String method;
  String target;
  final List<String> headers = new ArrayList<>();

  private Draft(String method, String target) {
    this.method = method;
    this.target = target;
    add("Host", HOST);
  }

  static Authentication authentication() {
    return new Authentication(
        id -> id.equals(ACCESS_KEY) ? SECRET : null, SigningRules.of("us-east-1"));
  }

  static Draft anonymous(String method, String target) {
    return new Draft(method, target);
  }

  /// Signed by header, with `x-amz-content-sha256: payload` and these further headers.
  static Draft signed(String method, String target, String payload, String... more) {
    var draft = new Draft(method, target);
    draft.add("x-amz-date", RequestSigner.amzDate(NOW)).add("x-amz-content-sha256", payload);
    for (int i = 0; i < more.length; i += 2) draft.add(more[i], more[i + 1]);
    return draft.sign();
  }

  static Draft presigned(String method, String path, String... parameters) {
    String url =
        SIGNER.presignedUrl(
            method, "http://" + HOST, path, NOW, Duration.ofMinutes(10), parameters);
    return new Draft(method, url.substring(7 + HOST.length()));
  }

  Draft sign() {
    remove("Authorization");
    return add("Authorization", SIGNER.authorization(request()));
  }

  Draft add(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  Draft set(String name, String value) {
    return remove(name).add(name, value);
  }

  Draft remove(String name) {
    for (int i = headers.size() - 2; i >= 0; i -= 2) {
      if (headers.get(i).equalsIgnoreCase(name)) headers.subList(i, i + 2).clear();
    }
    return this;
  }

  /// As somebody on the way may: into two headers, at the comma.
  Draft split(String name) {
    int i = 0;
    while (!headers.get(i).equalsIgnoreCase(name)) i += 2;
    String[] halves = headers.get(i + 1).split(",", 2);
    headers.set(i + 1, halves[0]);
    return add(name, halves[1]);
  }

  Draft replace(String name, String from, String to) {
    for (int i = 0; i < headers.size(); i += 2) {
      if (headers.get(i).equalsIgnoreCase(name)) {
        if (!headers.get(i + 1).contains(from)) throw new IllegalArgumentException(from);
        headers.set(i + 1, headers.get(i + 1).replace(from, to));
      }
    }
    return this;
  }

  Draft replaceInTarget(String from, String to) {
    if (!target.contains(from)) throw new IllegalArgumentException(target + " has no " + from);
    target = target.replace(from, to);
    return this;
  }

  Draft dropParameter(String name) {
    int start = target.toLowerCase(Locale.ROOT).indexOf(name.toLowerCase(Locale.ROOT) + "=");
    int end = target.indexOf('&', start);
    target = target.substring(0, start) + (end < 0 ? "" : target.substring(end + 1));
    return this;
  }

  S3Request request() {
    return S3Request.of(
        method, target, RequestHeaders.of(headers.toArray(new String[0])), List.of());
  }

  Proof proof() {
    return authentication().of(request(), NOW);
  }
}
