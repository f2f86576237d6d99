package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.s3.IncomingBody;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.s3.UploadDocuments;
import io.tarn.s3.Writing;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Written;

/// Writing, copying, deleting and tagging objects.
final class ObjectWrites {
  private final ObjectStore objects;
  private final Intake intake;

  ObjectWrites(ObjectStore objects, Intake intake) {
    this.objects = objects;
    this.intake = intake;
  }

  /// Who writes an object owns it; what nobody in particular writes is the bucket's owner's.
  static TenantId owner(Call call, Bucket bucket) {
    TenantId tenant = call.caller().tenant();
    return tenant.equals(TenantId.ANONYMOUS) ? bucket.owner() : tenant;
  }

  static Put put(Call call, Bucket bucket, Key key, Writing writing) {
    TenantId owner = owner(call, bucket);
    Metadata metadata = Acls.with(writing.metadata(), writing.acl(), owner, bucket);
    return new Put(bucket, key, owner, metadata, writing.tags(), writing.conditions());
  }

  Reply put(Call call, Bucket bucket, S3Operation.PutObject put) {
    try (IncomingBody body = intake.payload(call, null)) {
      Written written = objects.put(put(call, bucket, put.key(), put.writing()), body);
      Headers.Builder headers = Headers.builder();
      headers.add("ETag", written.content().etag().quoted());
      ObjectFields.written(headers, bucket, written.version());
      ObjectFields.checksum(headers, written.content().checksum());
      return Reply.empty(200, headers);
    }
  }

  Reply copy(Call call, Bucket source, Bucket target, S3Operation.CopyObject copy) {
    var read =
        new Read(source, copy.source().key(), copy.source().version(), copy.source().conditions());
    ObjectHead head = objects.head(Sources.unconditional(read));
    if (head.content().size() > Part.MAX_SIZE)
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + Part.MAX_SIZE);
    Put put = put(call, target, copy.key(), copy.writing());
    boolean listed =
        head.metadata().system().containsKey(Acls.ENTRY)
            || put.metadata().system().containsKey(Acls.ENTRY);
    Copied copied =
        objects.copy(
            copy.rules().keepMetadata() && listed
                ? relisted(read, head, put, copy.rules())
                : new Copy(
                    read,
                    put,
                    copy.rules().keepMetadata(),
                    copy.rules().keepTags(),
                    copy.rules().checksum()));
    Headers.Builder headers = Headers.builder();
    Sources.version(headers, source, copied.source());
    ObjectFields.written(headers, target, copied.written().version());
    return Reply.xml(200, headers, UploadDocuments.copied(copied.written().content()));
  }

  /// A copy keeps the metadata but never the access control list. The source is pinned to what was
  /// looked at.
  private static Copy relisted(Read read, ObjectHead head, Put put, S3Operation.CopyRules rules) {
    String list = put.metadata().system().getOrDefault(Acls.ENTRY, "");
    var target =
        new Put(
            put.bucket(),
            put.key(),
            put.owner(),
            head.metadata().withSystem(Acls.ENTRY, list),
            put.tags(),
            put.conditions());
    return new Copy(Sources.pinned(read, head), target, false, rules.keepTags(), rules.checksum());
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
    Tags tags = call.tags().of(call);
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
