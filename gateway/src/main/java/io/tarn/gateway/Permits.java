package io.tarn.gateway;

import io.tarn.identity.Authorizer;
import io.tarn.identity.Demand;
import io.tarn.identity.Foresight;
import io.tarn.identity.OwnerAndAcl;
import io.tarn.request.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.Permit;
import io.tarn.store.StoreFailure;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// What of a permission the object itself decides: by its tags, its ACL, and its owner where that
/// is another than the bucket's. Makes of it what travels with the request to whoever has the
/// object.
final class Permits {
  private static final Set<Fact> ACL = Set.of(Fact.ACL);
  private static final Set<Fact> ACL_AND_TAGS = Set.of(Fact.ACL, Fact.TAGS);

  private final Admission admission;
  private final Grants grants;

  Permits(Admission admission, Grants grants) {
    this.admission = admission;
    this.grants = grants;
  }

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
    Foresight knows = admission.foresee(admitted, read);
    if (knows == Foresight.ALLOWED || admission.allowsListing(admitted)) return open;
    if (knows == Foresight.REFUSED) throw Admission.denied();
    return open.and(open(admitted, List.of(read)));
  }

  /// To make a copy of a version. Where its tags come along, that needs what reading them does.
  Permit toCopy(Admitted source, S3Operation.CopyObject copy) {
    Permit shown = toShow(source);
    if (!copy.rules().keepTags()) return shown;
    Demand read = copy.source().demandOfTags();
    Permit tags =
        switch (admission.foresee(source, read)) {
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
    return switch (admission.foresee(target, tag)) {
      case ALLOWED -> Permit.ANY;
      case REFUSED -> _ -> false;
      case DEPENDS -> open(target, List.of(tag));
    };
  }

  /// To look at an upload, or to give it up.
  Permit.OfUpload ofUpload(Admitted admitted) {
    if (admitted.open().isEmpty()) return Permit.OfUpload.ANY;
    return upload -> admission.allows(admitted, admitted.open(), new Subject.Begun(upload));
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
      if (absent.key().equals(key) && !admission.allowsListing(admitted)) throw Admission.denied();
      throw absent;
    }
  }

  /// Runs what looks for an upload. Where the upload decides who may, whoever may not does not
  /// learn whether there is one.
  <T> T lookingForUpload(Admitted admitted, Supplier<T> action) {
    try {
      return action.get();
    } catch (StoreFailure.NoSuchUpload absent) {
      throw admitted.open().isEmpty() ? absent : Admission.denied();
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
    return Permit.by(
        ACL_AND_TAGS, there -> admission.allows(admitted, demands, new Subject.Found(there)));
  }
}
