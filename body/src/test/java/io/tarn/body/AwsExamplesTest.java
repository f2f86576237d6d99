package io.tarn.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.signature.Authentication;
import io.tarn.signature.Proof;
import io.tarn.signature.SecretKey;
import io.tarn.signature.SigningRules;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The worked examples of "Signature Calculations for the Authorization Header: Transferring
/// Payload in Multiple Chunks" in the S3 API reference: inputs and signatures as printed there.
class AwsExamplesTest {
  private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final SecretKey SECRET =
      new SecretKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 1);
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final String CREDENTIAL = ACCESS_KEY + "/20130524/us-east-1/s3/aws4_request";

  private final Authentication authentication =
      new Authentication(id -> id.equals(ACCESS_KEY) ? SECRET : null, SigningRules.of("us-east-1"));

  private static String authorization(String signedHeaders, String signature) {
    return "AWS4-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s"
        .formatted(CREDENTIAL, signedHeaders, signature);
  }

  private Proof.Signed proof(S3Request request) {
    return (Proof.Signed) authentication.of(request, NOW);
  }

  @Test
  void upload_in_signed_chunks() {
    S3Request request =
        S3Request.of(
            "PUT",
            "/examplebucket/chunkObject.txt",
            RequestHeaders.of(
                "Host",
                "s3.amazonaws.com",
                "x-amz-date",
                "20130524T000000Z",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY",
                "Authorization",
                authorization(
                    "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-decoded-content-length;x-amz-storage-class",
                    "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Content-Encoding",
                "aws-chunked",
                "x-amz-decoded-content-length",
                "66560",
                "Content-Length",
                "66824"),
            List.of());
    String a = "a".repeat(65536);
    String body =
        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
            + a
            + "\r\n"
            + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
            + a.substring(0, 1024)
            + "\r\n"
            + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
    assertThat(body).hasSize(66824);
    assertThat(read(request, body)).hasSize(66560).containsOnly('a');
  }

  @Test
  void upload_in_signed_chunks_with_a_trailer() {
    S3Request request =
        S3Request.of(
            "PUT",
            "/examplebucket/chunkObject.txt",
            RequestHeaders.of(
                "Host",
                "s3.amazonaws.com",
                "x-amz-date",
                "20130524T000000Z",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY",
                "Authorization",
                authorization(
                    "content-encoding;host;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
                    "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                "Content-Encoding",
                "aws-chunked",
                "x-amz-decoded-content-length",
                "66560",
                "x-amz-trailer",
                "x-amz-checksum-crc32c"),
            List.of());
    String a = "a".repeat(65536);
    String body =
        "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
            + a
            + "\r\n"
            + "400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
            + a.substring(0, 1024)
            + "\r\n"
            + "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
            + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
            + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
            + "\r\n";
    assertThat(read(request, body)).hasSize(66560).containsOnly('a');
  }

  private byte[] read(S3Request request, String body) {
    try (var incoming =
        IncomingBody.open(
            request,
            proof(request),
            BodyRules.object(null),
            Pieces.of(body.getBytes(ISO_8859_1), 8000))) {
      return incoming.readAll();
    }
  }
}
