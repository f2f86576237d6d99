package io.tarn.gateway;

import io.tarn.s3.ContinuationTokens;
import io.tarn.s3.Demand;
import io.tarn.s3.Reading;
import io.tarn.s3.Route;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.StoreFailure;
import java.util.function.Function;

/// Carries out operations: asks for permission, then hands over to the class whose family it is.
final class Operations {
  private final Intake intake;
  private final Admission admission;
  private final ObjectReads reads;
  private final ObjectWrites writes;
  private final Deletions deletions;
  private final AclOperations acls;
  private final BucketOperations buckets;
  private final Listings listings;
  private final Multiparts multiparts;

  Operations(S3Gateway.Wiring wiring, Intake intake) {
    Stores stores = wiring.stores();
    People people = wiring.people();
    String region = wiring.settings().region();
    this.intake = intake;
    var surroundings = new Surroundings(stores.objects(), people, wiring.clock(), region);
    var grants = new Grants(stores.buckets(), people);
    this.admission = new Admission(stores, people, surroundings, grants);
    this.reads = new ObjectReads(stores.objects());
    this.writes = new ObjectWrites(stores.objects(), intake, grants);
    this.deletions = new Deletions(stores.objects(), intake, admission);
    this.acls = new AclOperations(stores.objects(), intake, grants, people::displayName);
    this.buckets = new BucketOperations(stores.buckets(), intake, grants, wiring.settings());
    this.listings =
        new Listings(stores, new ContinuationTokens(wiring.tokenSecret()), people::displayName);
    this.multiparts = new Multiparts(stores.objects(), intake, grants, people::displayName);
  }

  Reply carryOut(Call call, S3Operation operation) {
    return switch (operation) {
      case S3Operation.Unsupported unsupported ->
          throw new S3Failure(S3Error.NOT_IMPLEMENTED, unsupported.name() + " is not implemented.");
      case S3Operation.ListBuckets list -> {
        admission.admitToTenant(call, list);
        intake.nothing(call);
        yield listings.buckets(call, list);
      }
      case S3Operation.CreateBucket create -> {
        admission.admitToTenant(call, create);
        yield buckets.create(call, create);
      }
      case S3Operation.OnObject onObject -> {
        Admitted admitted = admission.admit(call, onObject);
        if (onObject.route().body() == Route.Body.NONE) intake.nothing(call);
        yield ofObject(call, admitted, onObject).in(admitted.bucket());
      }
      case S3Operation.OnBucket onBucket -> {
        Bucket bucket = admission.admit(call, onBucket).bucket();
        if (onBucket.route().body() == Route.Body.NONE) intake.nothing(call);
        yield ofBucket(call, bucket, onBucket).in(bucket);
      }
    };
  }

  private Reply ofBucket(Call call, Bucket bucket, S3Operation.OnBucket operation) {
    return switch (operation) {
      case S3Operation.HeadBucket _ -> buckets.head(bucket);
      case S3Operation.DeleteBucket _ -> buckets.delete(bucket);
      case S3Operation.GetBucketAcl _ -> acls.ofBucket(bucket);
      case S3Operation.PutBucketAcl put -> acls.setOfBucket(call, bucket, put);
      case S3Operation.GetBucketLocation _ -> buckets.location(bucket);
      case S3Operation.GetBucketVersioning _ -> buckets.versioning(bucket);
      case S3Operation.PutBucketVersioning _ -> buckets.setVersioning(call, bucket);
      case S3Operation.GetBucketTagging _ -> buckets.tagging(bucket);
      case S3Operation.PutBucketTagging _ -> buckets.setTagging(call, bucket);
      case S3Operation.DeleteBucketTagging _ -> buckets.removeTagging(bucket);
      case S3Operation.GetBucketPolicy _ -> buckets.policy(bucket);
      case S3Operation.PutBucketPolicy _ -> buckets.setPolicy(call, bucket);
      case S3Operation.DeleteBucketPolicy _ -> buckets.removePolicy(bucket);
      case S3Operation.GetBucketPolicyStatus _ ->
          buckets.policyStatus(bucket, admission.policyOf(bucket));
      case S3Operation.ListObjects list -> listings.objects(bucket, list);
      case S3Operation.ListObjectsV2 list -> listings.objectsV2(bucket, list);
      case S3Operation.ListObjectVersions list -> listings.versions(bucket, list);
      case S3Operation.ListMultipartUploads list -> listings.uploads(bucket, list);
      case S3Operation.DeleteObjects _ -> deletions.delete(call, bucket);
      case S3Operation.CreateBucket _, S3Operation.OnObject _ ->
          throw new IllegalStateException(operation.route() + " is dispatched elsewhere");
    };
  }

  private Reply ofObject(Call call, Admitted admitted, S3Operation.OnObject operation) {
    Bucket bucket = admitted.bucket();
    return switch (operation) {
      case S3Operation.GetObject get ->
          shown(call, admitted, get, c -> reads.get(bucket, get, checked(call, get.reading()), c));
      case S3Operation.HeadObject head ->
          shown(
              call,
              admitted,
              head,
              c -> reads.head(bucket, head, checked(call, head.reading()), c));
      case S3Operation.PutObject put -> writes.put(call, bucket, put);
      case S3Operation.DeleteObject delete -> writes.delete(call, bucket, delete);
      case S3Operation.CopyObject copy -> {
        Admitted source = admission.admitSource(call, copy, copy.source().bucket());
        yield shown(
            call,
            source,
            copy,
            c -> writes.copy(call, new ObjectWrites.Ends(source.bucket(), c, bucket), copy));
      }
      case S3Operation.GetObjectAttributes get ->
          shown(call, admitted, get, c -> reads.attributes(bucket, get, c));
      case S3Operation.GetObjectAcl get ->
          shown(call, admitted, get, c -> acls.ofObject(bucket, get, c));
      case S3Operation.PutObjectAcl put ->
          shown(call, admitted, put, c -> acls.setOfObject(call, bucket, put, c));
      case S3Operation.GetObjectTagging get ->
          shown(call, admitted, get, c -> reads.tagging(bucket, get, c));
      case S3Operation.PutObjectTagging put ->
          shown(call, admitted, put, c -> writes.tag(call, bucket, put, c));
      case S3Operation.DeleteObjectTagging delete ->
          shown(call, admitted, delete, c -> writes.untag(bucket, delete, c));
      case S3Operation.CreateMultipartUpload create -> multiparts.begin(call, bucket, create);
      case S3Operation.UploadPart part -> multiparts.part(call, bucket, part);
      case S3Operation.UploadPartCopy copy -> {
        Admitted source = admission.admitSource(call, copy, copy.source().bucket());
        yield shown(
            call,
            source,
            copy,
            c -> multiparts.copyPart(new ObjectWrites.Ends(source.bucket(), c, bucket), copy));
      }
      case S3Operation.CompleteMultipartUpload complete ->
          multiparts.complete(call, bucket, complete);
      case S3Operation.AbortMultipartUpload abort -> multiparts.abort(bucket, abort);
      case S3Operation.ListParts list -> multiparts.parts(bucket, list);
    };
  }

  /// Whoever may not list a bucket does not learn which keys are not in it, and nobody what is in
  /// an object whose owner does not consent.
  private Reply shown(
      Call call, Admitted admitted, S3Operation operation, Function<Consent, Reply> action) {
    Consent consent = head -> admission.confirm(call, operation, admitted, head);
    try {
      return action.apply(consent);
    } catch (StoreFailure.NotModified same) {
      consent.of(same.head());
      throw same;
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      Bucket bucket = admitted.bucket();
      var list = new Demand("s3:ListBucket", bucket.name().text(), "");
      if (!admission.allows(call, operation, list, bucket)) throw Admission.denied();
      throw absent;
    }
  }

  /// Anybody could pass on a link to a public object that makes a page of it.
  private static Reading checked(Call call, Reading reading) {
    if (!reading.overrides().isEmpty() && !call.isSigned())
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Request specific response headers cannot be used for anonymous GET requests.");
    return reading;
  }
}
