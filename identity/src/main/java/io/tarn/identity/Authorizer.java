package io.tarn.identity;

import io.tarn.store.TenantId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one permission check. A pure function: the same question has the same answer, unless it
/// takes more than the [Effort] there is left, when it is no.
///
/// An explicit deny of any policy wins. Within a tenant, the user's policies or the bucket's policy
/// must allow; the tenant's root needs neither. Across tenants, both sides must: the caller's own
/// policies (root: always) and the bucket's policy. The anonymous caller has only the bucket's
/// policy. A key with a ceiling never does what the ceiling does not allow. The root of the
/// bucket's owner can always read, replace and remove the bucket's policy, so that nobody locks
/// themselves out.
///
/// ACLs are the last to be asked and never deny: where no policy allows something, they may. A
/// grant to everyone, or to everyone with credentials, is as good as a bucket policy's; a grant to
/// a tenant is to its root, and to those of its users whose own policies allow the same. Whoever
/// began an upload in another tenant's bucket may list its parts and abort it in the same way. What
/// an object's owner, another than the bucket's, keeps for itself is [#agrees]'s to say.
public final class Authorizer {
  private static final Decision OWNER = new Decision(true, "the owner's root");
  private static final Decision LISTED = new Decision(true, "an ACL");
  private static final Decision NOT_GRANTED = new Decision(false, "no bucket policy allows it");
  private static final Decision NOT_ALLOWED = new Decision(false, "no policy allows it");
  private static final Decision NOT_ENTITLED =
      new Decision(false, "the bucket policy allows it, the user's own policies do not");
  private static final Decision TOO_COSTLY =
      new Decision(false, "the policies are too costly to decide: fewer or simpler patterns");
  private static final Decision ABOVE_CEILING =
      new Decision(false, "the ceiling of the key does not allow it");

  private Authorizer() {}

  /// Whether the caller may, once all that the demand is about is at hand. ACLs are looked up only
  /// when nothing else allows it.
  public static Decision decide(
      Caller caller, Demand demand, ConditionContext context, Rules rules) {
    return decide(caller, demand, context, rules, null);
  }

  /// What can be said before the object is looked at: the rules and circumstances answer with
  /// [NotAtHand] where they are asked about it. What no policy and no ACL could allow is refused
  /// here, and costs no look.
  public static Foresight foresee(
      Caller caller, Demand demand, ConditionContext context, Rules rules) {
    var worst = new Unseen(false);
    if (decide(caller, demand, context, rules, worst).allowed()) return Foresight.ALLOWED;
    if (!worst.asked()) return Foresight.REFUSED;
    boolean could = decide(caller, demand, context, rules, new Unseen(true)).allowed();
    return could ? Foresight.DEPENDS : Foresight.REFUSED;
  }

  private static Decision decide(
      Caller caller,
      Demand demand,
      ConditionContext context,
      Rules rules,
      @Nullable Unseen unseen) {
    Policy bucketPolicy = rules.policy();
    boolean owner = caller instanceof Caller.Root && caller.tenant().equals(rules.owner());
    if (owner && (bucketPolicy == Policy.NONE || isAboutPolicy(demand.action()))) return OWNER;
    try {
      return decide(new Question(caller, demand, rules.owner(), context, unseen), rules, owner);
    } catch (Effort.Exhausted e) {
      return TOO_COSTLY;
    }
  }

  private static Decision decide(Question question, Rules rules, boolean owner) {
    Caller caller = question.caller();
    Policy bucketPolicy = rules.policy();
    Decision granted = bucketPolicy.decide(question.toOwner());
    if (granted != null && !granted.allowed()) return granted;
    if (owner) return OWNER;
    return switch (caller) {
      case Caller.Anonymous _, Caller.Root _ ->
          granted == null ? listed(question, rules.acls(), NOT_GRANTED) : granted;
      case Caller.User user -> ofUser(user, question, granted, rules.acls());
    };
  }

  /// A caller and a bucket's policy, as far as one request goes.
  public record Settled(Caller caller, Policy bucketPolicy) {}

  /// Decides what does not depend on the object, once for a request about many: what is left says
  /// the same of each. `demand` is any that the request makes of the bucket.
  public static Settled settle(
      Caller caller, Demand demand, ConditionContext context, Rules rules) {
    var question = new Question(caller, demand, rules.owner(), context);
    try {
      return new Settled(settled(caller, question), rules.policy().settled(question.toOwner()));
    } catch (Effort.Exhausted e) {
      return new Settled(caller, rules.policy()); // of which nothing will be allowed
    }
  }

  private static Caller settled(Caller caller, Question question) {
    return switch (caller) {
      case Caller.Anonymous _, Caller.Root _ -> caller;
      case Caller.User user ->
          new Caller.User(
              user.account(),
              user.name(),
              user.id(),
              user.accessKey(),
              user.policies().stream().map(policy -> policy.settled(question)).toList(),
              user.ceiling().settled(question));
    };
  }

  /// Whether the owner of an object lets the caller do what the bucket's owner allows: it decides
  /// who reads, describes and shares what it wrote into somebody else's bucket. Deleting is the
  /// bucket's owner's to allow.
  public static boolean agrees(Caller caller, Action action, OwnerAndAcl object) {
    if (isOwnedBy(caller.tenant(), object) || !action.grant().isOfObject()) return true;
    return action.grant().ofObject(object.acl(), caller, true);
  }

  /// Whether there could be something on which just anybody may take one of these actions: asked
  /// before any work is done for callers without credentials.
  public static boolean mayAnybody(Set<Action> actions, Rules rules) {
    var anybody = Caller.anonymous();
    for (Action action : actions) {
      if (rules.policy().mayAllowAnybody(action)
          || action.grant().ofBucket(rules.acls(), anybody, false)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOwnedBy(TenantId tenant, OwnerAndAcl object) {
    return object.owner().equals(tenant) && !tenant.equals(TenantId.ANONYMOUS);
  }

  private static Decision listed(Question question, Acls acls, Decision otherwise) {
    return isListed(question, acls, true) ? LISTED : otherwise;
  }

  private static boolean isListed(Question question, Acls acls, boolean byTenant) {
    AclGrant grant = question.action().grant();
    Caller caller = question.caller();
    if (grant.ofBucket(acls, caller, byTenant)) return true;
    try {
      if (grant == AclGrant.INITIATOR) {
        return byTenant
            && !(caller instanceof Caller.Anonymous)
            && caller.tenant().equals(acls.initiator());
      }
      if (!grant.isOfObject()) return false;
      OwnerAndAcl object = acls.object();
      if (object == null) return false;
      return (byTenant && isOwnedBy(caller.tenant(), object))
          || grant.ofObject(object.acl(), caller, byTenant);
    } catch (NotAtHand e) {
      return question.assumes(Effect.ALLOW, e);
    }
  }

  private static Decision ofUser(
      Caller.User user, Question question, @Nullable Decision granted, Acls acls) {
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
      if (own == null) return granted == null ? NOT_GRANTED : NOT_ENTITLED;
      return granted == null ? listed(question, acls, NOT_GRANTED) : granted;
    }
    if (own != null) return own;
    if (granted != null) return granted;
    return isListed(question, acls, false) ? LISTED : NOT_ALLOWED;
  }

  private static boolean isAboutPolicy(Action action) {
    return action == Action.GET_BUCKET_POLICY
        || action == Action.PUT_BUCKET_POLICY
        || action == Action.DELETE_BUCKET_POLICY;
  }
}
