package io.tarn.body;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.signature.PayloadMode;
import io.tarn.store.StoreFailure;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a client sends for a body, they are one payload or one failure.
class HostileBodyTest {
  static Stream<byte[]> chunkedBodies() {
    return Stream.of(
            PayloadMode.STREAMING_UNSIGNED_TRAILER,
            PayloadMode.STREAMING_SIGNED,
            PayloadMode.STREAMING_SIGNED_TRAILER)
        .map(mode -> Uploads.framed(mode, Uploads.put(mode, Uploads.SMALL), Uploads.SMALL));
  }

  @MethodSource("chunkedBodies")
  @FuzzTest(maxDuration = "1m")
  void a_chunked_body_has_one_outcome_however_it_is_cut(byte[] wire) {
    for (PayloadMode mode : PayloadMode.values()) {
      if (!mode.isChunked()) continue;
      Draft draft = Uploads.put(mode, Uploads.SMALL);
      String whole = outcome(draft, Pieces.whole(wire));
      assertThat(outcome(draft, Pieces.of(wire, 1))).isEqualTo(whole);
      assertThat(outcome(draft, Pieces.of(wire, 7))).isEqualTo(whole);
      boolean accepted = whole.startsWith(" ");
      if (accepted && mode.signsChunks()) {
        assertThat(whole).isEqualTo(" " + new String(Uploads.SMALL, ISO_8859_1));
      }
    }
  }

  /// The body behind a space, or the code of the error.
  private static String outcome(Draft draft, Pieces pieces) {
    try (var body = Uploads.open(draft, pieces)) {
      byte[] bytes = body.readAll();
      assertThat(bytes).hasSize(Uploads.SMALL.length);
      assertThat(body.digests().checksum()).isNotNull();
      return " " + new String(bytes, ISO_8859_1);
    } catch (StoreFailure.Invalid e) {
      return S3Error.of(e).code();
    } catch (S3Failure e) {
      return e.error().code();
    }
  }
}
