package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.http.Headers;
import io.tarn.identity.Held;
import io.tarn.s3.IncomingBody;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.s3.UploadDocuments;
import io.tarn.s3.Writing;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Copied;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Written;

/// Writing, copying, deleting and tagging objects.
final class ObjectWrites {
  private final ObjectStore objects;
  private final Intake intake;
  private final Grants grants;

  ObjectWrites(ObjectStore objects, Intake intake, Grants grants) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
  }

  static Put put(Bucket bucket, Key key, Writing writing, Held held) {
    return new Put(
        bucket,
        key,
        held.owner(),
        writing.metadata(),
        writing.tags(),
        writing.conditions(),
        held.acl());
  }

  Reply put(Call call, Bucket bucket, S3Operation.PutObject put) {
    Held held = grants.ofNew(call, bucket, put.writing().acl());
    try (Lease share = intake.share(call);
        IncomingBody body = intake.object(call, share)) {
      Written written = objects.put(put(bucket, put.key(), put.writing(), held), body);
      Headers.Builder headers = Headers.builder();
      headers.add("ETag", written.content().etag().quoted());
      ObjectFields.written(headers, bucket, written.version());
      ObjectFields.checksum(headers, written.content().checksum());
      return Reply.empty(200, headers);
    }
  }

  /// Where a copy comes from, once its owner agrees, and where it goes.
  record Ends(Bucket source, OwnerCheck check, Bucket target) {}

  Reply copy(Call call, Ends ends, S3Operation.CopyObject copy) {
    Bucket source = ends.source();
    Bucket target = ends.target();
    Held held = grants.ofNew(call, target, copy.writing().acl());
    var read =
        new Read(source, copy.source().key(), copy.source().version(), copy.source().conditions());
    ObjectHead head = objects.head(Sources.unconditional(read));
    ends.check().of(head);
    if (head.content().size() > Part.MAX_SIZE)
      throw new S3Failure(
          S3Error.INVALID_REQUEST,
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + Part.MAX_SIZE);
    var rules = copy.rules();
    // The version that was looked at, and the tags that it was looked at with.
    var looked = new Read(source, read.key(), head.version(), read.conditions());
    Put put = put(target, copy.key(), copy.writing(), held);
    Copied copied =
        objects.copy(
            new Copy(
                looked,
                rules.keepTags() ? tagged(put, head.tags()) : put,
                rules.keepMetadata(),
                false,
                rules.checksum()));
    Headers.Builder headers = Headers.builder();
    Sources.version(headers, source, copied.source());
    ObjectFields.written(headers, target, copied.written().version());
    return Reply.xml(200, headers, UploadDocuments.copied(copied.written().content()));
  }

  private static Put tagged(Put put, Tags tags) {
    return new Put(
        put.bucket(), put.key(), put.owner(), put.metadata(), tags, put.conditions(), put.acl());
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

  Reply tag(Call call, Bucket bucket, S3Operation.PutObjectTagging put, OwnerCheck check) {
    Version looked = looked(new Read(bucket, put.key(), put.version(), Conditions.NONE), check);
    Tags tags = call.document().objectTags(call);
    return annotated(
        200, bucket, new Annotate(bucket, put.key(), looked, new Annotate.SetTags(tags)));
  }

  Reply untag(Bucket bucket, S3Operation.DeleteObjectTagging delete, OwnerCheck check) {
    Version looked =
        looked(new Read(bucket, delete.key(), delete.version(), Conditions.NONE), check);
    return annotated(
        204, bucket, new Annotate(bucket, delete.key(), looked, new Annotate.SetTags(Tags.NONE)));
  }

  /// The version that is changed is the one that was looked at, not one that came since.
  private Version looked(Read read, OwnerCheck check) {
    ObjectHead head = objects.head(read);
    check.of(head);
    return head.version();
  }

  private Reply annotated(int status, Bucket bucket, Annotate annotate) {
    Version changed = objects.annotate(annotate);
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, changed);
    return Reply.empty(status, headers);
  }
}
