package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.http.Exchange;
import io.tarn.identity.Caller;
import io.tarn.identity.Effort;
import io.tarn.request.S3Request;
import io.tarn.signature.Proof;
import java.util.List;

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

  boolean isSigned() {
    return !(proof instanceof Proof.Anonymous);
  }
}
