package io.tarn.gateway;

import io.tarn.body.IncomingBody;
import io.tarn.budget.Lease;
import io.tarn.http.Headers;
import io.tarn.identity.OwnerAndAcl;
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
import io.tarn.store.ObjectStore;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Written;

/// Writing, copying, deleting and tagging objects.
final class ObjectWrites {
  private final ObjectStore objects;
  private final RequestBodies intake;
  private final Grants grants;

  ObjectWrites(ObjectStore objects, RequestBodies intake, Grants grants) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
  }

  static Put put(Bucket bucket, Key key, Writing writing, OwnerAndAcl held, Permit permit) {
    return new Put(
        bucket,
        key,
        held.owner(),
        writing.metadata(),
        writing.tags(),
        writing.conditions(),
        held.acl(),
        permit);
  }

  Reply put(Call call, Bucket bucket, S3Operation.PutObject put, Permit permit) {
    OwnerAndAcl held = grants.ofNew(call, bucket, put.writing().acl());
    try (Lease share = intake.share(call);
        IncomingBody body = intake.object(call, share)) {
      Written written = objects.put(put(bucket, put.key(), put.writing(), held, permit), body);
      Headers.Builder headers = Headers.builder();
      headers.add("ETag", written.content().etag().quoted());
      ObjectFields.written(headers, bucket, written.version());
      ObjectFields.checksum(headers, written.content().checksum());
      ObjectFields.durability(headers, written.durability());
      return Reply.empty(200, headers);
    }
  }

  /// What is asked of the version that is copied, of what the copy takes the place of, and of that
  /// again where tags come along.
  record Permitted(Permit taken, Permit replaced, Permit tagged) {}

  Reply copy(
      Call call, Bucket source, Bucket target, S3Operation.CopyObject copy, Permitted permitted) {
    OwnerAndAcl held = grants.ofNew(call, target, copy.writing().acl());
    Read read = CopySources.read(source, copy.source(), permitted.taken);
    Put put = put(target, copy.key(), copy.writing(), held, permitted.replaced);
    S3Operation.CopyRules rules = copy.rules();
    Copied copied =
        objects.copy(
            new Copy(
                read,
                put,
                rules.keepMetadata(),
                rules.keepTags(),
                rules.checksum(),
                permitted.tagged));
    Headers.Builder headers = Headers.builder();
    CopySources.version(headers, source, copied.source());
    ObjectFields.written(headers, target, copied.written().version());
    ObjectFields.durability(headers, copied.written().durability());
    return Reply.xml(200, headers, UploadDocuments.copied(copied.written().content()));
  }

  Reply delete(Call call, Bucket bucket, S3Operation.DeleteObject delete, Permit permit) {
    Deleted deleted =
        objects.delete(
            new Delete(
                bucket,
                delete.key(),
                call.caller().tenant(),
                delete.version(),
                delete.conditions(),
                permit));
    Headers.Builder headers = Headers.builder();
    if (deleted.deleteMarker()) headers.add("x-amz-delete-marker", "true");
    ObjectFields.version(headers, bucket, deleted.version());
    ObjectFields.durability(headers, deleted.durability());
    return Reply.empty(204, headers);
  }

  Reply tag(Call call, Bucket bucket, S3Operation.PutObjectTagging put, Permit permit) {
    var tags = new Annotate.SetTags(call.document().objectTags(call));
    return annotated(200, bucket, new Annotate(bucket, put.key(), put.version(), tags, permit));
  }

  Reply untag(Bucket bucket, S3Operation.DeleteObjectTagging delete, Permit permit) {
    var none = new Annotate.SetTags(Tags.NONE);
    return annotated(
        204, bucket, new Annotate(bucket, delete.key(), delete.version(), none, permit));
  }

  private Reply annotated(int status, Bucket bucket, Annotate annotate) {
    Version changed = objects.annotate(annotate);
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, changed);
    return Reply.empty(status, headers);
  }
}
