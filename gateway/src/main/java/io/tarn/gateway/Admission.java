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
import io.tarn.store.TenantId;
import java.util.HashMap;
import java.util.Map;

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

  Admission(Stores stores, People people, Surroundings surroundings) {
    this.buckets = stores.buckets();
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
  /// @throws S3Failure when the caller may not, or may and there is no such bucket
  Bucket admit(Call call, S3Operation.OnBucket operation) {
    Bucket bucket = find(call, operation, operation.bucket());
    for (var demand : operation.demands())
      if (demand.bucket().equals(bucket.name().text())) check(call, operation, demand, bucket);
    expectOwner(call, "x-amz-expected-bucket-owner", bucket.owner());
    return bucket;
  }

  /// The bucket a copy reads from, when the caller may.
  Bucket admitSource(Call call, S3Operation.OnBucket operation, BucketName name) {
    Bucket bucket = find(call, operation, name);
    for (var demand : operation.demands())
      if (demand.bucket().equals(name.text())) check(call, operation, demand, bucket);
    expectOwner(call, "x-amz-source-expected-bucket-owner", bucket.owner());
    return bucket;
  }

  /// Whether the caller may do what is demanded on this bucket.
  boolean allows(Call call, S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket) {
    return decide(
        call,
        surroundings.of(call, operation, demand, bucket),
        asked(demand, bucket.owner()),
        policies.of(bucket));
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

  private Bucket find(Call call, S3Operation operation, BucketName name) {
    Bucket bucket = buckets.find(name).orElse(null);
    if (bucket != null) return bucket;
    // Whoever could not have used it does not learn that it is not there.
    for (var demand : operation.demands())
      if (demand.bucket().equals(name.text())
          && !decide(
              call,
              surroundings.of(call, operation, demand, null),
              asked(demand, call.caller().tenant()),
              Policy.NONE)) throw denied();
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
