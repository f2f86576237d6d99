package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Action;
import io.tarn.identity.Circumstances;
import io.tarn.identity.Demand;
import io.tarn.identity.Guard;
import io.tarn.identity.Policy;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Buckets;
import io.tarn.store.Conditions;
import io.tarn.store.Read;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The one permission check. Asked before anything about a bucket or key is revealed.
final class Admission {
  private static final Map<String, Action> ACTIONS = new HashMap<>();

  static {
    for (Action action : Action.values()) ACTIONS.put(action.text(), action);
  }

  private final Buckets buckets;
  private final PolicyShelf policies;
  private final People people;
  private final Surroundings surroundings;
  private final Acls acls;

  Admission(Buckets buckets, People people, Surroundings surroundings, Acls acls) {
    this.buckets = buckets;
    this.acls = acls;
    this.policies = new PolicyShelf(buckets);
    this.people = people;
    this.surroundings = surroundings;
  }

  /// The policy of a bucket, [Policy#NONE] for none.
  Policy policyOf(Bucket bucket) {
    return policies.of(bucket);
  }

  /// The bucket an operation is on, when the caller may do all it needs there.
  ///
  /// @throws S3Failure when the caller may not, or there is no such bucket: names are no secret, as
  /// anybody could try to create one
  Bucket admit(Call call, S3Operation.OnBucket operation) {
    Bucket bucket = find(operation.bucket());
    for (var demand : operation.demands())
      if (demand.bucket().equals(bucket.name().text())) check(call, operation, demand, bucket);
    expectOwner(call, "x-amz-expected-bucket-owner", bucket.owner());
    return bucket;
  }

  /// The bucket a copy reads from, when the caller may.
  Bucket admitSource(Call call, S3Operation.OnBucket operation, BucketName name) {
    Bucket bucket = find(name);
    for (var demand : operation.demands())
      if (demand.bucket().equals(name.text())) check(call, operation, demand, bucket);
    expectOwner(call, "x-amz-source-expected-bucket-owner", bucket.owner());
    return bucket;
  }

  /// Whether the caller may do what is demanded on this bucket.
  boolean allows(Call call, S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket) {
    var circumstances = surroundings.of(call, operation, demand, bucket);
    Demand asked = asked(demand, bucket.owner());
    Policy policy = policies.of(bucket);
    if (decide(call, circumstances, asked, policy)) return true;
    // A list that grants it counts as a statement that allows it: what denies still wins.
    return acls.grant(call, operation, demand, bucket)
        && decide(call, circumstances, asked, policy.and(Policy.EVERYTHING));
  }

  /// Whether the caller may list the bucket, at least the key of the operation.
  boolean mayList(Call call, S3Operation operation, Bucket bucket) {
    var list = new io.tarn.s3.Demand("s3:ListBucket", bucket.name().text(), "");
    return allows(call, operation, list, bucket);
  }

  /// The read that tells a caller who may list whether a key is there; empty for others.
  Optional<Read> missing(Call call, S3Operation.OnObject operation, Version version) {
    return buckets
        .find(operation.bucket())
        .filter(bucket -> mayList(call, operation, bucket))
        .map(bucket -> new Read(bucket, operation.key(), version, Conditions.NONE));
  }

  /// @throws S3Failure when the caller may not do this to a tenant, or make this bucket
  void admitToTenant(Call call, S3Operation operation) {
    for (var demand : operation.demands())
      if (!decide(
          call,
          surroundings.of(call, operation, demand, null),
          asked(demand, call.caller().tenant()),
          Policy.NONE)) throw denied();
  }

  private Bucket find(BucketName name) {
    Bucket bucket = buckets.find(name).orElse(null);
    if (bucket != null) return bucket;
    throw new S3Failure(
        S3Error.NO_SUCH_BUCKET,
        S3Error.NO_SUCH_BUCKET.message(),
        new S3Failure.Detail("BucketName", name.text()));
  }

  private void check(Call call, S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket) {
    if (!allows(call, operation, demand, bucket)) throw denied();
  }

  private static boolean decide(
      Call call, Circumstances circumstances, Demand demand, Policy policy) {
    // Anonymous callers own nothing, not even what is not there.
    if (demand.owner().equals(TenantId.ANONYMOUS)) return false;
    return Guard.decide(call.caller(), demand, circumstances, policy).allowed();
  }

  private static Demand asked(io.tarn.s3.Demand demand, TenantId owner) {
    Action action = ACTIONS.get(demand.action());
    if (action == null) throw new IllegalStateException("no action " + demand.action());
    return new Demand(action, demand.bucket(), demand.key(), owner);
  }

  private void expectOwner(Call call, String header, TenantId owner) {
    String expected = call.request().header(header);
    if (expected.isEmpty() || expected.equals(owner.text())) return;
    Account account = people.account(owner);
    if (!expected.equals(account.number()) || account.number().isEmpty()) throw denied();
  }

  static S3Failure denied() {
    return new S3Failure(S3Error.ACCESS_DENIED);
  }
}
