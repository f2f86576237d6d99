package io.tarn.identity;

import java.util.List;

/// What conditions may ask about a request, looked up only when a policy asks. Answers the values
/// under the key, none when the request has none; each call of one request answers the same. What
/// is of an object that is not at hand yet is answered with [NotAtHand].
///
/// What is known of the caller ([ConditionName.OfCaller]) is answered by the [Authorizer] itself
/// and never asked here. [ConditionName.OfArrival#SOURCE_IP] is the address of the peer of the
/// connection, never of a header that anybody can send, unless the peer is a configured proxy.
@FunctionalInterface
public interface ConditionContext {
  /// Nothing is known.
  ConditionContext NONE = _ -> List.of();

  List<String> values(ConditionKey key);

  /// What deciding may cost. One for all decisions of a request, where it needs several.
  default Effort effort() {
    return new Effort(Effort.ORDINARY);
  }
}
