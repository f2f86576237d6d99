package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.http.Exchange;
import io.tarn.identity.Caller;
import io.tarn.identity.Effort;
import io.tarn.request.S3Request;
import io.tarn.signature.Proof;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request whose sender is known, as far as it was proved.
///
/// - `clients`: the names under which its sender's shares are counted
/// - `kept`: the memory of its documents
/// - `effort`: what deciding on all of it may cost
record Call(
    Exchange exchange,
    S3Request request,
    Proof proof,
    Caller caller,
    List<String> clients,
    Lease kept,
    SentDocument document,
    Effort effort) {
  /// The same from somebody about whom some things are decided already.
  Call by(Caller settled) {
    return new Call(exchange, request, proof, settled, clients, kept, document, effort);
  }

  /// Whom the bucket must belong to; null when that is all the same to the sender.
  @Nullable String expectedOwner() {
    return expected("x-amz-expected-bucket-owner");
  }

  /// The same of the bucket that a copy reads from.
  @Nullable String expectedSourceOwner() {
    return expected("x-amz-source-expected-bucket-owner");
  }

  private @Nullable String expected(String header) {
    String said = request.headers().first(header);
    return said == null ? null : said.strip();
  }

  boolean isSigned() {
    return !(proof instanceof Proof.Anonymous);
  }
}
