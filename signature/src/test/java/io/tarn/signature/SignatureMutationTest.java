package io.tarn.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.request.S3Failure;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever single byte is changed in what was signed, the request is refused.
class SignatureMutationTest {
  private final long seed = Long.getLong("test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void a_changed_byte_in_a_request_signed_by_header_is_refused() {
    Draft right =
        Draft.signed(
            "PUT",
            "/bucket/dir//a%20k%C3%A9y%2B?partNumber=3&uploadId=abc%2F%3D&x",
            SigV4.EMPTY_SHA256,
            "x-amz-meta-note",
            "two  blanks",
            "x-amz-storage-class",
            "STANDARD",
            "Content-Type",
            "text/plain");
    everyChangeIsRefused(right);
  }

  @Test
  void a_changed_byte_in_a_presigned_url_is_refused() {
    everyChangeIsRefused(Draft.presigned("GET", "/bucket/a/../b é", "versionId", "x y+z"));
  }

  private void everyChangeIsRefused(Draft right) {
    assertThat(right.proof()).isInstanceOf(Proof.Signed.class);
    var accepted = new ArrayList<String>();
    for (int i = 0; i < right.target.length(); i++) {
      String target = changed(right.target, i);
      Draft draft = copy(right, target);
      if (isAccepted(draft) && !sameRequest(draft, right)) accepted.add(target);
    }
    for (int h = 1; h < right.headers.size(); h += 2) {
      for (int i = 0; i < right.headers.get(h).length(); i++) {
        Draft draft = copy(right, right.target);
        draft.headers.set(h, changed(right.headers.get(h), i));
        if (isAccepted(draft) && !sameRequest(draft, right)) accepted.add(draft.headers.get(h));
      }
    }
    assertThat(accepted).as("seed %d", seed).isEmpty();
  }

  /// Another spelling of the same decoded request is the same request.
  private static boolean sameRequest(Draft a, Draft b) {
    return canonical(a).equals(canonical(b))
        && a.request().header("Authorization").equals(b.request().header("Authorization"))
        && signature(a).equals(signature(b));
  }

  private static String signature(Draft draft) {
    return draft.request().query().text(QuerySignature.SIGNATURE);
  }

  private static String canonical(Draft draft) {
    var names = new StringBuilder();
    for (int i = 0; i < draft.headers.size(); i += 2) {
      if (!draft.headers.get(i).equals("Authorization")) {
        names.append(names.isEmpty() ? "" : ";").append(draft.headers.get(i));
      }
    }
    return CanonicalRequest.of(draft.request(), new SignedHeaders(names.toString()), "");
  }

  private String changed(String text, int at) {
    char c;
    do {
      c = (char) (33 + random.nextInt(94));
    } while (c == text.charAt(at));
    return text.substring(0, at) + c + text.substring(at + 1);
  }

  private static Draft copy(Draft from, String target) {
    Draft draft = Draft.anonymous(from.method, target);
    draft.headers.clear();
    draft.headers.addAll(from.headers);
    return draft;
  }

  /// Signed, and by us: a mutation may well make a request anonymous.
  private static boolean isAccepted(Draft draft) {
    try {
      return draft.proof() instanceof Proof.Signed;
    } catch (S3Failure e) {
      return false;
    }
  }
}
