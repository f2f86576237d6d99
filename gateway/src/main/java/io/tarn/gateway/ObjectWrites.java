package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.s3.IncomingBody;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.s3.Tagging;
import io.tarn.s3.UploadDocuments;
import io.tarn.s3.Writing;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Written;

/// Writing, copying, deleting and tagging objects. What is written belongs to the bucket's owner,
/// as in a bucket with `BucketOwnerEnforced`.
final class ObjectWrites {
  private final ObjectStore objects;
  private final Intake intake;

  ObjectWrites(ObjectStore objects, Intake intake) {
    this.objects = objects;
    this.intake = intake;
  }

  static Put put(Bucket bucket, Key key, Writing writing) {
    return new Put(
        bucket, key, bucket.owner(), writing.metadata(), writing.tags(), writing.conditions());
  }

  Reply put(Call call, Bucket bucket, S3Operation.PutObject put) {
    try (IncomingBody body = intake.payload(call, null)) {
      Written written = objects.put(put(bucket, put.key(), put.writing()), body);
      Headers.Builder headers = Headers.builder();
      headers.add("ETag", written.content().etag().quoted());
      ObjectFields.written(headers, bucket, written.version());
      ObjectFields.checksum(headers, written.content().checksum());
      return Reply.empty(200, headers);
    }
  }

  Reply copy(Bucket source, Bucket target, S3Operation.CopyObject copy) {
    var read =
        new Read(source, copy.source().key(), copy.source().version(), copy.source().conditions());
    if (objects.head(Sources.unconditional(read)).content().size() > Part.MAX_SIZE)
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + Part.MAX_SIZE);
    var rules = copy.rules();
    Copied copied =
        objects.copy(
            new Copy(
                read,
                put(target, copy.key(), copy.writing()),
                rules.keepMetadata(),
                rules.keepTags(),
                rules.checksum()));
    Headers.Builder headers = Headers.builder();
    Sources.version(headers, source, copied.source());
    ObjectFields.written(headers, target, copied.written().version());
    return Reply.xml(200, headers, UploadDocuments.copied(copied.written().content()));
  }

  Reply delete(Call call, Bucket bucket, S3Operation.DeleteObject delete) {
    Deleted deleted =
        objects.delete(
            new Delete(
                bucket,
                delete.key(),
                call.caller().tenant(),
                delete.version(),
                delete.conditions()));
    Headers.Builder headers = Headers.builder();
    if (deleted.deleteMarker()) headers.add("x-amz-delete-marker", "true");
    ObjectFields.version(headers, bucket, deleted.version());
    return Reply.empty(204, headers);
  }

  Reply tag(Call call, Bucket bucket, S3Operation.PutObjectTagging put) {
    byte[] document = intake.document(call, Intake.SMALL);
    Tags tags = Tagging.checked(RequestDocuments.tagging(document), Tagging.ON_OBJECT);
    return annotated(
        200, bucket, new Annotate(bucket, put.key(), put.version(), new Annotate.SetTags(tags)));
  }

  Reply untag(Bucket bucket, S3Operation.DeleteObjectTagging delete) {
    return annotated(
        204,
        bucket,
        new Annotate(bucket, delete.key(), delete.version(), new Annotate.SetTags(Tags.NONE)));
  }

  private Reply annotated(int status, Bucket bucket, Annotate annotate) {
    Version changed = objects.annotate(annotate);
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, changed);
    return Reply.empty(status, headers);
  }
}
