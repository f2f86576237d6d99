package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.signature.Authentication;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.SigningRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorDocumentTest {
  /// Chars of the largest head that the listener lets through by default.
  private static final int LINE = 16 << 10;
  private static final int HEADERS = 32 << 10;

  private static final SecretKey SECRET = new SecretKey("a secret", 0);

  @Test
  void a_wrong_signature_is_answered_with_little_of_what_came() {
    Instant now = Instant.now();
    String url =
        new RequestSigner("AKID", SECRET, "us-east-1")
            .presignedUrl("GET", "http://localhost", "/x", now, Duration.ofMinutes(1))
            .replace("SignedHeaders=host", "SignedHeaders=a%3Bhost");
    RequestHeaders headers =
        RequestHeaders.of("Host", "localhost", "a", "\"".repeat(HEADERS - 100));
    S3Request request =
        S3Request.of("GET", url.substring("http://localhost".length()), headers, List.of());
    var authentication = new Authentication(_ -> SECRET, SigningRules.of("us-east-1"));
    S3Failure failure =
        catchThrowableOfType(S3Failure.class, () -> authentication.of(request, now));
    assertThat(failure.error()).isEqualTo(S3Error.SIGNATURE_DOES_NOT_MATCH);
    var about = new ErrorDocument.About("/" + "<".repeat(LINE), "b", "k", "r", "h");
    assertThat(ErrorDocument.render(failure, about).remaining())
        .isLessThan(6 * 6 * ErrorDocument.LONGEST);
  }
}
