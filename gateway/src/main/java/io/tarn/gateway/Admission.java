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
import io.tarn.store.Capability;
import io.tarn.store.Conditions;
import io.tarn.store.Fact;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.Permit;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one permission check. Asked before anything about what is in a bucket is revealed. That
/// there is no such bucket is no secret, as it is none in S3.
///
/// What can be said before the object is at hand is said by [#admit]; what the object itself
/// decides is made a [Permit], which whoever has the object asks.
final class Admission {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  private static final Set<Action> DELETING =
      EnumSet.of(Action.DELETE_OBJECT, Action.DELETE_OBJECT_VERSION);

  private static final Set<Fact> ACL = Set.of(Fact.ACL);
  private static final Set<Fact> ACL_AND_TAGS = Set.of(Fact.ACL, Fact.TAGS);

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
    expectOwner(call.expectedOwner(), admitted.bucket().owner());
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
    expectOwner(call.expectedSourceOwner(), admitted.bucket().owner());
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

  private void expectOwner(@Nullable String expected, TenantId owner) {
    if (expected == null || expected.equals(owner.text())) return;
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

  // What of a permission the object itself decides, by its tags, its ACL, and its owner where that
  // is another than the bucket's, travels with the request to whoever has the object.

  /// To show a version, or to change what is said about it.
  Permit toShow(Admitted admitted) {
    return owners(admitted, admitted.demands()).and(open(admitted, admitted.open()));
  }

  /// To put something in the place of a version, or to delete it. Beside the permission to write,
  /// conditions tell about the object that is there: whether it is, and with an ETag whether it is
  /// that one. So whoever asks must be allowed to know: of what is compared, by the object's owner
  /// as well; whether there is an object may know who may read it or list it.
  ///
  /// @throws S3Failure when the caller may not know, whatever is there
  Permit toReplace(Admitted admitted, S3Operation.OnObject operation) {
    Conditions conditions = operation.conditions();
    Permit open = open(admitted, admitted.open());
    if (!conditions.areSaid()) return open;
    Demand read = Demand.toRead(operation.bucket(), operation.key(), operation.version());
    // The permission to read is among those demanded: see S3Operation.demands.
    if (conditions.lookInside()) return owners(admitted, List.of(read)).and(open);
    Foresight knows = foresee(admitted, read);
    if (knows == Foresight.ALLOWED || allowsListing(admitted)) return open;
    if (knows == Foresight.REFUSED) throw denied();
    return open.and(open(admitted, List.of(read)));
  }

  /// To make a copy of a version. Where its tags come along, that needs what reading them does.
  Permit toCopy(Admitted source, S3Operation.CopyObject copy) {
    Permit shown = toShow(source);
    if (!copy.rules().keepTags()) return shown;
    Demand read = copy.source().demandOfTags();
    Permit tags =
        switch (foresee(source, read)) {
          case ALLOWED -> owners(source, List.of(read));
          case REFUSED -> _ -> false;
          case DEPENDS -> owners(source, List.of(read)).and(open(source, List.of(read)));
        };
    return shown.and(
        Permit.by(
            tags.facts(), there -> there == null || there.tagCount() == 0 || tags.allows(there)));
  }

  /// To tag what a copy makes, where the source's tags come along; asked of what is in its place.
  Permit toTagCopy(Admitted target, S3Operation.CopyObject copy) {
    Demand tag = copy.demandOfTags();
    return switch (foresee(target, tag)) {
      case ALLOWED -> Permit.ANY;
      case REFUSED -> _ -> false;
      case DEPENDS -> open(target, List.of(tag));
    };
  }

  /// To look at an upload, or to give it up.
  Permit.OfUpload ofUpload(Admitted admitted) {
    if (admitted.open().isEmpty()) return Permit.OfUpload.ANY;
    return upload -> allows(admitted, admitted.open(), new Subject.Begun(upload));
  }

  /// Runs what looks for versions of a key in a bucket. Whoever may not list the bucket does not
  /// learn which keys are not in it. What it says of another key, a copy's other end, is not about
  /// this bucket.
  <T> T looking(Admitted admitted, Key key, Supplier<T> action) {
    try {
      return action.get();
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      if (absent.key().equals(key) && !allowsListing(admitted)) throw denied();
      throw absent;
    }
  }

  /// Runs what looks for an upload. Where the upload decides who may, whoever may not does not
  /// learn whether there is one.
  <T> T lookingForUpload(Admitted admitted, Supplier<T> action) {
    try {
      return action.get();
    } catch (StoreFailure.NoSuchUpload absent) {
      throw admitted.open().isEmpty() ? absent : denied();
    }
  }

  /// That the owner of a version, if that is another than the bucket's, lets the caller.
  private Permit owners(Admitted admitted, List<Demand> demands) {
    Bucket bucket = admitted.bucket();
    if (!grants.count(bucket)) return Permit.ANY; // all in it are the bucket owner's
    return Permit.by(
        ACL,
        there -> {
          if (there == null || there.owner(bucket.owner()).equals(bucket.owner())) return true;
          OwnerAndAcl held = grants.inEffect(bucket, there);
          for (Demand demand : demands) {
            if (!Authorizer.agrees(admitted.call().caller(), demand.action(), held)) return false;
          }
          return true;
        });
  }

  /// What was left open until the version is at hand.
  private Permit open(Admitted admitted, List<Demand> demands) {
    if (demands.isEmpty()) return Permit.ANY;
    // Tags of one version must not decide about the bytes of another.
    if (!admitted.bucket().can(Capability.PERMITS_BY_TAGS)) return _ -> false;
    return Permit.by(ACL_AND_TAGS, there -> allows(admitted, demands, new Subject.Found(there)));
  }

  /// A bucket that a caller may carry this operation out in, as far as that can be said before the
  /// object is at hand.
  ///
  /// `policy` is the bucket's that it was admitted by, `demands` are those that are about this
  /// bucket, and `open` those of them that the version or upload at hand decides.
  record Admitted(
      Call call,
      S3Operation.InBucket operation,
      Bucket bucket,
      Policy policy,
      List<Demand> demands,
      List<Demand> open) {}
}
