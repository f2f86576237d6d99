package io.tarn.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
  @ParameterizedTest
  @CsvSource({
    "/b/k?X-Amz-Signature=SECRET,/b/k?X-Amz-Signature=***",
    "/b/k?a=1&x-amz-signature=SECRET&b=2,/b/k?a=1&x-amz-signature=***&b=2",
    "/b/k?X-Amz-Security-Token=SECRET%2B=&z,/b/k?X-Amz-Security-Token=***&z",
    "/b/k?X-Amz-Sign%61ture=SECRET,/b/k?X-Amz-Sign%61ture=***",
    "/?X%2DAmz%2dSignature=SECRET,/?X%2DAmz%2dSignature=***",
    "/?X-Amz-Credential=SECRET%2F20260101%2Feu%2Fs3,/?X-Amz-Credential=***%2F20260101%2Feu%2Fs3",
    "/?X-Amz-Credential=SECRET/20260101/eu/s3&a,/?X-Amz-Credential=***/20260101/eu/s3&a",
    "/?X-Amz-Credential=SECRET,/?X-Amz-Credential=***",
    "/?AWSAccessKeyId=SECRET&Signature=SECRET&Expires=1,/?AWSAccessKeyId=***&Signature=***&Expires=1",
    "/?X-Amz-Signature=SECRET&X-Amz-Signature=SECRET,/?X-Amz-Signature=***&X-Amz-Signature=***",
    "/?Authorization=SECRET?x=1,/?Authorization=***"
  })
  void what_would_repeat_a_request_is_taken_out(String target, String logged) {
    assertThat(Redaction.of(target)).isEqualTo(logged);
    assertThat(new RequestRecord.Wire("", "GET", target, "").toString()).doesNotContain("SECRET");
  }

  @Test
  void every_letter_of_the_name_may_be_encoded() {
    var name = new StringBuilder();
    String header = "X-Amz-Security-Token";
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      name.append('%').append(Integer.toHexString(c));
    }
    assertThat(Redaction.of("/?" + name + "=SECRET")).isEqualTo("/?" + name + "=***");
  }

  @ParameterizedTest
  @CsvSource({
    "/b/k",
    "/b/X-Amz-Signature=1",
    "/b?prefix=signature",
    "/b?",
    "/b?&&=&",
    "/b?X-Amz-Signature",
    "/b?x=%",
    "/b?%zz=1",
    "/b?X-Amz-SignatureX=1"
  })
  void everything_else_stays_the_same_object(String target) {
    assertThat(Redaction.of(target)).isSameAs(target);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /b/k?X-Amz-Signature=SECRET failed|GET /b/k?X-Amz-Signature=*** failed",
        "at 9: /b?a=1&X-Amz-Sign%61ture=SECRET&b=2|at 9: /b?a=1&X-Amz-Sign%61ture=***&b=2",
        "/b?X-Amz-Security-Token=SE==CRET&x|/b?X-Amz-Security-Token=***&x",
        "/?X-Amz-Credential=SECRET/20260101/eu/s3 x|/?X-Amz-Credential=***/20260101/eu/s3 x",
        "Authorization: AWS4 SignedHeaders=host, Signature=SECRET|Authorization: AWS4"
            + " SignedHeaders=host, Signature=***",
        "[/b?X-Amz-Signature=SECRET]: no|[/b?X-Amz-Signature=*** no",
        "/b?Signature=SECRET&Signature=SECRET|/b?Signature=***&Signature=***"
      })
  void it_is_taken_out_wherever_a_text_quotes_it(String text, String logged) {
    assertThat(Redaction.inText(text)).isEqualTo(logged);
  }

  @ParameterizedTest
  @CsvSource({"a=b", "=", "x==y", "signature", "X-Amz-Signature=", "no-signature=1 kept"})
  void a_text_with_nothing_to_hide_stays_the_same_object(String text) {
    assertThat(Redaction.inText(text)).isSameAs(text);
  }
}
