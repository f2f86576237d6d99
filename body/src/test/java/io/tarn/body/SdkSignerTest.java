package io.tarn.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.Percent;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.PayloadMode;
import io.tarn.signature.Proof;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/// What the signer of the AWS SDK for Java signs, in every payload mode, is accepted; with one byte
/// of its body changed it is not.
class SdkSignerTest {
  private static final List<ChecksumAlgorithm> CHECKSUMS =
      List.of(
          DefaultChecksumAlgorithm.CRC32,
          DefaultChecksumAlgorithm.CRC32C,
          DefaultChecksumAlgorithm.SHA1,
          DefaultChecksumAlgorithm.SHA256);

  private final long seed = Long.getLong("test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private record Sent(S3Request request, byte[] wire) {}

  @ParameterizedTest
  @EnumSource
  void random_uploads_are_accepted_in_every_mode(PayloadMode mode) throws IOException {
    for (int round = 0; round < 40; round++) {
      byte[] payload = new byte[random.nextInt(300_000)];
      random.nextBytes(payload);
      Sent sent = send(mode, payload);
      String what = "seed %d, round %d, %s".formatted(seed, round, sent.request.target());
      Proof proof = Draft.authentication().of(sent.request, Draft.NOW);
      assertThat(proof).as(what).isInstanceOf(Proof.Signed.class);
      assertThat(proof.payload().mode()).as(what).isEqualTo(mode);
      assertThat(read(sent.request, proof, sent.wire)).as(what).isEqualTo(payload);

      if (mode == PayloadMode.UNSIGNED || payload.length == 0) continue;
      byte[] spoiled = sent.wire.clone();
      spoiled[random.nextInt(spoiled.length)] ^= 1;
      assertThatThrownBy(() -> read(sent.request, proof, spoiled)).as(what).isNotNull();
    }
  }

  @Test
  void random_presigned_urls_are_accepted() {
    for (int round = 0; round < 100; round++) {
      SdkHttpRequest request = unsigned(SdkHttpMethod.GET).build();
      SignedRequest signed =
          AwsV4HttpSigner.create()
              .sign(
                  r ->
                      r.identity(identity())
                          .request(request)
                          .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                          .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                          .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                          .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                          .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                          .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                          .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, Duration.ofHours(1))
                          .putProperty(
                              HttpSigner.SIGNING_CLOCK, Clock.fixed(Draft.NOW, ZoneOffset.UTC)));
      S3Request received = received(signed.request());
      assertThat(Draft.authentication().of(received, Draft.NOW))
          .as("seed %d, %s", seed, received.target())
          .isInstanceOf(Proof.Signed.class);
    }
  }

  private Sent send(PayloadMode mode, byte[] payload) throws IOException {
    SdkHttpRequest request =
        unsigned(SdkHttpMethod.PUT)
            .putHeader("Content-Length", Integer.toString(payload.length))
            .build();
    ChecksumAlgorithm checksum = CHECKSUMS.get(random.nextInt(CHECKSUMS.size()));
    boolean signsPayload = mode == PayloadMode.SIGNED_HASH || mode.signsChunks();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                r -> {
                  r.identity(identity())
                      .request(request)
                      .payload(ContentStreamProvider.fromByteArray(payload))
                      .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                      .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                      .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                      .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                      .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, signsPayload)
                      .putProperty(AwsV4HttpSigner.CHUNK_ENCODING_ENABLED, mode.isChunked())
                      .putProperty(
                          HttpSigner.SIGNING_CLOCK, Clock.fixed(Draft.NOW, ZoneOffset.UTC));
                  if (mode.hasTrailer()) {
                    r.putProperty(AwsV4HttpSigner.CHECKSUM_ALGORITHM, checksum);
                  }
                });
    try (InputStream body = signed.payload().orElseThrow().newStream()) {
      return new Sent(received(signed.request()), body.readAllBytes());
    }
  }

  private SdkHttpRequest.Builder unsigned(SdkHttpMethod method) {
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(method)
            .uri(URI.create("https://127.0.0.1:9000"))
            .encodedPath("/bucket/" + Percent.encode(randomKey(), true));
    for (int i = random.nextInt(4); i > 0; i--) {
      request.putRawQueryParameter("p" + random.nextInt(99) + "-" + i, randomKey());
    }
    if (random.nextBoolean()) request.putRawQueryParameter("uploads", "");
    for (int i = random.nextInt(4); i > 0; i--) {
      request.putHeader(
          "x-amz-meta-" + i, "  a " + "  b".repeat(random.nextInt(3)) + random.nextInt());
    }
    return request;
  }

  private String randomKey() {
    String alphabet = "abz019/.-_~ +&=%?#:;@!$'()*,[]\"\\<>éß漢字😀";
    var key = new StringBuilder();
    for (int i = 1 + random.nextInt(30); i > 0; i--) {
      int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
      key.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
    }
    return key.toString();
  }

  private static S3Request received(SdkHttpRequest request) {
    URI uri = request.getUri();
    String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    var headers = new ArrayList<String>();
    for (Map.Entry<String, List<String>> field : request.headers().entrySet()) {
      for (String value : field.getValue()) {
        headers.add(field.getKey());
        headers.add(new String(value.getBytes(UTF_8), ISO_8859_1));
      }
    }
    if (request.firstMatchingHeader("host").isEmpty()) {
      headers.add("Host");
      headers.add("127.0.0.1:9000");
    }
    return S3Request.of(
        request.method().name().toUpperCase(Locale.ROOT),
        target,
        RequestHeaders.of(headers.toArray(new String[0])),
        List.of());
  }

  private byte[] read(S3Request request, Proof proof, byte[] wire) {
    try (var body =
        IncomingBody.open(request, proof, BodyRules.object(null), Pieces.random(wire, random))) {
      return body.readAll();
    }
  }

  private static AwsCredentialsIdentity identity() {
    return AwsCredentialsIdentity.create(Draft.ACCESS_KEY, Draft.SECRET.text());
  }
}
