package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.s3.AclDocuments;
import io.tarn.s3.AclRequest;
import io.tarn.s3.Owners;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Read;
import io.tarn.store.TenantId;
import io.tarn.store.Version;

/// The ACLs of buckets and objects.
final class AclOperations {
  private final ObjectStore objects;
  private final Intake intake;
  private final Grants grants;
  private final Owners owners;

  AclOperations(ObjectStore objects, Intake intake, Grants grants, Owners owners) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
    this.owners = owners;
  }

  Reply ofBucket(Bucket bucket) {
    return Reply.xml(AclDocuments.render(grants.of(bucket), bucket.owner(), owners));
  }

  Reply setOfBucket(Call call, Bucket bucket, S3Operation.PutBucketAcl put) {
    AclRequest asked = asked(call, put.acl(), bucket.owner());
    grants.requireAcls(bucket, asked);
    grants.set(bucket, grants.resolve(asked, bucket.owner(), bucket.owner()));
    return Reply.empty(200);
  }

  Reply ofObject(Bucket bucket, S3Operation.GetObjectAcl get, OwnerCheck check) {
    ObjectHead head = objects.head(new Read(bucket, get.key(), get.version(), Conditions.NONE));
    check.of(head);
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, head.version());
    return Reply.xml(200, headers, AclDocuments.render(head.acl(), head.owner(), owners));
  }

  Reply setOfObject(Call call, Bucket bucket, S3Operation.PutObjectAcl put, OwnerCheck check) {
    ObjectHead head = objects.head(new Read(bucket, put.key(), put.version(), Conditions.NONE));
    check.of(head);
    AclRequest asked = asked(call, put.acl(), head.owner());
    grants.requireAcls(bucket, asked);
    Acl acl = grants.resolve(asked, head.owner(), bucket.owner());
    // The version that was looked at, not one that came since.
    Version changed =
        objects.annotate(new Annotate(bucket, put.key(), head.version(), new Annotate.SetAcl(acl)));
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, changed);
    return Reply.empty(200, headers);
  }

  /// What the headers or else the body ask for: never both, never nothing.
  private AclRequest asked(Call call, AclRequest inHeaders, TenantId owner) {
    byte[] document = intake.document(call);
    boolean said = !(inHeaders instanceof AclRequest.Unsaid);
    if (said && document.length > 0)
      throw new S3Failure(S3Error.UNEXPECTED_CONTENT, "This request does not support content");
    if (said) return inHeaders;
    if (document.length == 0)
      throw new S3Failure(
          S3Error.MISSING_SECURITY_HEADER,
          "Your request was missing a required header",
          new S3Failure.Detail("MissingHeaderName", "x-amz-acl"));
    AclDocuments.Given given = AclDocuments.read(document);
    // An ACL does not give things away.
    if (!given.owner().equals(owner.text())) {
      var _ = grants.tenant(given.owner(), AclRequest.DOCUMENT_ID); // nobody is told otherwise
      throw Admission.denied();
    }
    return given.grants();
  }
}
