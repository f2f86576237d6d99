package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Acls;
import io.tarn.identity.Action;
import io.tarn.identity.Caller;
import io.tarn.identity.Demand;
import io.tarn.identity.Guard;
import io.tarn.identity.Held;
import io.tarn.identity.Policy;
import io.tarn.identity.Rules;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one permission check. Asked before anything about what is in a bucket is revealed. That
/// there is no such bucket is no secret, as it is none in S3.
final class Admission {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  private static final Set<Action> DELETING =
      EnumSet.of(Action.DELETE_OBJECT, Action.DELETE_OBJECT_VERSION);

  private final Stores stores;
  private final PolicyShelf policies;
  private final Grants grants;
  private final People people;
  private final ConditionContext context;

  Admission(Stores stores, People people, ConditionContext context, Grants grants) {
    this.stores = stores;
    this.policies = new PolicyShelf(stores.buckets());
    this.grants = grants;
    this.people = people;
    this.context = context;
  }

  /// The policy of a bucket, [Policy#NONE] for none.
  Policy policyOf(Bucket bucket) {
    return policies.of(bucket);
  }

  /// The bucket an operation is on, when the caller may do all it needs there.
  ///
  /// @throws S3Failure when the caller may not, or there is no such bucket
  Admitted admit(Call call, S3Operation.OnBucket operation) {
    Admitted admitted = check(call, operation, find(operation.bucket()));
    expectOwner(call, "x-amz-expected-bucket-owner", admitted.bucket().owner());
    return admitted;
  }

  /// The bucket a copy reads from, when the caller may.
  Admitted admitSource(Call call, S3Operation.OnBucket operation, BucketName name) {
    Admitted admitted = check(call, operation, find(name));
    expectOwner(call, "x-amz-source-expected-bucket-owner", admitted.bucket().owner());
    return admitted;
  }

  /// Whether the caller may do what is demanded on this bucket.
  boolean allows(Call call, S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket) {
    return decide(lookup(call, operation, demand, bucket));
  }

  /// Whether the caller may learn that a key of this bucket is not there.
  boolean allowsListing(Call call, S3Operation.OnBucket operation, Bucket bucket) {
    var list = io.tarn.s3.Demand.on("s3:ListBucket", bucket.name());
    return allows(call, operation, list, bucket);
  }

  private ObjectLookup lookup(
      Call call, S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket) {
    return new ObjectLookup(
        stores, grants, new ObjectLookup.Subject(call, operation, demand, bucket));
  }

  /// Refuses callers without credentials who may delete nothing in this bucket, whatever they name.
  /// Who has some is told of each key by itself.
  void admitDeletions(Call call, Bucket bucket) {
    if (call.isSigned()) return;
    var rules = new Rules(policies.of(bucket), new BucketAcl(grants.inEffect(bucket)));
    if (!Guard.mayAnybody(DELETING, rules)) throw denied();
  }

  private record BucketAcl(Acl bucket) implements Acls {
    @Override
    public @Nullable Held object() {
      return null;
    }

    @Override
    public @Nullable TenantId initiator() {
      return null;
    }
  }

  /// Asks again what depends on the version that is now at hand: whether it is one the caller was
  /// admitted to, and whether its owner, if that is another than the bucket's, agrees. `demands`
  /// are those that are about this object.
  ///
  /// @throws S3Failure when not
  void confirm(Admitted admitted, ObjectHead head, List<io.tarn.s3.Demand> demands) {
    Bucket bucket = admitted.bucket();
    boolean foreign = !head.owner().equals(bucket.owner());
    if (!foreign && !admitted.byObject()) return;
    Call call = admitted.call();
    Held held = grants.inEffect(head);
    for (var demand : demands) {
      if (foreign && !Guard.agrees(call.caller(), Action.named(demand.action()), held))
        throw denied();
      if (admitted.byObject()
          && !decide(lookup(call, admitted.operation(), demand, bucket).knowing(head)))
        throw denied();
    }
  }

  /// Asks for what turned out to be needed once a version was at hand.
  ///
  /// @throws S3Failure when the caller may not, or its owner does not agree
  void require(Admitted admitted, ObjectHead head, io.tarn.s3.Demand demand) {
    Call call = admitted.call();
    Bucket bucket = admitted.bucket();
    boolean foreign = !head.owner().equals(bucket.owner());
    boolean agreed =
        !foreign
            || Guard.agrees(call.caller(), Action.named(demand.action()), grants.inEffect(head));
    if (!agreed || !decide(lookup(call, admitted.operation(), demand, bucket).knowing(head)))
      throw denied();
  }

  /// @throws S3Failure when the caller may not do this to a tenant, or make this bucket
  void admitToTenant(Call call, S3Operation operation) {
    for (var demand : operation.demands()) {
      var circumstances = context.of(call, operation, demand);
      Demand asked = asked(demand, call.caller().tenant());
      // Anonymous callers own nothing, not even what is not there.
      if (asked.owner().equals(TenantId.ANONYMOUS)
          || !Guard.decide(call.caller(), asked, circumstances, Policy.NONE).allowed())
        throw denied();
    }
  }

  private Bucket find(BucketName name) {
    return stores
        .buckets()
        .find(name)
        .orElseThrow(
            () ->
                new S3Failure(
                    S3Error.NO_SUCH_BUCKET,
                    S3Error.NO_SUCH_BUCKET.message(),
                    new S3Failure.Detail("BucketName", name.text())));
  }

  /// One of many deletions in a bucket that was found.
  ///
  /// @param settled by [#settle]
  Admitted admit(Call call, S3Operation.DeleteObject operation, Bucket bucket, Policy settled) {
    return check(call, operation, bucket, settled);
  }

  /// Decides once what is the same for all keys of a request.
  Guard.Settled settle(Call call, S3Operation.DeleteObjects operation, Bucket bucket) {
    var demand = io.tarn.s3.Demand.on("s3:DeleteObject", bucket.name());
    Demand asked = asked(demand, bucket.owner());
    var circumstances = context.of(call, operation, demand);
    return Guard.settle(call.caller(), asked, circumstances, policies.of(bucket));
  }

  private Admitted check(Call call, S3Operation.OnBucket operation, Bucket bucket) {
    return check(call, operation, bucket, policies.of(bucket));
  }

  private Admitted check(Call call, S3Operation.OnBucket operation, Bucket bucket, Policy policy) {
    boolean byObject = false;
    for (var demand : operation.demands()) {
      if (!demand.bucket().equals(bucket.name().text())) continue;
      ObjectLookup lookup = lookup(call, operation, demand, bucket);
      if (!decide(lookup, policy)) throw refusal(operation, lookup);
      byObject |= lookup.looked();
    }
    return new Admitted(call, operation, bucket, byObject);
  }

  /// Whoever may list a bucket may know that something is not in it.
  private RuntimeException refusal(S3Operation.OnBucket operation, ObjectLookup lookup) {
    StoreFailure absence = lookup.absence();
    if (absence == null) return denied();
    Bucket bucket = lookup.subject().bucket();
    return allowsListing(lookup.subject().call(), operation, bucket) ? absence : denied();
  }

  private boolean decide(ObjectLookup lookup) {
    return decide(lookup, policies.of(lookup.subject().bucket()));
  }

  private boolean decide(ObjectLookup lookup, Policy policy) {
    Caller caller = lookup.subject().call().caller();
    Bucket bucket = lookup.subject().bucket();
    Demand asked = asked(lookup.subject().demand(), bucket.owner());
    var rules = new Rules(policy, lookup);
    return Guard.decide(caller, asked, context.of(lookup), rules).allowed();
  }

  private static Demand asked(io.tarn.s3.Demand demand, TenantId owner) {
    return new Demand(Action.named(demand.action()), demand.bucket(), demand.key(), owner);
  }

  private void expectOwner(Call call, String header, TenantId owner) {
    if (!call.request().headers().has(header)) return;
    String expected = call.request().header(header).strip();
    if (expected.equals(owner.text())) return;
    if (!ACCOUNT.matcher(expected).matches()) throw notAnAccount(expected);
    Account account = people.account(owner);
    if (!expected.equals(account.number()) || account.number().isEmpty()) throw denied();
  }

  private static S3Failure notAnAccount(String expected) {
    String shown = expected.length() <= 64 ? expected : expected.substring(0, 64);
    return new S3Failure(
        S3Error.INVALID_BUCKET_OWNER, S3Error.INVALID_BUCKET_OWNER.message() + " [" + shown + "]");
  }

  static S3Failure denied() {
    return new S3Failure(S3Error.ACCESS_DENIED);
  }
}
