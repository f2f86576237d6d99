package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.gateway.Admission.Admitted;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.ContinuationTokens;
import io.tarn.s3.ReadRequest;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.Permit;
import java.util.function.Supplier;

/// Carries out operations: asks for permission, then hands over to the class whose family it is.
final class Operations {
  private final RequestBodies intake;
  private final Admission admission;
  private final ObjectReads reads;
  private final ObjectWrites writes;
  private final Deletions deletions;
  private final AclOperations acls;
  private final BucketOperations buckets;
  private final Listings listings;
  private final Turns pages;
  private final Multiparts multiparts;

  Operations(S3Gateway.Wiring wiring, RequestBodies intake) {
    Stores stores = wiring.stores();
    CallerLookup callers = wiring.callers();
    String region = wiring.settings().region();
    GatewaySettings.Turns turns = wiring.settings().turns();
    this.pages = new Turns(turns.listings(), turns.patience());
    this.intake = intake;
    var context = new RequestContext(stores.buckets(), callers, wiring.clock(), region);
    var grants = new Grants(stores.buckets(), callers, wiring.settings().publicAcls());
    this.admission = new Admission(stores, callers, context, grants);
    this.reads = new ObjectReads(stores.objects());
    this.writes = new ObjectWrites(stores.objects(), intake, grants);
    this.deletions = new Deletions(stores.objects(), intake, admission, turns);
    this.acls = new AclOperations(stores.objects(), intake, grants, callers::displayName);
    this.buckets = new BucketOperations(stores.buckets(), intake, grants, wiring.settings());
    this.listings =
        new Listings(stores, new ContinuationTokens(wiring.tokenSecret()), callers::displayName);
    this.multiparts = new Multiparts(stores.objects(), intake, grants, callers::displayName);
  }

  Reply carryOut(Call call, S3Operation operation) {
    return switch (operation) {
      case S3Operation.Unsupported unsupported ->
          throw new S3Failure(S3Error.NOT_IMPLEMENTED, unsupported.name() + " is not implemented.");
      case S3Operation.OnTenant onTenant -> {
        admission.admitToTenant(call, onTenant);
        yield inTurn(call, onTenant, () -> ofTenant(call, onTenant));
      }
      case S3Operation.OnObject onObject -> {
        Admitted admitted = admission.admit(call, onObject);
        Capabilities.require(admitted.bucket(), onObject);
        yield inTurn(call, onObject, () -> ofObject(call, admitted, onObject))
            .in(admitted.bucket());
      }
      case S3Operation.OnBucket onBucket -> {
        Bucket bucket = admission.admit(call, onBucket).bucket();
        Capabilities.require(bucket, onBucket);
        yield inTurn(call, onBucket, () -> ofBucket(call, bucket, onBucket)).in(bucket);
      }
    };
  }

  /// Carries out what is admitted, once it is its turn.
  private Reply inTurn(Call call, S3Operation.Served operation, Supplier<Reply> work) {
    switch (operation.route().body()) {
      case NONE -> intake.nothing(call);
      case DOCUMENT, CONTENT -> {} // read by who knows what it is to be
    }
    return switch (operation.route().work()) {
      case READ, WRITE -> work.get();
      case LIST -> {
        try (Lease _ = pages.take(call.clients())) {
          yield work.get();
        }
      }
    };
  }

  private Reply ofTenant(Call call, S3Operation.OnTenant operation) {
    return switch (operation) {
      case S3Operation.ListBuckets list -> listings.buckets(call, list);
      case S3Operation.CreateBucket create -> buckets.create(call, create);
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
      case S3Operation.GetBucketConfiguration get -> buckets.configuration(get, bucket);
      case S3Operation.ListObjects list -> listings.objects(bucket, list);
      case S3Operation.ListObjectsV2 list -> listings.objectsV2(bucket, list);
      case S3Operation.ListObjectVersions list -> listings.versions(bucket, list);
      case S3Operation.ListMultipartUploads list -> listings.uploads(bucket, list);
      case S3Operation.DeleteObjects delete -> deletions.delete(call, bucket, delete);
    };
  }

  /// What depends on the version at hand travels along as a [Permit]: nobody looks first and acts
  /// afterwards.
  private Reply ofObject(Call call, Admitted admitted, S3Operation.OnObject operation) {
    return admission.looking(admitted, operation.key(), () -> permitted(call, admitted, operation));
  }

  private Reply permitted(Call call, Admitted admitted, S3Operation.OnObject operation) {
    Bucket bucket = admitted.bucket();
    return switch (operation) {
      case S3Operation.GetObject get ->
          reads.get(bucket, get, checked(call, get.reading()), admission.toShow(admitted));
      case S3Operation.HeadObject head ->
          reads.head(bucket, head, checked(call, head.reading()), admission.toShow(admitted));
      case S3Operation.PutObject put ->
          writes.put(call, bucket, put, admission.toReplace(admitted, operation));
      case S3Operation.DeleteObject delete ->
          writes.delete(call, bucket, delete, admission.toReplace(admitted, operation));
      case S3Operation.CopyObject copy -> {
        Admitted source = admission.admitSource(call, copy, copy.source());
        Capabilities.requireToCopy(source.bucket(), copy.source());
        var asked =
            new ObjectWrites.Permitted(
                admission.toCopy(source, copy),
                admission.toReplace(admitted, operation),
                admission.toTagCopy(admitted, copy));
        yield admission.looking(
            source,
            copy.source().key(),
            () -> writes.copy(call, source.bucket(), bucket, copy, asked));
      }
      case S3Operation.GetObjectAttributes get ->
          reads.attributes(bucket, get, admission.toShow(admitted));
      case S3Operation.GetObjectAcl get -> acls.ofObject(bucket, get, admission.toShow(admitted));
      case S3Operation.PutObjectAcl put ->
          acls.setOfObject(call, bucket, put, admission.toShow(admitted));
      case S3Operation.GetObjectTagging get ->
          reads.tagging(bucket, get, admission.toShow(admitted));
      case S3Operation.PutObjectTagging put ->
          writes.tag(call, bucket, put, admission.toShow(admitted));
      case S3Operation.DeleteObjectTagging delete ->
          writes.untag(bucket, delete, admission.toShow(admitted));
      // Of an upload only the end replaces anything: what the object there decides is asked then.
      case S3Operation.CreateMultipartUpload create -> multiparts.begin(call, bucket, create);
      case S3Operation.UploadPart part -> multiparts.part(call, bucket, part);
      case S3Operation.UploadPartCopy copy -> {
        Admitted source = admission.admitSource(call, copy, copy.source());
        Capabilities.requireToCopy(source.bucket(), copy.source());
        yield admission.looking(
            source,
            copy.source().key(),
            () -> multiparts.copyPart(source.bucket(), admission.toShow(source), bucket, copy));
      }
      case S3Operation.CompleteMultipartUpload complete ->
          multiparts.complete(call, bucket, complete, admission.toReplace(admitted, operation));
      case S3Operation.AbortMultipartUpload abort ->
          admission.lookingForUpload(
              admitted, () -> multiparts.abort(bucket, abort, admission.ofUpload(admitted)));
      case S3Operation.ListParts list ->
          admission.lookingForUpload(
              admitted, () -> multiparts.parts(bucket, list, admission.ofUpload(admitted)));
    };
  }

  /// Anybody could pass on a link to a public object that makes a page of it.
  private static ReadRequest checked(Call call, ReadRequest reading) {
    if (!reading.overrides().isEmpty() && !call.isSigned()) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "Request specific response headers cannot be used for anonymous GET requests.");
    }
    return reading;
  }
}
