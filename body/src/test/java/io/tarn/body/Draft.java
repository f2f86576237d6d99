package io.tarn.body;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.Authentication;
import io.tarn.signature.Proof;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.SigningRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A request with a body, being written and signed by a test.
final class Draft {
  static final String ACCESS_KEY = "AKIDTESTTESTTESTTEST";
  static final SecretKey SECRET = new SecretKey("a/secret+of/forty+characters+for/testing", 7);
  static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
  private static final RequestSigner SIGNER = new RequestSigner(ACCESS_KEY, SECRET, "us-east-1");

  private final String method;
  private final String target;
  private final List<String> headers = new ArrayList<>();

  private Draft(String method, String target) {
    this.method = method;
    this.target = target;
    add("Host", "127.0.0.1:9000");
  }

  static Authentication authentication() {
    return new Authentication(
        id -> id.equals(ACCESS_KEY) ? SECRET : null, SigningRules.of("us-east-1"));
  }

  /// Signed by header, with `x-amz-content-sha256: payload` and these further headers.
  static Draft signed(String method, String target, String payload, String... more) {
    var draft = new Draft(method, target);
    draft.add("x-amz-date", RequestSigner.amzDate(NOW)).add("x-amz-content-sha256", payload);
    for (int i = 0; i < more.length; i += 2) draft.add(more[i], more[i + 1]);
    return draft.sign();
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

  S3Request request() {
    return S3Request.of(
        method, target, RequestHeaders.of(headers.toArray(new String[0])), List.of());
  }

  Proof proof() {
    return authentication().of(request(), NOW);
  }
}
