package io.tarn.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One question to the policies. What is known of the caller comes from the caller alone, so no
/// header can pretend to be it. Lives for one decision on one thread.
final class Question {
  /// Of a value, in characters: S3 takes no longer head than this many bytes.
  private static final int LONGEST = 8 << 10;

  private final Caller caller;
  private final Demand demand;
  private final Circumstances circumstances;
  private final Effort effort;
  private final boolean foreign;
  private @Nullable String resource;

  Question(Caller caller, Demand demand, Circumstances circumstances) {
    this.caller = caller;
    this.demand = demand;
    this.circumstances = circumstances;
    this.effort = circumstances.effort();
    this.foreign = !caller.tenant().equals(demand.owner());
  }

  Caller caller() {
    return caller;
  }

  Action action() {
    return demand.action();
  }

  /// @throws Effort.Exhausted when that is too much
  void spend(long steps) {
    effort.spend(steps);
  }

  /// Whether the caller's tenant is another than the one that owns what is demanded.
  boolean isForeign() {
    return foreign;
  }

  String resource() {
    String known = resource;
    if (known == null) resource = known = demand.resource();
    return known;
  }

  /// @throws Effort.Exhausted when they are longer than anything a policy means to compare
  List<String> values(ConditionKey key) {
    List<String> values = found(key);
    for (String value : values) if (value.length() > LONGEST) effort.refuse();
    effort.spend(values.size());
    return values;
  }

  @SuppressWarnings("MissingCasesInEnumSwitch")
  private List<String> found(ConditionKey key) {
    return switch (key.name()) {
      case USERNAME -> caller instanceof Caller.User user ? List.of(user.name()) : List.of();
      case USER_ID -> List.of(userId());
      case PRINCIPAL_ARN -> present(caller.arn());
      case PRINCIPAL_ACCOUNT -> present(caller.account().number());
      case PRINCIPAL_TYPE -> List.of(type());
      default -> circumstances.values(key); // not a closed set to us: the front end's to answer
    };
  }

  private String userId() {
    return switch (caller) {
      case Caller.Anonymous _ -> "anonymous";
      case Caller.Root root -> root.account().number();
      case Caller.User user -> user.name();
    };
  }

  private String type() {
    return switch (caller) {
      case Caller.Anonymous _ -> "Anonymous";
      case Caller.Root _ -> "Account";
      case Caller.User _ -> "User";
    };
  }

  private static List<String> present(String value) {
    return value.isEmpty() ? List.of() : List.of(value);
  }
}
