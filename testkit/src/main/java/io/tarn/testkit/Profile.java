package io.tarn.testkit;

import java.util.EnumMap;
import java.util.Map;

/// Which claims the store under a contract fulfils. What it does not fulfil has a reason, which is
/// printed with the tests that are skipped.
public final class Profile {
  /// All of them.
  public static final Profile COMPLETE = new Profile(new EnumMap<>(Claim.class));

  private final Map<Claim, String> lacking;

  private Profile(Map<Claim, String> lacking) {
    this.lacking = lacking;
  }

  /// The same but for one claim. `reason` completes "…, because".
  public Profile without(Claim claim, String reason) {
    var more = new EnumMap<Claim, String>(Claim.class);
    more.putAll(lacking);
    more.put(claim, reason);
    return new Profile(more);
  }

  public boolean has(Claim claim) {
    return !lacking.containsKey(claim);
  }

  /// Why it is not fulfilled.
  public String reason(Claim claim) {
    return lacking.getOrDefault(claim, "");
  }
}
