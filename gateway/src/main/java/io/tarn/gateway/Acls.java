package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.s3.Acl;
import io.tarn.s3.Acl.Permission;
import io.tarn.s3.AclRequest;
import io.tarn.s3.AnswerDocuments;
import io.tarn.s3.Demand;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Error;
import io.tarn.s3.S3Failure;
import io.tarn.s3.S3Operation;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.DocumentKind;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import org.jspecify.annotations.Nullable;

/// Access control lists of buckets and objects: where they are kept, and what they grant. A
/// bucket's is a document; an object's goes with its system-defined metadata, under a name that no
/// header of a client becomes. What was never given one belongs to its owner alone.
final class Acls {
  /// Not on the allow-list of metadata headers, so only this class writes it.
  static final String ENTRY = "x-amz-acl";

  private final Stores stores;
  private final People people;
  private final Intake intake;

  Acls(Stores stores, People people, Intake intake) {
    this.stores = stores;
    this.people = people;
    this.intake = intake;
  }

  Acl of(Bucket bucket) {
    return stores
        .buckets()
        .document(bucket, DocumentKind.ACL)
        .map(Acl::ofText)
        .orElseGet(() -> Acl.ofOwner(bucket.owner()));
  }

  static Acl of(ObjectHead head) {
    String text = head.metadata().system().get(ENTRY);
    return text == null ? Acl.ofOwner(head.owner()) : Acl.ofText(text);
  }

  /// The metadata of something `owner` writes into `bucket` asking for this list.
  static Metadata with(Metadata metadata, AclRequest asked, TenantId owner, Bucket bucket) {
    Acl acl = asked.resolve(owner, bucket.owner());
    return acl.isPrivate() ? metadata : metadata.withSystem(ENTRY, acl.toText());
  }

  /// Whether a list grants the caller what is demanded. Says nothing about policies.
  boolean grant(Call call, S3Operation operation, Demand demand, Bucket bucket) {
    TenantId tenant = grantee(call.caller(), bucket);
    Permission onBucket = onBucket(demand.action());
    if (onBucket != null) return of(bucket).allows(tenant, onBucket);
    Permission onObject = onObject(demand.action());
    if (onObject == null || demand.key().isEmpty()) return false;
    try {
      Version version = Surroundings.versionOf(operation, demand);
      var read = new Read(bucket, new Key(demand.key()), version, Conditions.NONE);
      return of(stores.objects().head(read)).allows(tenant, onObject);
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      return false;
    }
  }

  /// What is granted to a tenant is granted to its root. Its users have that by their own policies
  /// alone: elsewhere the guard asks those besides, at home only what everyone has counts.
  private static TenantId grantee(Caller caller, Bucket bucket) {
    boolean userAtHome = caller instanceof Caller.User && caller.tenant().equals(bucket.owner());
    return userAtHome ? TenantId.ANONYMOUS : caller.tenant();
  }

  /// By the table "Mapping of ACL permissions and access policy permissions" of the S3 user guide.
  private static @Nullable Permission onBucket(String action) {
    return switch (action) {
      case "s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads" ->
          Permission.READ;
      case "s3:PutObject",
          "s3:DeleteObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts" ->
          Permission.WRITE;
      case "s3:GetBucketAcl" -> Permission.READ_ACP;
      case "s3:PutBucketAcl" -> Permission.WRITE_ACP;
      default -> null;
    };
  }

  private static @Nullable Permission onObject(String action) {
    return switch (action) {
      case "s3:GetObject", "s3:GetObjectVersion" -> Permission.READ;
      case "s3:GetObjectAcl", "s3:GetObjectVersionAcl" -> Permission.READ_ACP;
      case "s3:PutObjectAcl", "s3:PutObjectVersionAcl" -> Permission.WRITE_ACP;
      default -> null;
    };
  }

  Reply get(Bucket bucket) {
    return Reply.xml(AnswerDocuments.acl(of(bucket), people::displayName));
  }

  Reply put(Call call, Bucket bucket, AclRequest asked) {
    set(bucket, wanted(call, asked, bucket.owner(), bucket));
    return Reply.empty(200);
  }

  void set(Bucket bucket, Acl acl) {
    if (acl.isPrivate()) stores.buckets().removeDocument(bucket, DocumentKind.ACL);
    else stores.buckets().setDocument(bucket, DocumentKind.ACL, acl.toText());
  }

  Reply get(Bucket bucket, S3Operation.GetObjectAcl get) {
    ObjectHead head =
        stores.objects().head(new Read(bucket, get.key(), get.version(), Conditions.NONE));
    Reply reply = Reply.xml(AnswerDocuments.acl(of(head), people::displayName));
    ObjectFields.version(reply.headers(), bucket, head.version());
    return reply;
  }

  Reply put(Call call, Bucket bucket, S3Operation.PutObjectAcl put) {
    ObjectHead head =
        stores.objects().head(new Read(bucket, put.key(), put.version(), Conditions.NONE));
    Acl acl = wanted(call, put.acl(), head.owner(), bucket);
    var entry = new Annotate.SetSystem(ENTRY, acl.isPrivate() ? "" : acl.toText());
    Version changed =
        stores.objects().annotate(new Annotate(bucket, put.key(), put.version(), entry));
    Reply reply = Reply.empty(200);
    ObjectFields.version(reply.headers(), bucket, changed);
    return reply;
  }

  private Acl wanted(Call call, AclRequest asked, TenantId owner, Bucket bucket) {
    byte[] document = intake.document(call, Intake.SMALL);
    if (asked.isSaid()) {
      if (document.length > 0) throw new S3Failure(S3Error.UNEXPECTED_CONTENT);
      return checked(asked.resolve(owner, bucket.owner()));
    }
    if (document.length == 0)
      throw new S3Failure(
          S3Error.MISSING_SECURITY_HEADER,
          "Your request was missing a required header: x-amz-acl, or an AccessControlPolicy.");
    Acl acl = RequestDocuments.acl(document);
    if (!acl.owner().equals(owner)) throw Admission.denied();
    return checked(acl);
  }

  /// Only those who exist can be granted anything.
  Acl checked(Acl acl) {
    for (Acl.Grant grant : acl.grants())
      if (grant.grantee() instanceof Acl.Tenant tenant
          && people.account(tenant.id()).equals(Account.ANONYMOUS))
        throw S3Failure.argument("Invalid id", "CanonicalUser/ID", tenant.id().text());
    return acl;
  }
}
