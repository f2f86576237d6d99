package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Acls;
import io.tarn.identity.Action;
import io.tarn.identity.Authorizer;
import io.tarn.identity.ConditionContext;
import io.tarn.identity.Demand;
import io.tarn.identity.Foresight;
import io.tarn.identity.OwnerAndAcl;
import io.tarn.identity.Policy;
import io.tarn.identity.Rules;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.CopySource;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.ArrayList;
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
  private final BucketPolicies policies;
  private final Grants grants;
  private final CallerLookup callers;
  private final RequestContext contexts;

  Admission(Stores stores, CallerLookup callers, RequestContext context, Grants grants) {
    this.stores = stores;
    this.policies = new BucketPolicies(stores.buckets());
    this.grants = grants;
    this.callers = callers;
    this.contexts = context;
  }

  /// The policy of a bucket, [Policy#NONE] for none.
  Policy policyOf(Bucket bucket) {
    return policies.of(bucket);
  }

  /// The bucket an operation is on, when the caller may do all it needs there.
  ///
  /// @throws S3Failure when the caller may not, or there is no such bucket
  Admitted admit(Call call, S3Operation.InBucket operation) {
    Bucket bucket = find(operation.bucket());
    // Who may do what there, nobody knows here; where it is, is no secret.
    if (bucket.home() instanceof Home.OtherRegion) throw new StoreFailure.InOtherRegion(bucket);
    Admitted admitted = check(call, operation, bucket, operation.demands());
    expectOwner(call, "x-amz-expected-bucket-owner", admitted.bucket().owner());
    return admitted;
  }

  /// The bucket a copy reads from, when the caller may.
  Admitted admitSource(Call call, S3Operation.InBucket operation, CopySource source) {
    Bucket bucket = find(source.bucket());
    if (bucket.home() instanceof Home.OtherRegion) {
      throw new S3Failure(
          S3Error.NOT_IMPLEMENTED,
          "A copy from another region (" + bucket.region() + ") is not implemented.");
    }
    Admitted admitted = check(call, operation, bucket, List.of(source.demand()));
    expectOwner(call, "x-amz-source-expected-bucket-owner", admitted.bucket().owner());
    return admitted;
  }

  /// Whether the caller may learn that a key of this bucket is not there.
  boolean allowsListing(Admitted admitted) {
    var list = new Demand.OnBucket(Action.LIST_BUCKET, admitted.bucket().name());
    return foresee(admitted, list) == Foresight.ALLOWED;
  }

  /// What can be said of one more demand before the object is at hand.
  Foresight foresee(Admitted admitted, Demand demand) {
    return foresee(asked(admitted, demand), admitted.policy());
  }

  /// Whether the caller may do all of these to what was found. Decided by the rules that admitted
  /// the caller, so that the answer is the same each time.
  boolean allows(Admitted admitted, List<Demand> demands, Subject.Seen seen) {
    for (Demand demand : demands) {
      var subject = new Subject(grants, asked(admitted, demand), seen);
      if (!decide(subject, admitted.policy())) return false;
    }
    return true;
  }

  private static Subject.Asked asked(Admitted admitted, Demand demand) {
    return new Subject.Asked(admitted.call(), admitted.operation(), demand, admitted.bucket());
  }

  /// Refuses callers without credentials who may delete nothing in this bucket, whatever they name.
  /// Who has some is told of each key by itself.
  void admitDeletions(Call call, Bucket bucket) {
    if (call.isSigned()) return;
    var rules =
        new Rules(bucket.owner(), policies.of(bucket), new BucketAcl(grants.inEffect(bucket)));
    if (!Authorizer.mayAnybody(DELETING, rules)) throw denied();
  }

  private record BucketAcl(Acl bucket) implements Acls {
    @Override
    public @Nullable OwnerAndAcl object() {
      return null;
    }

    @Override
    public @Nullable TenantId initiator() {
      return null;
    }
  }

  /// @throws S3Failure when the caller may not do this to a tenant, or make this bucket
  void admitToTenant(Call call, S3Operation.OnTenant operation) {
    TenantId tenant = call.caller().tenant();
    // Anonymous callers own nothing, not even what is not there.
    if (tenant.equals(TenantId.ANONYMOUS)) throw denied();
    for (Demand demand : operation.demands()) {
      ConditionContext context = contexts.of(call, operation, demand);
      if (!Authorizer.decide(call.caller(), demand, context, Rules.of(tenant)).allowed()) {
        throw denied();
      }
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
  /// - `settled`: by [#settle]
  Admitted admit(Call call, S3Operation.DeleteObject operation, Bucket bucket, Policy settled) {
    return check(call, operation, bucket, operation.demands(), settled);
  }

  /// Decides once what is the same for all keys of a request.
  Authorizer.Settled settle(Call call, S3Operation.DeleteObjects operation, Bucket bucket) {
    var demand = new Demand.OnBucket(Action.DELETE_OBJECT, bucket.name());
    ConditionContext context = contexts.of(call, operation, demand);
    var rules = Rules.of(bucket.owner(), policies.of(bucket));
    return Authorizer.settle(call.caller(), demand, context, rules);
  }

  private Admitted check(
      Call call, S3Operation.InBucket operation, Bucket bucket, List<Demand> demands) {
    return check(call, operation, bucket, demands, policies.of(bucket));
  }

  private Admitted check(
      Call call,
      S3Operation.InBucket operation,
      Bucket bucket,
      List<Demand> demands,
      Policy policy) {
    List<Demand> open = List.of();
    for (Demand demand : demands) {
      var asked = new Subject.Asked(call, operation, demand, bucket);
      switch (foresee(asked, policy)) {
        case ALLOWED -> {}
        case REFUSED -> throw denied();
        case DEPENDS -> {
          if (open.isEmpty()) open = new ArrayList<>(demands.size());
          open.add(demand);
        }
      }
    }
    return new Admitted(call, operation, bucket, policy, demands, open);
  }

  private Foresight foresee(Subject.Asked asked, Policy policy) {
    var subject = new Subject(grants, asked);
    return Authorizer.foresee(
        asked.call().caller(),
        asked.demand(),
        contexts.of(subject),
        new Rules(asked.bucket().owner(), policy, subject));
  }

  private boolean decide(Subject subject, Policy policy) {
    Subject.Asked asked = subject.asked();
    var rules = new Rules(asked.bucket().owner(), policy, subject);
    return Authorizer.decide(asked.call().caller(), asked.demand(), contexts.of(subject), rules)
        .allowed();
  }

  private void expectOwner(Call call, String header, TenantId owner) {
    if (!call.request().headers().has(header)) return;
    String expected = call.request().header(header).strip();
    if (expected.equals(owner.text())) return;
    if (!ACCOUNT.matcher(expected).matches()) throw notAnAccount(expected);
    Account account = callers.account(owner);
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
