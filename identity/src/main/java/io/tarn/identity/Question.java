package io.tarn.identity;

import io.tarn.store.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One question to the policies. What is known of the caller comes from the caller alone, so no
/// header can pretend to be it. Lives for one decision on one thread.
final class Question {
  /// Of a value, in characters: S3 takes no longer head than this many bytes.
  private static final int LONGEST = 8 << 10;

  private final Caller caller;
  private final Demand demand;
  private final ConditionContext context;
  private final Effort effort;
  private final boolean foreign;
  private final boolean toOwner;
  private final @Nullable Unseen unseen;
  private @Nullable String resource;

  /// About what is at hand and belongs to `owner`.
  Question(Caller caller, Demand demand, TenantId owner, ConditionContext context) {
    this(caller, demand, owner, context, null);
  }

  /// `unseen` stands for the object where that is not at hand; null where it is.
  Question(
      Caller caller,
      Demand demand,
      TenantId owner,
      ConditionContext context,
      @Nullable Unseen unseen) {
    this.caller = caller;
    this.demand = demand;
    this.context = context;
    this.effort = context.effort();
    this.foreign = !caller.tenant().equals(owner);
    this.toOwner = false;
    this.unseen = unseen;
  }

  private Question(Question toCaller) {
    this.caller = toCaller.caller;
    this.demand = toCaller.demand;
    this.context = toCaller.context;
    this.effort = toCaller.effort;
    this.foreign = toCaller.foreign;
    this.toOwner = true;
    this.unseen = toCaller.unseen;
  }

  /// The same, to the policy of the owner of what is demanded.
  Question toOwner() {
    return foreign ? new Question(this) : this;
  }

  /// Whether what has this effect applies, where that depends on what is not at hand.
  boolean assumes(Effect effect, NotAtHand why) {
    if (unseen == null) throw why;
    return unseen.applies(effect);
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
    for (String value : values) {
      if (value.length() > LONGEST) effort.refuse();
    }
    effort.spend(values.size());
    return values;
  }

  private List<String> found(ConditionKey key) {
    return switch (key.name()) {
      case ConditionName.OfCaller name -> ofCaller(name);
      case ConditionName.OfArrival _,
          ConditionName.OfSignature _,
          ConditionName.OfOperation _,
          ConditionName.OfResource _ ->
          context.values(key);
      case ConditionName.Refused _, ConditionName.NeverSet _ -> List.of();
    };
  }

  private List<String> ofCaller(ConditionName.OfCaller name) {
    return switch (name) {
      case USERNAME -> caller instanceof Caller.User user ? List.of(user.name()) : List.of();
      case USER_ID -> present(userId());
      case PRINCIPAL_ARN -> present(caller.arn());
      case PRINCIPAL_ACCOUNT -> present(caller.account().number());
      case PRINCIPAL_TYPE -> List.of(type());
    };
  }

  /// What a variable stands for. The name of another tenant's user stands for nobody here: what is
  /// kept under a name is for the owner's own user.
  List<String> variable(ConditionKey key) {
    return isForeignName(key) ? List.of() : values(key);
  }

  /// Whether the key is the name of a user, asked by the policy of another tenant. Each tenant
  /// gives its users what names it likes, so they say nothing there.
  boolean isForeignName(ConditionKey key) {
    return toOwner
        && key.name() == ConditionName.OfCaller.USERNAME
        && caller instanceof Caller.User;
  }

  private String userId() {
    return switch (caller) {
      case Caller.Anonymous _ -> "anonymous";
      case Caller.Root root -> root.account().number();
      case Caller.User user -> user.id();
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
