package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What nobody has shown a key for yet takes memory in proportion to what came.
class AuthenticationMemoryTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Chars of the largest head that the listener lets through by default.
  private static final int LINE = 16 << 10;
  private static final int HEADERS = 32 << 10;

  @ParameterizedTest
  @ValueSource(strings = {"NOSUCHKEY", Draft.ACCESS_KEY})
  void a_name_that_is_signed_thousands_of_times_costs_what_it_took_to_send(String accessKey) {
    String names = "host" + "%3Ba".repeat((LINE - 1024) / 4);
    Draft draft = presigned(accessKey, names).add("a", "x".repeat(HEADERS - 100));
    assertThat(allocatedBy(draft)).isLessThan(32L * (LINE + HEADERS));
  }

  @Test
  void a_head_as_large_as_may_be_is_signed_in_a_few_times_its_size() {
    Draft draft = presigned("NOSUCHKEY", "a%3Bhost").add("a", "x".repeat(HEADERS - 100));
    draft.target += "&q=" + "!".repeat(LINE - draft.target.length());
    assertThat(allocatedBy(draft)).isLessThan(32L * (LINE + HEADERS));
  }

  @Test
  void a_canonical_request_has_an_end_even_where_the_listener_sets_none() {
    Draft draft = presigned("NOSUCHKEY", "a%3Bhost").add("a", "x".repeat(1 << 20));
    assertThatThrownBy(draft::proof)
        .isInstanceOfSatisfying(
            S3Failure.class,
            failure -> assertThat(failure.error()).isEqualTo(S3Error.INVALID_REQUEST))
        .hasMessageContaining("fewer headers");
  }

  private static Draft presigned(String accessKey, String signedHeaders) {
    return Draft.presigned("GET", "/x")
        .replaceInTarget(Draft.ACCESS_KEY, accessKey)
        .replaceInTarget("SignedHeaders=host", "SignedHeaders=" + signedHeaders);
  }

  private static long allocatedBy(Draft draft) {
    S3Request request = draft.request();
    Authentication authentication = Draft.authentication();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    var _ = failureOf(() -> authentication.of(request, Draft.NOW));
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static S3Failure failureOf(Supplier<Proof> work) {
    try {
      throw new AssertionError("accepted: " + work.get());
    } catch (S3Failure e) {
      return e;
    }
  }
}
