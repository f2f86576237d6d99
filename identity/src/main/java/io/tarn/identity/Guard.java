package io.tarn.identity;

import org.jspecify.annotations.Nullable;

/// The one permission check. A pure function: the same question has the same answer.
///
/// An explicit deny of any policy wins. Within a tenant, the user's policies or the bucket's policy
/// must allow; the tenant's root needs neither. Across tenants, both sides must: the caller's own
/// policies (root: always) and the bucket's policy. The anonymous caller has only the bucket's
/// policy. A key with a ceiling never does what the ceiling does not allow. The root of the
/// bucket's owner can always read, replace and remove the bucket's policy, so that nobody locks
/// themselves out.
public final class Guard {
  private static final Decision OWNER = new Decision(true, "the owner's root");
  private static final Decision NOT_GRANTED = new Decision(false, "no bucket policy allows it");
  private static final Decision NOT_ALLOWED = new Decision(false, "no policy allows it");
  private static final Decision NOT_ENTITLED =
      new Decision(false, "the bucket policy allows it, the user's own policies do not");
  private static final Decision ABOVE_CEILING =
      new Decision(false, "the ceiling of the key does not allow it");

  private Guard() {}

  /// `bucketPolicy` is [Policy#NONE] where there is no bucket or it has none, and
  /// [Policy#UNREADABLE] where what is stored cannot be read.
  public static Decision decide(
      Caller caller, Demand demand, Circumstances circumstances, Policy bucketPolicy) {
    boolean owner = caller instanceof Caller.Root && caller.tenant().equals(demand.owner());
    if (owner && (bucketPolicy == Policy.NONE || isAboutPolicy(demand.action()))) return OWNER;
    var question = new Question(caller, demand, circumstances);
    Decision granted = bucketPolicy.decide(question);
    if (granted != null && !granted.allowed()) return granted;
    if (owner) return OWNER;
    return switch (caller) {
      case Caller.Anonymous _ -> granted == null ? NOT_GRANTED : granted;
      case Caller.Root _ -> granted == null ? NOT_GRANTED : granted;
      case Caller.User user -> ofUser(user, question, granted);
    };
  }

  private static Decision ofUser(Caller.User user, Question question, @Nullable Decision granted) {
    Decision ceiling =
        user.ceiling() == Policy.EVERYTHING ? OWNER : user.ceiling().decide(question);
    if (ceiling == null) return ABOVE_CEILING;
    if (!ceiling.allowed()) return ceiling;
    Decision own = null;
    for (Policy policy : user.policies()) {
      Decision decision = policy.decide(question);
      if (decision == null) continue;
      if (!decision.allowed()) return decision;
      own = decision;
    }
    if (question.isForeign()) {
      if (granted == null) return NOT_GRANTED;
      return own == null ? NOT_ENTITLED : granted;
    }
    if (own != null) return own;
    return granted == null ? NOT_ALLOWED : granted;
  }

  private static boolean isAboutPolicy(Action action) {
    return action == Action.GET_BUCKET_POLICY
        || action == Action.PUT_BUCKET_POLICY
        || action == Action.DELETE_BUCKET_POLICY;
  }
}
