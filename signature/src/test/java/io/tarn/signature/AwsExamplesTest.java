package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The worked examples of "Authenticating Requests (AWS Signature Version 4)" in the S3 API
/// reference: inputs and signatures as printed there.
class AwsExamplesTest {
  static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  static final SecretKey SECRET = new SecretKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 1);
  static final String HOST = "examplebucket.s3.amazonaws.com";
  static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  static final String CREDENTIAL = ACCESS_KEY + "/20130524/us-east-1/s3/aws4_request";

  private final Authentication authentication =
      new Authentication(id -> id.equals(ACCESS_KEY) ? SECRET : null, SigningRules.of("us-east-1"));

  private void accepts(S3Request request) {
    assertThat(authentication.of(request, NOW))
        .isInstanceOfSatisfying(
            Proof.Signed.class, p -> assertThat(p.accessKeyId()).isEqualTo(ACCESS_KEY));
  }

  private static S3Request request(String method, String target, String... headers) {
    return S3Request.of(method, target, RequestHeaders.of(headers), List.of("s3.amazonaws.com"));
  }

  private static String authorization(String signedHeaders, String signature) {
    return "AWS4-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s"
        .formatted(CREDENTIAL, signedHeaders, signature);
  }

  @Test
  void get_object() {
    accepts(
        request(
            "GET",
            "/test.txt",
            "Host",
            HOST,
            "Authorization",
            authorization(
                "host;range;x-amz-content-sha256;x-amz-date",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
            "Range",
            "bytes=0-9",
            "x-amz-content-sha256",
            SigV4.EMPTY_SHA256,
            "x-amz-date",
            "20130524T000000Z"));
  }

  @Test
  void put_object_signed_with_the_date_header() {
    accepts(
        request(
            "PUT",
            "/test$file.text",
            "Host",
            HOST,
            "Date",
            "Fri, 24 May 2013 00:00:00 GMT",
            "Authorization",
            authorization(
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
            "x-amz-date",
            "20130524T000000Z",
            "x-amz-storage-class",
            "REDUCED_REDUNDANCY",
            "x-amz-content-sha256",
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"));
  }

  @Test
  void get_bucket_lifecycle() {
    accepts(
        request(
            "GET",
            "/?lifecycle",
            "Host",
            HOST,
            "Authorization",
            authorization(
                "host;x-amz-content-sha256;x-amz-date",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
            "x-amz-date",
            "20130524T000000Z",
            "x-amz-content-sha256",
            SigV4.EMPTY_SHA256));
  }

  @Test
  void list_objects() {
    accepts(
        request(
            "GET",
            "/?max-keys=2&prefix=J",
            "Host",
            HOST,
            "Authorization",
            authorization(
                "host;x-amz-content-sha256;x-amz-date",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "x-amz-date",
            "20130524T000000Z",
            "x-amz-content-sha256",
            SigV4.EMPTY_SHA256));
  }

  @Test
  void presigned_get() {
    accepts(
        request(
            "GET",
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                + CREDENTIAL.replace("/", "%2F")
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            "Host",
            HOST));
  }
}
