package io.tarn.gateway;

import io.tarn.body.IncomingBody;
import io.tarn.budget.Lease;
import io.tarn.http.Headers;
import io.tarn.identity.OwnerAndAcl;
import io.tarn.request.Percent;
import io.tarn.request.S3Failure;
import io.tarn.s3.OwnerNames;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Operation;
import io.tarn.s3.UploadDocuments;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.CompleteUpload;
import io.tarn.store.CopiedPart;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;

/// The multipart family.
final class Multiparts {
  private final ObjectStore objects;
  private final RequestBodies intake;
  private final Grants grants;
  private final OwnerNames owners;

  Multiparts(ObjectStore objects, RequestBodies intake, Grants grants, OwnerNames owners) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
    this.owners = owners;
  }

  Reply begin(Call call, Bucket bucket, S3Operation.CreateMultipartUpload create) {
    OwnerAndAcl held = grants.ofNew(call, bucket, create.writing().acl());
    Upload upload =
        objects.begin(
            new BeginUpload(
                ObjectWrites.put(bucket, create.key(), create.writing(), held, Permit.ANY),
                call.caller().tenant(),
                create.checksum(),
                create.checksumType()));
    Headers.Builder headers = Headers.builder();
    if (create.checksum() != null) {
      headers.add("x-amz-checksum-algorithm", create.checksum().name());
      headers.add("x-amz-checksum-type", create.checksumType().name());
    }
    return Reply.xml(200, headers, UploadDocuments.begun(bucket.name(), create.key(), upload.id()));
  }

  Reply part(Call call, Bucket bucket, S3Operation.UploadPart put) {
    var ref = new UploadRef(bucket, put.key(), put.upload());
    try (Lease share = intake.share(call);
        IncomingBody body = intake.part(call, share)) {
      Part part = objects.putPart(ref, put.number(), body);
      Headers.Builder headers = Headers.builder().add("ETag", part.etag().quoted());
      Checksum shown = body.shown();
      if (shown.isPresent()) {
        headers.add("x-amz-checksum-" + shown.algorithm().text(), shown.text());
      }
      return Reply.empty(200, headers);
    }
  }

  /// `taken` is asked of the version that is copied.
  Reply copyPart(Bucket source, Permit taken, Bucket target, S3Operation.UploadPartCopy copy) {
    Read read = CopySources.read(source, copy.source(), taken);
    var ref = new UploadRef(target, copy.key(), copy.upload());
    var part = new ObjectStore.PartSource(read, copy.range());
    CopiedPart copied = copied(ref, copy.number(), part);
    Headers.Builder headers = Headers.builder();
    CopySources.version(headers, source, copied.source());
    return Reply.xml(200, headers, UploadDocuments.copied(copied));
  }

  private CopiedPart copied(UploadRef upload, int number, ObjectStore.PartSource source) {
    try {
      return objects.copyPart(upload, number, source);
    } catch (StoreFailure.Invalid e) {
      ByteRange range = source.range();
      if (e.reason() != StoreFailure.Reason.RANGE || range == null) throw e;
      String text = "bytes=" + range.first() + "-" + range.last();
      throw S3Failure.argument(Failures.of(e, "PUT").text(), "x-amz-copy-source-range", text);
    }
  }

  Reply complete(
      Call call, Bucket bucket, S3Operation.CompleteMultipartUpload complete, Permit permit) {
    var ref = new UploadRef(bucket, complete.key(), complete.upload());
    byte[] document = intake.documentOnly(call, RequestBodies.LARGE);
    Written written =
        objects.complete(
            new CompleteUpload(
                ref,
                intake.parsed(document, RequestDocuments::complete),
                complete.conditions(),
                complete.expected(),
                permit));
    Headers.Builder headers = Headers.builder();
    ObjectFields.written(headers, bucket, written.version());
    ObjectFields.durability(headers, written.durability());
    return Reply.xml(
        200, headers, UploadDocuments.completed(bucket.name(), written, location(call)));
  }

  private static String location(Call call) {
    String scheme = call.exchange().head().client().secure() ? "https://" : "http://";
    return scheme + call.request().header("host") + Percent.encode(call.request().path(), true);
  }

  Reply abort(Bucket bucket, S3Operation.AbortMultipartUpload abort, Permit.OfUpload permit) {
    objects.abort(new UploadRef(bucket, abort.key(), abort.upload()), permit);
    return Reply.empty(204);
  }

  Reply parts(Bucket bucket, S3Operation.ListParts list, Permit.OfUpload permit) {
    var ref = new UploadRef(bucket, list.key(), list.upload());
    PartPage page = objects.parts(ref, list.page().after(), list.page().limit(), permit);
    return Reply.xml(UploadDocuments.parts(list, page, owners));
  }
}
