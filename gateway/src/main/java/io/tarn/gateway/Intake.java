package io.tarn.gateway;

import io.tarn.http.ClientGone;
import io.tarn.http.RequestBody;
import io.tarn.s3.BodyRules;
import io.tarn.s3.ByteSource;
import io.tarn.s3.IncomingBody;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.Ingest;
import io.tarn.store.StoreFailure;
import org.jspecify.annotations.Nullable;

/// Opens the bodies of requests. The first byte is only asked for (and `100 Continue` only sent)
/// when somebody reads, which nobody does before the caller is known and admitted.
final class Intake {
  /// A document of one setting.
  static final long SMALL = 64 << 10;

  /// A document that names up to a thousand keys or ten thousand parts.
  static final long LARGE = 4 << 20;

  private final @Nullable Ingest ingest;

  /// @param ingest takes in large bodies; null to hash piece by piece, in line
  Intake(@Nullable Ingest ingest) {
    this.ingest = ingest;
  }

  /// An object or part. `fallback` is the checksum to compute when the client names none.
  IncomingBody payload(Call call, @Nullable ChecksumAlgorithm fallback) {
    BodyRules rules = BodyRules.payload(fallback, ingest);
    boolean announced = call.request().headers().has("content-length");
    boolean chunked = call.request().headers().has("transfer-encoding");
    // A stream of unknown length is taken, up to the longest object; no body at all is a mistake.
    return open(call, chunked && !announced ? rules.ofAnyLength() : rules);
  }

  byte[] document(Call call, long most) {
    return read(call, BodyRules.document(most));
  }

  /// As [#document], where checksum headers speak of something else.
  byte[] documentOnly(Call call, long most) {
    return read(call, BodyRules.document(most).ignoringChecksums());
  }

  /// For operations that take no body: what came is still what was signed, or the request is not
  /// what it says. A small body that is is passed over, as S3 does.
  void nothing(Call call) {
    boolean empty = call.exchange().body().length() == 0;
    boolean summed = call.request().headers().has("content-md5");
    if (empty && !summed && call.proof().payload().holdsOfNothing()) return;
    documentOnly(call, SMALL);
  }

  static byte[] read(Call call, BodyRules rules) {
    try (IncomingBody body = open(call, rules)) {
      return body.readAll();
    }
  }

  static IncomingBody open(Call call, BodyRules rules) {
    RequestBody body = call.exchange().body();
    ByteSource source =
        () -> {
          try {
            return body.next();
          } catch (ClientGone gone) {
            throw new StoreFailure.Interrupted(
                "the client went away in the middle of a body", gone);
          }
        };
    return IncomingBody.open(call.request(), call.proof(), rules, source);
  }
}
