package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whether the time of an answer tells which access keys there are. Time itself is only reported:
/// on a shared machine a bound on it would fail for no reason, or never. What is counted is the
/// memory allocated, which follows from what was computed: no string to sign, no hash, no
/// signature, and it would be a small part.
@Tag("slow")
class AuthenticationCostTest {
  private static final int SAMPLES = 10_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Cost(long medianNanos, long medianBytes) {}

  @Test
  void an_unknown_key_costs_what_a_known_one_costs() {
    Draft right = Draft.signed("GET", "/bucket/key", "UNSIGNED-PAYLOAD");
    Draft unknown = spoilt(Draft.ACCESS_KEY, "AKIDNOBODYNOBODYNOBO");
    String signature = right.request().header("authorization").split("Signature=", 2)[1];
    Draft wrong = spoilt(signature, "0".repeat(64));
    var authentication = Draft.authentication();
    for (int i = 0; i < 3; i++) // the last of them counts, for the code is compiled by then
    {
      for (Draft draft : new Draft[] {right, unknown, wrong}) cost(authentication, draft);
    }
    Cost known = cost(authentication, right);
    Cost ofNobody = cost(authentication, unknown);
    Cost mismatch = cost(authentication, wrong);
    System.out.printf(
        "authentication, medians of %d: right %s, unknown key %s, wrong signature %s;"
            + " unknown - wrong = %d ns%n",
        SAMPLES, known, ofNobody, mismatch, ofNobody.medianNanos - mismatch.medianNanos);
    assertThat(ofNobody.medianBytes).isGreaterThan(known.medianBytes * 8 / 10);
    assertThat(mismatch.medianBytes).isGreaterThan(known.medianBytes * 8 / 10);
  }

  private static Draft spoilt(String from, String to) {
    return Draft.signed("GET", "/bucket/key", "UNSIGNED-PAYLOAD")
        .replace("Authorization", from, to);
  }

  private static Cost cost(Authentication authentication, Draft draft) {
    long[] nanos = new long[SAMPLES];
    long[] bytes = new long[SAMPLES];
    S3Request request = draft.request();
    for (int i = 0; i < SAMPLES; i++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      accepts(authentication, request);
      nanos[i] = System.nanoTime() - start;
      bytes[i] = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    }
    return new Cost(median(nanos), median(bytes));
  }

  private static boolean accepts(Authentication authentication, S3Request request) {
    try {
      return authentication.of(request, Draft.NOW) instanceof Proof.Signed;
    } catch (S3Failure e) {
      assertThat(e.error()).isIn(S3Error.INVALID_ACCESS_KEY_ID, S3Error.SIGNATURE_DOES_NOT_MATCH);
      return false;
    }
  }

  private static long median(long[] samples) {
    Arrays.sort(samples);
    return samples[samples.length / 2];
  }
}
