package io.tarn.identity;

import java.time.Instant;
import java.util.List;

/// How and when a request came, whatever it asks for: what conditions may ask about any of them,
/// and all that they may of one that is no operation of S3.
///
/// - `address`: of the client in its usual text
/// - `secure`: whether the client's connection is TLS
/// - `tls`: its version, as in `1.3`; empty without TLS and where only a proxy knows
/// - `userAgents`: and
/// - `referers`: as they came: nothing but words
public record Arrival(
    String address,
    boolean secure,
    String tls,
    List<String> userAgents,
    List<String> referers,
    Instant time)
    implements ConditionContext {

  @Override
  public List<String> values(ConditionKey key) {
    return switch (key.name()) {
      case ConditionName.OfArrival name -> values(name);
      // About operations of S3, and their objects, or who asks, which is answered elsewhere.
      case ConditionName.OfCaller _,
          ConditionName.OfSignature _,
          ConditionName.OfOperation _,
          ConditionName.OfResource _,
          ConditionName.Refused _,
          ConditionName.NeverSet _ ->
          List.of();
    };
  }

  public List<String> values(ConditionName.OfArrival name) {
    return switch (name) {
      case SOURCE_IP -> List.of(address);
      case SECURE_TRANSPORT -> List.of(Boolean.toString(secure));
      case TLS_VERSION -> tls.isEmpty() ? List.of() : List.of(tls);
      case CURRENT_TIME -> List.of(time.toString());
      case EPOCH_TIME -> List.of(Long.toString(time.getEpochSecond()));
      case USER_AGENT -> userAgents;
      case REFERER -> referers;
      // No service calls for somebody else.
      case PRINCIPAL_IS_AWS_SERVICE, VIA_AWS_SERVICE -> List.of("false");
    };
  }
}
