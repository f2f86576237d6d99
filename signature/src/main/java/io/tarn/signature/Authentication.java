package io.tarn.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.request.Query;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Failure.Detail;
import io.tarn.request.S3Request;
import io.tarn.request.Singleton;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The one place where a request becomes somebody's. Runs before routing, on every request; what it
/// returns is all that is ever known about the sender, and nothing behind it sees a credential.
/// Thread-safe; no clock, no network.
public final class Authentication {
  private static final String TOKEN = "X-Amz-Security-Token";

  /// The parameters of a query by which it is signed, of both versions.
  public static final Set<String> PARAMETERS =
      Set.of(
          QuerySignature.ALGORITHM,
          QuerySignature.CREDENTIAL,
          QuerySignature.DATE,
          QuerySignature.EXPIRES,
          QuerySignature.SIGNED_HEADERS,
          QuerySignature.SIGNATURE,
          QuerySignature.CONTENT_SHA256,
          QuerySignature.CONTENT_SHA256_TOO,
          TOKEN,
          PresignedV2.ACCESS_KEY_ID,
          PresignedV2.SIGNATURE,
          PresignedV2.EXPIRES);

  /// Signs for access keys that do not exist, so that a wrong key costs as much as a wrong secret.
  private static final SecretKey NOBODY = new SecretKey("nobody", 0);

  private final SecretKeys accessKeys;
  private final SigningRules rules;
  private final SigningKeys signingKeys;

  public Authentication(SecretKeys accessKeys, SigningRules rules) {
    this.accessKeys = accessKeys;
    this.rules = rules;
    this.signingKeys = new SigningKeys(rules.keptKeys());
  }

  /// @throws S3Failure when the request is signed, but not rightly, or in more than one way
  public Proof of(S3Request request, Instant now) {
    Singleton.check(request.headers());
    boolean header = request.headers().has("authorization");
    boolean query = hasAny(request.query(), QuerySignature.ALGORITHM, QuerySignature.CREDENTIAL);
    query |= hasAny(request.query(), QuerySignature.SIGNATURE, QuerySignature.SIGNED_HEADERS);
    boolean version2 = hasAny(request.query(), PresignedV2.ACCESS_KEY_ID, PresignedV2.SIGNATURE);
    if ((header ? 1 : 0) + (query ? 1 : 0) + (version2 ? 1 : 0) > 1) {
      throw S3Failure.argument(
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
              + " query string parameter or the Authorization header should be specified",
          "Authorization",
          "");
    }
    if (version2 && !rules.presignedV2()) throw version2();
    if (version2) {
      S3Request meant = HoistedHeaders.ofVersion2(request);
      return verify(meant, PresignedV2.read(meant, now));
    }
    if (header) {
      checkAlgorithm(Singleton.header(request.headers(), "authorization"));
      return verify(request, HeaderSignature.read(request, rules, now));
    }
    if (query) return verify(request, QuerySignature.read(request, rules, now));
    return new Proof.Anonymous(unchained(request));
  }

  private static boolean hasAny(Query query, String one, String other) {
    return query.has(one) || query.has(other);
  }

  private static void checkAlgorithm(String authorization) {
    int end = authorization.indexOf(' ');
    String algorithm = end < 0 ? authorization : authorization.substring(0, end);
    switch (algorithm) {
      case SigV4.ALGORITHM -> {}
      case "AWS" -> throw version2();
      case "AWS4-ECDSA-P256-SHA256" -> throw S3Failure.notImplemented("Authorization");
      case "" -> throw new S3Failure(S3Error.ACCESS_DENIED);
      default ->
          throw S3Failure.argument("Unsupported Authorization Type", "Authorization", algorithm);
    }
  }

  private static S3Failure version2() {
    return new S3Failure(
        S3Error.INVALID_REQUEST,
        "The authorization mechanism you have provided is not supported. Please use"
            + " AWS4-HMAC-SHA256.");
  }

  /// What is claimed of a body by a request without a key for the signatures of chunks.
  private static PayloadClaim unchained(S3Request request) {
    String word = Singleton.header(request.headers(), PayloadClaim.HEADER);
    if (word.isEmpty()) return PayloadClaim.UNSIGNED;
    PayloadClaim payload = PayloadClaim.parseUnsigned(word);
    if (payload.mode().signsChunks()) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST, "A body of signed chunks needs a signed request.");
    }
    return payload;
  }

  private Proof verify(S3Request request, PresignedV2 claim) {
    PayloadClaim payload = unchained(request);
    SecretKey secret = accessKeys.find(claim.accessKeyId());
    List<String> texts = SigV2.stringsToSign(request, claim.expires());
    byte[] given = claim.signature().getBytes(UTF_8);
    boolean same = false;
    for (String text : texts) {
      String signature = SigV2.sign(secret == null ? NOBODY : secret, text);
      same |= MessageDigest.isEqual(SigV4.bytes(signature), given);
    }
    if (secret == null) throw unknown(claim.accessKeyId());
    if (!same) {
      throw new S3Failure(
          S3Error.SIGNATURE_DOES_NOT_MATCH,
          S3Error.SIGNATURE_DOES_NOT_MATCH.message(),
          new Detail("AWSAccessKeyId", claim.accessKeyId()),
          new Detail("StringToSign", texts.getLast()),
          new Detail("SignatureProvided", claim.signature()));
    }
    checkToken(request);
    return new Proof.PresignedV2(claim.accessKeyId(), payload);
  }

  private Proof verify(S3Request request, SignatureClaim claim) {
    checkSigned(request, claim);
    String accessKeyId = claim.credential().accessKeyId();
    Scope scope = claim.credential().scope();
    SecretKey secret = accessKeys.find(accessKeyId);
    HmacSha256 key =
        secret == null
            ? signingKeys.get("", NOBODY, scope)
            : signingKeys.get(accessKeyId, secret, scope);

    String canonical = CanonicalRequest.of(request, claim.signedHeaders(), claim.payload().word());
    String scopeText = scope.toString();
    String stringToSign = SigV4.stringToSign(claim.amzDate(), scopeText, canonical);
    String signature = SigV4.sign(key, stringToSign);
    boolean same =
        MessageDigest.isEqual(SigV4.bytes(signature), claim.signature().getBytes(ISO_8859_1));
    if (secret == null) throw unknown(accessKeyId);
    if (!same) throw mismatch(request, claim, stringToSign, canonical);
    // The signature covers their values joined by commas, so somebody may have split one on the
    // way.
    Singleton.check(request.headers(), claim.signedHeaders()::has);
    checkToken(request);
    var seed = new ChunkSeed(key, claim.amzDate(), scopeText, signature);
    return new Proof.Signed(
        accessKeyId, scope, claim.form(), claim.signedAt(), claim.payload(), seed);
  }

  private static S3Failure unknown(String accessKeyId) {
    return new S3Failure(
        S3Error.INVALID_ACCESS_KEY_ID,
        S3Error.INVALID_ACCESS_KEY_ID.message(),
        new Detail("AWSAccessKeyId", accessKeyId));
  }

  /// The host and every `x-amz-` header that came must be covered: what is not signed could have
  /// been added on the way.
  private static void checkSigned(S3Request request, SignatureClaim claim) {
    List<String> unsigned = null;
    RequestHeaders headers = request.headers();
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      boolean matters =
          name.regionMatches(true, 0, "x-amz-", 0, 6) || name.equalsIgnoreCase("host");
      if (!matters || claim.signedHeaders().has(name)) continue;
      if (unsigned == null) unsigned = new ArrayList<>();
      unsigned.add(name);
    }
    if (unsigned == null && !claim.signedHeaders().has("host")) unsigned = List.of("host");
    if (unsigned == null) return;
    throw new S3Failure(
        S3Error.ACCESS_DENIED,
        "There were headers present in the request which were not signed",
        new Detail("HeadersNotSigned", String.join(", ", unsigned)));
  }

  /// Session tokens are not issued here, so none is right.
  private static void checkToken(S3Request request) {
    boolean inHeader = !Singleton.header(request.headers(), TOKEN).isEmpty();
    if (inHeader || !request.query().text(TOKEN).isEmpty()) {
      throw new S3Failure(S3Error.INVALID_TOKEN);
    }
  }

  private static S3Failure mismatch(
      S3Request request, SignatureClaim claim, String stringToSign, String canonical) {
    return new S3Failure(
        S3Error.SIGNATURE_DOES_NOT_MATCH,
        S3Error.SIGNATURE_DOES_NOT_MATCH.message()
            + " The host heard here is \""
            + request.header("host")
            + "\"; a proxy that changes it breaks signatures.",
        new Detail("AWSAccessKeyId", claim.credential().accessKeyId()),
        new Detail("StringToSign", stringToSign),
        new Detail("SignatureProvided", claim.signature()),
        new Detail("CanonicalRequest", canonical));
  }
}
