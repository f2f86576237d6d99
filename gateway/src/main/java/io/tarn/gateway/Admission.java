package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Acls;
import io.tarn.identity.Action;
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
  private final Surroundings surroundings;

  Admission(Stores stores, People people, Surroundings surroundings, Grants grants) {
    this.stores = stores;
    this.policies = new PolicyShelf(stores.buckets());
    this.grants = grants;
    this.people = people;
    this.surroundings = surroundings;
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
    var subject = new Bearing.Subject(call, operation, demand, bucket);
    return decide(subject, new Bearing(stores, grants, subject));
  }

  /// Refuses callers without credentials who may delete nothing in this bucket, whatever they name.
  /// Who has some is told of each key by itself.
  void admitDeletions(Call call, Bucket bucket) {
    if (call.isSigned()) return;
    var rules = new Rules(policies.of(bucket), new BucketAcl(grants.of(bucket)));
    if (!Guard.mayAnybody(DELETING, rules)) throw denied();
  }

  private record BucketAcl(Acl bucket) implements Acls {
    @Override
    public @Nullable Held object() {
      return null;
    }
  }

  /// Asks again what depends on the version that is now at hand: whether it is one the caller was
  /// admitted to, and whether its owner, if that is another than the bucket's, agrees.
  ///
  /// @throws S3Failure when not
  void confirm(Call call, S3Operation operation, Admitted admitted, ObjectHead head) {
    Bucket bucket = admitted.bucket();
    boolean foreign = !head.owner().equals(bucket.owner());
    if (!foreign && !admitted.byObject()) return;
    var held = new Held(head.owner(), head.acl());
    for (var demand : operation.demands()) {
      if (!isAbout(operation, demand, bucket, head)) continue;
      var subject = new Bearing.Subject(call, operation, demand, bucket);
      if (foreign && !Guard.agrees(call.caller(), Action.named(demand.action()), held))
        throw denied();
      if (admitted.byObject()
          && !decide(subject, new Bearing(stores, grants, subject).knowing(held))) throw denied();
    }
  }

  /// Of a copy, only the source is looked at.
  private static boolean isAbout(
      S3Operation operation, io.tarn.s3.Demand demand, Bucket bucket, ObjectHead head) {
    if (!demand.bucket().equals(bucket.name().text()) || !demand.key().equals(head.key().text()))
      return false;
    boolean copies =
        operation instanceof S3Operation.CopyObject
            || operation instanceof S3Operation.UploadPartCopy;
    return !copies || demand.action().startsWith("s3:GetObject");
  }

  /// @throws S3Failure when the caller may not do this to a tenant, or make this bucket
  void admitToTenant(Call call, S3Operation operation) {
    for (var demand : operation.demands()) {
      var circumstances = surroundings.of(call, operation, demand, null);
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

  private Admitted check(Call call, S3Operation operation, Bucket bucket) {
    boolean byObject = false;
    for (var demand : operation.demands()) {
      if (!demand.bucket().equals(bucket.name().text())) continue;
      var subject = new Bearing.Subject(call, operation, demand, bucket);
      var bearing = new Bearing(stores, grants, subject);
      if (!decide(subject, bearing)) throw refusal(subject, bearing);
      byObject |= bearing.looked();
    }
    return new Admitted(bucket, byObject);
  }

  /// Whoever may list a bucket may know that something is not in it.
  private RuntimeException refusal(Bearing.Subject subject, Bearing bearing) {
    StoreFailure absence = bearing.absence();
    if (absence == null) return denied();
    var list = new io.tarn.s3.Demand("s3:ListBucket", subject.bucket().name().text(), "");
    return allows(subject.call(), subject.operation(), list, subject.bucket()) ? absence : denied();
  }

  private boolean decide(Bearing.Subject subject, Acls acls) {
    Call call = subject.call();
    Bucket bucket = subject.bucket();
    var circumstances = surroundings.of(call, subject.operation(), subject.demand(), bucket);
    Demand asked = asked(subject.demand(), bucket.owner());
    var rules = new Rules(policies.of(bucket), acls);
    return Guard.decide(call.caller(), asked, circumstances, rules).allowed();
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
