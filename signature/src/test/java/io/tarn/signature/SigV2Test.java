package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.request.Subresource;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The worked examples of "Signing and authenticating REST requests": inputs and signatures as
/// printed there, before and after the bucket of the examples got another name.
class SigV2Test {
  private static final List<String> DOMAINS =
      List.of("s3.amazonaws.com", "s3.us-west-1.amazonaws.com");

  private static S3Request request(String method, String target, String... headers) {
    return S3Request.of(method, target, RequestHeaders.of(headers), DOMAINS);
  }

  private static String signature(S3Request request, String date) {
    List<String> texts = SigV2.stringsToSign(request, date);
    assertThat(texts).hasSize(1);
    return SigV2.sign(AwsExamplesTest.SECRET, texts.getFirst());
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|johnsmith|/photos/puppy.jpg||Tue, 27 Mar 2007 19:36:42 +0000"
            + "|bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
        "PUT|johnsmith|/photos/puppy.jpg|image/jpeg|Tue, 27 Mar 2007 21:15:45 +0000"
            + "|MyyxeRY7whkBe+bq8fHCL/2kKUg=",
        "GET|johnsmith|/?prefix=photos&max-keys=50&marker=puppy||Tue, 27 Mar 2007 19:42:41 +0000"
            + "|htDYFYduRNen8P9ZfE/s9SuKy0U=",
        "GET|johnsmith|/?acl||Tue, 27 Mar 2007 19:44:46 +0000|c2WLPFtWHVgbEmeEG93a4cG37dM=",
        "GET|awsexamplebucket1|/photos/puppy.jpg||Tue, 27 Mar 2007 19:36:42 +0000"
            + "|qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
        "PUT|awsexamplebucket1|/photos/puppy.jpg|image/jpeg|Tue, 27 Mar 2007 21:15:45 +0000"
            + "|iqRzw+ileNPu1fhspnRs8nOjjIA=",
        "GET|awsexamplebucket1|/?prefix=photos&max-keys=50&marker=puppy|"
            + "|Tue, 27 Mar 2007 19:42:41 +0000|m0WP8eCtspQl5Ahe6L1SozdX9YA=",
        "GET|awsexamplebucket1|/?acl||Tue, 27 Mar 2007 19:44:46 +0000"
            + "|82ZHiFIjc+WbcwFKGUVEQspPn+0=",
      })
  void the_examples_of_a_bucket_in_the_host_and_in_the_path(
      String method, String bucket, String target, String type, String date, String signature) {
    String contentType = type == null ? "" : type;
    String host = bucket + ".s3.us-west-1.amazonaws.com";
    assertThat(signature(request(method, target, "Host", host, "Content-Type", contentType), date))
        .isEqualTo(signature);
    String path = "/" + bucket + target;
    assertThat(
            signature(
                request(method, path, "Host", DOMAINS.getLast(), "Content-Type", contentType),
                date))
        .isEqualTo(signature);
  }

  @Test
  void the_example_of_an_upload_with_headers() {
    S3Request upload =
        request(
            "PUT",
            "/static.johnsmith.net/db-backup.dat.gz",
            "Host",
            "s3.amazonaws.com",
            "x-amz-acl",
            "public-read",
            "content-type",
            "application/x-download",
            "Content-MD5",
            "4gJE4saaMU4BqNR0kLY+lw==",
            "X-Amz-Meta-ReviewedBy",
            "joe@johnsmith.net",
            "X-Amz-Meta-ReviewedBy",
            " jane@johnsmith.net ",
            "X-Amz-Meta-FileChecksum",
            "0x02661779",
            "X-Amz-Meta-ChecksumAlgorithm",
            "crc32",
            "Content-Encoding",
            "gzip");
    assertThat(signature(upload, "Tue, 27 Mar 2007 21:06:08 +0000"))
        .isEqualTo("ilyl83RwaSoYIEdixDQcA4OnAnc=");
  }

  @Test
  void the_example_of_all_buckets() {
    assertThat(
            signature(
                request("GET", "/", "Host", "s3.amazonaws.com"), "Wed, 28 Mar 2007 01:29:59 +0000"))
        .isEqualTo("qGdzdERIC03wnaRNKh6OqZehG9s=");
  }

  @Test
  void the_example_of_a_key_in_another_alphabet_keeps_its_escapes_as_they_came() {
    assertThat(
            signature(
                request(
                    "GET",
                    "/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re",
                    "Host",
                    "s3.amazonaws.com"),
                "Wed, 28 Mar 2007 01:49:49 +0000"))
        .isEqualTo("DNEZGsoieTZ92F3bUfSPQcbGmlM=");
  }

  @Test
  void the_example_of_a_presigned_url() {
    S3Request request =
        request(
            "GET",
            "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE"
                + "&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
            "Host",
            "johnsmith.s3.amazonaws.com");
    Instant before = Instant.ofEpochSecond(1175139619);
    assertThat(PresignedV2Test.authentication().of(request, before))
        .isEqualTo(new Proof.PresignedV2(AwsExamplesTest.ACCESS_KEY, PayloadClaim.UNSIGNED));
  }

  @Test
  void parameters_are_signed_decoded_and_in_order() {
    S3Request request =
        request("GET", "/b/k?versionId=7&response-content-type=a%2Fb+%C3%A9&x=1&acl=&partNumber=2");
    assertThat(SigV2.stringsToSign(request, "1").getFirst())
        .endsWith("\n1\n/b/k?acl&partNumber=2&response-content-type=a/b \u00C3\u00A9&versionId=7");
  }

  @Test
  void every_parameter_that_chooses_an_operation_is_signed() {
    for (Subresource one : Subresource.values()) {
      if (one == Subresource.NONE) continue;
      String name = one.parameter();
      assertThat(SigV2.stringsToSign(request("GET", "/b/k?" + name), "1").getFirst())
          .endsWith("/b/k?" + name);
    }
  }

  @Test
  void a_value_that_reads_like_a_parameter_is_refused() {
    for (String value : List.of("a%26versionId%3D1", "%26acl", "a%26b%26uploads%26c")) {
      assertThatThrownBy(
              () ->
                  SigV2.stringsToSign(
                      request("GET", "/b/k?response-content-disposition=" + value), "1"))
          .isInstanceOf(S3Failure.class)
          .hasMessageContaining("reads like a parameter");
    }
    assertThat(
            SigV2.stringsToSign(request("GET", "/b/k?response-content-type=a%26b%3Dacl"), "1")
                .getFirst())
        .endsWith("=a&b=acl");
  }

  @Test
  void a_bucket_may_be_signed_with_a_slash_that_is_not_sent() {
    assertThat(SigV2.stringsToSign(request("GET", "/b?uploads"), "1"))
        .containsExactly("GET\n\n\n1\n/b?uploads", "GET\n\n\n1\n/b/?uploads");
    assertThat(SigV2.stringsToSign(request("GET", "/b/?uploads"), "1")).hasSize(1);
    assertThat(SigV2.stringsToSign(request("GET", "/?uploads"), "1")).hasSize(1);
  }

  @Test
  void the_absolute_form_is_signed_without_its_host() {
    assertThat(
            SigV2.stringsToSign(
                request("GET", "http://s3.amazonaws.com/b/k?acl", "Host", "s3.amazonaws.com"), "1"))
        .containsExactly("GET\n\n\n1\n/b/k?acl");
  }
}
