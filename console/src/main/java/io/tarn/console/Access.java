package io.tarn.console;

import io.tarn.http.RequestHead;
import io.tarn.identity.Action;
import io.tarn.identity.Arrival;
import io.tarn.identity.Authorizer;
import io.tarn.identity.Caller;
import io.tarn.identity.ConditionContext;
import io.tarn.identity.Demand;
import io.tarn.identity.Rules;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.settings.Secret;
import io.tarn.signature.Authentication;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.Proof;
import io.tarn.signature.RequestSigner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who may come in. A request proves itself in one of two ways: the token of this run, or a
/// signature of Version 4 in the header over the whole request, its body included. Nothing else is
/// let in, and nobody is anonymous.
///
/// - `callers`: who holds an access key; empty when it may not be used any more
/// - `root`: whom the token stands for: the root of the root tenant
public record Access(
    Authentication authentication,
    Function<String, Optional<Caller>> callers,
    Caller.Root root,
    Secret token,
    InstantSource clock) {
  private static final String BEARER = "Bearer ";

  /// Who asks, and the signature that says so; null when the token does, which vouches for the body
  /// as well.
  record Admission(Caller caller, @Nullable SignedBy signature) {
    void check(byte[] body) {
      if (signature == null) return;
      byte[] signed = signature.bodyHash().getBytes(StandardCharsets.US_ASCII);
      byte[] actual = RequestSigner.contentSha256(body).getBytes(StandardCharsets.US_ASCII);
      if (!MessageDigest.isEqual(actual, signed)) {
        throw new AdminFailure(
            400, "XAmzContentSHA256Mismatch", "The body is not the one that was signed.");
      }
    }
  }

  Admission admit(S3Request request) {
    Optional<String> bearer = bearer(request);
    return bearer.isPresent() ? byToken(request, bearer.get()) : bySignature(request);
  }

  /// Whether the request carries the token of this run and nothing else.
  boolean hasToken(S3Request request) {
    return bearer(request).map(given -> isToken(request, given)).orElse(false);
  }

  /// What an `Authorization` of the kind `Bearer` holds.
  static Optional<String> bearer(S3Request request) {
    List<String> authorization = request.headers().all("authorization");
    boolean bearer = authorization.size() == 1 && authorization.getFirst().startsWith(BEARER);
    return bearer
        ? Optional.of(authorization.getFirst().substring(BEARER.length()))
        : Optional.empty();
  }

  private boolean isToken(S3Request request, String text) {
    byte[] given = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] expected = token.reveal().getBytes(StandardCharsets.ISO_8859_1);
    boolean alsoSigned = request.query().has("X-Amz-Signature");
    return !token.isEmpty() && !alsoSigned && MessageDigest.isEqual(given, expected);
  }

  private Admission byToken(S3Request request, String given) {
    if (!isToken(request, given)) {
      throw unauthenticated("The token is not that of the server's present run.");
    }
    return new Admission(root, null);
  }

  private Admission bySignature(S3Request request) {
    Proof proof;
    try {
      proof = authentication.of(request, clock.instant());
    } catch (S3Failure e) {
      throw AdminFailure.of(e);
    }
    return switch (proof) {
      case Proof.Anonymous _ ->
          throw unauthenticated("Sign the request with an access key, or send the run's token.");
      case Proof.PresignedV2 _ -> throw notWhole();
      case Proof.Signed signed -> signed(signed);
    };
  }

  private Admission signed(Proof.Signed signed) {
    boolean whole =
        signed.form() == Proof.Form.HEADER && signed.payload().mode() == PayloadMode.SIGNED_HASH;
    if (!whole) throw notWhole();
    Caller caller =
        callers
            .apply(signed.accessKeyId())
            .orElseThrow(() -> unauthenticated("The access key may not be used."));
    return new Admission(
        caller,
        new SignedBy(
            signed.accessKeyId(), signed.signature(), signed.signedAt(), signed.payload().word()));
  }

  private static AdminFailure notWhole() {
    return new AdminFailure(
        403,
        "AccessDenied",
        "An admin request is signed in its header, with the SHA-256 of its body in"
            + " x-amz-content-sha256.");
  }

  /// Fails unless the policies of the caller allow the action on the root tenant.
  void authorise(Caller caller, Action action, ConditionContext context) {
    var demand = new Demand.OnTenant(action);
    if (!Authorizer.decide(caller, demand, context, Rules.of(root.tenant())).allowed()) {
      throw AdminFailure.denied(action.text());
    }
  }

  /// What conditions of policies may ask about an admin request.
  ConditionContext context(RequestHead head) {
    return new Arrival(
        head.client().address().getHostAddress(),
        head.client().secure(),
        head.clientTls(),
        head.headers().all("user-agent"),
        head.headers().all("referer"),
        clock.instant());
  }

  private static AdminFailure unauthenticated(String text) {
    return new AdminFailure(401, "Unauthenticated", text);
  }
}
