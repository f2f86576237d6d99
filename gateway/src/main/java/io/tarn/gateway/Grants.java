package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.identity.OwnerAndAcl;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.AclRequest;
import io.tarn.s3.Ownership;
import io.tarn.store.Acl;
import io.tarn.store.Acl.Grant;
import io.tarn.store.Acl.Permission;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.DocumentKind;
import io.tarn.store.ObjectHead;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns the ACLs that requests ask for into those that are kept, reads those of buckets, and says
/// what of an ACL counts: what is kept is shown, and only what is in effect is decided on.
final class Grants {
  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

  private final Buckets buckets;
  private final CallerLookup callers;
  private final PublicAcls publicAcls;

  Grants(Buckets buckets, CallerLookup callers, PublicAcls publicAcls) {
    this.buckets = buckets;
    this.callers = callers;
    this.publicAcls = publicAcls;
  }

  /// What counts of the bucket's.
  Acl inEffect(Bucket bucket) {
    return publicAcls.inEffect(of(bucket));
  }

  /// Whose an object of this bucket is, and what counts of its ACL.
  OwnerAndAcl inEffect(Bucket bucket, ObjectHead head) {
    return new OwnerAndAcl(head.owner(bucket.owner()), publicAcls.inEffect(head.acl()));
  }

  /// Whether the objects of this bucket can belong to others than its owner, or be granted to
  /// anybody by an ACL.
  boolean count(Bucket bucket) {
    return ownership(bucket) != Ownership.BUCKET_OWNER_ENFORCED;
  }

  /// Whether they can let this caller do anything: to one without credentials, only groups do.
  boolean count(Bucket bucket, Caller caller) {
    boolean nobody = caller instanceof Caller.Anonymous;
    return !(nobody && publicAcls != PublicAcls.ALLOW) && count(bucket);
  }

  /// That of the bucket, as it was set. One that cannot be read grants nothing.
  Acl of(Bucket bucket) {
    try {
      return buckets.document(bucket, DocumentKind.ACL).map(Acl::parse).orElse(Acl.PRIVATE);
    } catch (IllegalArgumentException e) {
      LOG.error("the ACL of bucket {} cannot be read", bucket.name(), e);
      return Acl.PRIVATE;
    }
  }

  /// Whether its ACL opens it to everyone, or to everyone with credentials.
  boolean isPublic(Bucket bucket) {
    return PublicAcls.isPublic(inEffect(bucket));
  }

  void set(Bucket bucket, Acl acl) {
    if (acl.equals(Acl.PRIVATE)) {
      buckets.removeDocument(bucket, DocumentKind.ACL);
    } else {
      buckets.setDocument(bucket, DocumentKind.ACL, acl.text());
    }
  }

  Ownership ownership(Bucket bucket) {
    if (!bucket.can(Capability.ACLS)) return Ownership.BUCKET_OWNER_ENFORCED;
    return buckets
        .document(bucket, DocumentKind.OWNERSHIP)
        .map(Ownership::of)
        .orElse(Ownership.OBJECT_WRITER);
  }

  /// What a new bucket has, beginning with its first moment: one of which only half was there would
  /// for that long be open to lists that it is not to have.
  static Map<DocumentKind, String> documents(Ownership ownership, Acl acl) {
    var documents = new EnumMap<DocumentKind, String>(DocumentKind.class);
    if (ownership != Ownership.OBJECT_WRITER) {
      documents.put(DocumentKind.OWNERSHIP, ownership.text());
    }
    if (!acl.equals(Acl.PRIVATE)) documents.put(DocumentKind.ACL, acl.text());
    return documents;
  }

  /// Whose an object is that this caller writes, and what is granted to others. Who proved nothing
  /// owns nothing: what they write is the bucket's owner's.
  OwnerAndAcl ofNew(Call call, Bucket bucket, AclRequest asked) {
    TenantId writer = call.caller().tenant();
    boolean own = writer.equals(bucket.owner()) || writer.equals(TenantId.ANONYMOUS);
    if (own && asked instanceof AclRequest.Unsaid) {
      return new OwnerAndAcl(bucket.owner(), Acl.PRIVATE);
    }
    Ownership ownership = requireAcls(bucket, asked);
    boolean whole = asked == AclRequest.Canned.BUCKET_OWNER_FULL_CONTROL;
    TenantId owner =
        switch (ownership) {
          case OBJECT_WRITER -> own ? bucket.owner() : writer;
          case BUCKET_OWNER_PREFERRED -> own || whole ? bucket.owner() : writer;
          case BUCKET_OWNER_ENFORCED -> bucket.owner();
        };
    return new OwnerAndAcl(owner, resolve(asked, owner, bucket.owner()));
  }

  /// Fails where the bucket has no ACLs and this one would say more than what holds anyway.
  Ownership requireAcls(Bucket bucket, AclRequest asked) {
    Ownership ownership = ownership(bucket);
    if (ownership == Ownership.BUCKET_OWNER_ENFORCED
        && asked.shares()
        && asked != AclRequest.Canned.BUCKET_OWNER_FULL_CONTROL) {
      throw new S3Failure(S3Error.ACCESS_CONTROL_LIST_NOT_SUPPORTED);
    }
    return ownership;
  }

  /// @throws S3Failure when it names somebody who is not there, or everyone where that is refused
  Acl resolve(AclRequest asked, TenantId owner, TenantId bucketOwner) {
    return resolve(asked, bucketOwner).of(owner);
  }

  /// The same before it is known who owns what it is of; everybody it names is looked up here.
  Annotate.AclFor resolve(AclRequest asked, TenantId bucketOwner) {
    Annotate.AclFor acl = asAsked(asked, bucketOwner);
    if (publicAcls.refuses(acl.of(bucketOwner))) {
      throw new S3Failure(
          S3Error.ACCESS_DENIED,
          "This server refuses access control lists that grant anything to everyone"
              + " (gateway.public-acls=refuse). Open a bucket by its policy instead.");
    }
    return acl;
  }

  private Annotate.AclFor asAsked(AclRequest asked, TenantId bucketOwner) {
    return switch (asked) {
      case AclRequest.Unsaid _ -> _ -> Acl.PRIVATE;
      case AclRequest.Canned canned -> owner -> canned(canned, owner, bucketOwner);
      case AclRequest.Granted granted -> {
        List<Grant> grants = new ArrayList<>(granted.grants().size());
        for (AclRequest.Wanted wanted : granted.grants()) {
          grants.add(new Grant(grantee(wanted.whom(), granted.idArgument()), wanted.permission()));
        }
        yield owner -> new Acl(grants.stream().map(grant -> ownedBy(owner, grant)).toList());
      }
    };
  }

  /// What is granted to the owner is not granted to another.
  private static Grant ownedBy(TenantId owner, Grant grant) {
    boolean own = grant.grantee() instanceof Acl.Account(var tenant) && tenant.equals(owner);
    return own ? new Grant(new Acl.Owner(), grant.permission()) : grant;
  }

  private static Acl canned(AclRequest.Canned canned, TenantId owner, TenantId bucketOwner) {
    return switch (canned) {
      case PRIVATE -> Acl.PRIVATE;
      case PUBLIC_READ -> shared(new Acl.Everyone(), Permission.READ);
      case PUBLIC_READ_WRITE -> shared(new Acl.Everyone(), Permission.READ, Permission.WRITE);
      case AUTHENTICATED_READ -> shared(new Acl.Authenticated(), Permission.READ);
      case BUCKET_OWNER_READ -> withBucketOwner(owner, bucketOwner, Permission.READ);
      case BUCKET_OWNER_FULL_CONTROL ->
          withBucketOwner(owner, bucketOwner, Permission.FULL_CONTROL);
    };
  }

  private static Acl withBucketOwner(TenantId owner, TenantId bucketOwner, Permission permission) {
    if (owner.equals(bucketOwner)) return Acl.PRIVATE;
    return shared(new Acl.Account(bucketOwner), permission);
  }

  private static Acl shared(Acl.Grantee grantee, Permission... permissions) {
    List<Grant> grants = new ArrayList<>(Acl.PRIVATE.grants());
    for (Permission permission : permissions) grants.add(new Grant(grantee, permission));
    return new Acl(grants);
  }

  private Acl.Grantee grantee(AclRequest.Whom whom, String idArgument) {
    return switch (whom) {
      case AclRequest.Group(var group) -> group;
      case AclRequest.Id(var id) -> new Acl.Account(tenant(id, idArgument));
      case AclRequest.Email(var address) -> new Acl.Account(addressed(address));
    };
  }

  /// Who is called so; `argument` is what the place of the id is called in errors.
  ///
  /// @throws S3Failure when nobody is
  TenantId tenant(String id, String argument) {
    if (!id.isEmpty() && id.length() <= 128) {
      var tenant = new TenantId(id);
      if (!callers.account(tenant).equals(Account.ANONYMOUS)) return tenant;
    }
    throw S3Failure.argument("Invalid id", argument, id.substring(0, Math.min(64, id.length())));
  }

  private TenantId addressed(String address) {
    List<TenantId> tenants = callers.withEmail(address);
    if (tenants.isEmpty()) throw new S3Failure(S3Error.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS);
    if (tenants.size() > 1) throw new S3Failure(S3Error.AMBIGUOUS_GRANT_BY_EMAIL_ADDRESS);
    return tenants.getFirst();
  }
}
