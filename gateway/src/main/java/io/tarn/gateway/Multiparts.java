package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.http.Headers;
import io.tarn.identity.Held;
import io.tarn.s3.IncomingBody;
import io.tarn.s3.Owners;
import io.tarn.s3.Percent;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.s3.UploadDocuments;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The multipart family.
final class Multiparts {
  private final ObjectStore objects;
  private final Intake intake;
  private final Grants grants;
  private final Owners owners;

  Multiparts(ObjectStore objects, Intake intake, Grants grants, Owners owners) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
    this.owners = owners;
  }

  Reply begin(Call call, Bucket bucket, S3Operation.CreateMultipartUpload create) {
    Held held = grants.ofNew(call, bucket, create.writing().acl());
    Upload upload =
        objects.begin(
            new BeginUpload(
                ObjectWrites.put(bucket, create.key(), create.writing(), held),
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

  /// The upload is looked for before the first byte of the part is asked for.
  Reply part(Call call, Bucket bucket, S3Operation.UploadPart put) {
    var ref = new UploadRef(bucket, put.key(), put.upload());
    Upload upload = objects.upload(ref);
    try (Lease share = intake.share(call);
        IncomingBody body = intake.part(call, upload.checksum(), share)) {
      requireFitting(upload, body.named());
      Part part = objects.putPart(ref, put.number(), body);
      Headers.Builder headers = Headers.builder().add("ETag", part.etag().quoted());
      Checksum shown = upload.checksum() == null ? body.vouched() : upload.shown(part);
      if (shown.isPresent())
        headers.add("x-amz-checksum-" + shown.algorithm().text(), shown.text());
      return Reply.empty(200, headers);
    }
  }

  /// A checksum of checksums is put together of what the client vouches for, one of all the bytes
  /// also of what is computed here.
  private static void requireFitting(Upload upload, @Nullable ChecksumAlgorithm named) {
    ChecksumAlgorithm expected = upload.checksum();
    if (expected == null || named == expected) return;
    if (named == null && upload.checksumType() == ChecksumType.FULL_OBJECT) return;
    throw new S3Failure(
        S3Error.INVALID_REQUEST,
        "Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s"
            .formatted(expected.text(), named == null ? "null" : named.text()));
  }

  Reply copyPart(ObjectWrites.Ends ends, S3Operation.UploadPartCopy copy) {
    Bucket source = ends.source();
    var read =
        new Read(source, copy.source().key(), copy.source().version(), copy.source().conditions());
    var ref = new UploadRef(ends.target(), copy.key(), copy.upload());
    Upload upload = objects.upload(ref); // a missing upload is told before a missing source
    ObjectHead head = objects.head(Sources.unconditional(read));
    ends.check().of(head);
    var looked = new Read(source, read.key(), head.version(), read.conditions());
    Part part = copied(ref, copy.number(), new ObjectStore.PartSource(looked, copy.range()));
    Headers.Builder headers = Headers.builder();
    Sources.version(headers, source, head.version());
    return Reply.xml(200, headers, UploadDocuments.copied(upload, part));
  }

  private Part copied(UploadRef upload, int number, ObjectStore.PartSource source) {
    try {
      return objects.copyPart(upload, number, source);
    } catch (StoreFailure.Invalid e) {
      ByteRange range = source.range();
      if (e.reason() != StoreFailure.Reason.RANGE || range == null) throw e;
      String text = "bytes=" + range.first() + "-" + range.last();
      throw S3Failure.argument(Failures.of(e, "PUT").text(), "x-amz-copy-source-range", text);
    }
  }

  Reply complete(Call call, Bucket bucket, S3Operation.CompleteMultipartUpload complete) {
    var ref = new UploadRef(bucket, complete.key(), complete.upload());
    byte[] document = intake.documentOnly(call, Intake.LARGE);
    Written written =
        objects.complete(
            new CompleteUpload(
                ref,
                intake.parsed(document, RequestDocuments::complete),
                complete.conditions(),
                complete.expected()));
    Headers.Builder headers = Headers.builder();
    ObjectFields.written(headers, bucket, written.version());
    return Reply.xml(
        200, headers, UploadDocuments.completed(bucket.name(), written, location(call)));
  }

  private static String location(Call call) {
    String scheme = call.exchange().head().client().secure() ? "https://" : "http://";
    return scheme + call.request().header("host") + Percent.encode(call.request().path(), true);
  }

  Reply abort(Bucket bucket, S3Operation.AbortMultipartUpload abort) {
    objects.abort(new UploadRef(bucket, abort.key(), abort.upload()));
    return Reply.empty(204);
  }

  Reply parts(Bucket bucket, S3Operation.ListParts list) {
    var ref = new UploadRef(bucket, list.key(), list.upload());
    PartPage page =
        list.page().limit() == 0
            ? new PartPage(objects.upload(ref), List.of(), false)
            : objects.parts(ref, list.page().after(), list.page().limit());
    return Reply.xml(UploadDocuments.parts(list, page, owners));
  }
}
