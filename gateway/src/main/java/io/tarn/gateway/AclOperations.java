package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.AclDocuments;
import io.tarn.s3.AclRequest;
import io.tarn.s3.OwnerNames;
import io.tarn.s3.S3Operation;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Fact;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Permit;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.util.Set;

/// The ACLs of buckets and objects.
final class AclOperations {
  private final ObjectStore objects;
  private final RequestBodies intake;
  private final Grants grants;
  private final OwnerNames owners;

  AclOperations(ObjectStore objects, RequestBodies intake, Grants grants, OwnerNames owners) {
    this.objects = objects;
    this.intake = intake;
    this.grants = grants;
    this.owners = owners;
  }

  Reply ofBucket(Bucket bucket) {
    return Reply.xml(AclDocuments.render(grants.of(bucket), bucket.owner(), owners));
  }

  Reply setOfBucket(Call call, Bucket bucket, S3Operation.PutBucketAcl put) {
    Asked given = asked(call, put.acl());
    if (!given.isBy(bucket.owner())) throw Admission.denied();
    AclRequest asked = given.acl();
    grants.requireAcls(bucket, asked);
    grants.set(bucket, grants.resolve(asked, bucket.owner(), bucket.owner()));
    return Reply.empty(200);
  }

  Reply ofObject(Bucket bucket, S3Operation.GetObjectAcl get, Permit permit) {
    ObjectHead head =
        objects.head(ObjectReads.told(bucket, get.key(), get.version(), permit, Set.of(Fact.ACL)));
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, head.version());
    return Reply.xml(
        200, headers, AclDocuments.render(head.acl(), head.owner(bucket.owner()), owners));
  }

  Reply setOfObject(Call call, Bucket bucket, S3Operation.PutObjectAcl put, Permit permit) {
    Asked asked = asked(call, put.acl());
    grants.requireAcls(bucket, asked.acl());
    var set = new Annotate.SetAcl(grants.resolve(asked.acl(), bucket.owner()));
    Permit owned =
        permit.and(
            Permit.by(
                Set.of(Fact.ACL),
                there -> there == null || asked.isBy(there.owner(bucket.owner()))));
    Version changed = objects.annotate(new Annotate(bucket, put.key(), put.version(), set, owned));
    Headers.Builder headers = Headers.builder();
    ObjectFields.version(headers, bucket, changed);
    return Reply.empty(200, headers);
  }

  /// An ACL that is asked for, and whose what it is for is said to be; empty where that is not
  /// said.
  private record Asked(AclRequest acl, String owner) {
    /// An ACL does not give things away.
    boolean isBy(TenantId tenant) {
      return owner.isEmpty() || owner.equals(tenant.text());
    }
  }

  /// What the headers or else the body ask for: never both, never nothing.
  private Asked asked(Call call, AclRequest inHeaders) {
    byte[] document = intake.document(call);
    boolean said = !(inHeaders instanceof AclRequest.Unsaid);
    if (said && document.length > 0) {
      throw new S3Failure(S3Error.UNEXPECTED_CONTENT, "This request does not support content");
    }
    if (said) return new Asked(inHeaders, "");
    if (document.length == 0) {
      throw new S3Failure(
          S3Error.MISSING_SECURITY_HEADER,
          "Your request was missing a required header",
          new S3Failure.Detail("MissingHeaderName", "x-amz-acl"));
    }
    AclDocuments.Given given = AclDocuments.read(document);
    var _ = grants.tenant(given.owner(), AclRequest.DOCUMENT_ID);
    return new Asked(given.grants(), given.owner());
  }
}
