package io.tarn.identity;

import io.tarn.store.Acl;
import io.tarn.store.Acl.Permission;
import org.jspecify.annotations.Nullable;

/// Who but a policy can allow an action: by which permission of which ACL (S3 user guide, "Mapping
/// of ACL permissions and access policy permissions"), or by what somebody did.
enum AclGrant {
  /// Nobody: only policies can.
  NONE,
  BUCKET_READ,
  /// To write into the bucket, not to do anything to what is there.
  BUCKET_WRITE,
  BUCKET_READ_ACP,
  BUCKET_WRITE_ACP,
  OBJECT_READ,
  OBJECT_READ_ACP,
  OBJECT_WRITE_ACP,
  /// The object's owner, for whom no permission of an ACL stands.
  OBJECT_OWNER,
  /// Whoever began the upload: to look at its parts, and to give it up.
  INITIATOR;

  /// Whether the ACL of the bucket lets the caller do this. `byTenant`: grants to the caller's
  /// tenant count, not only those to groups.
  boolean ofBucket(Acls acls, Caller caller, boolean byTenant) {
    Permission wanted = onBucket();
    return wanted != null && grants(acls.bucket(), wanted, caller, byTenant);
  }

  /// Whether this ACL of an object does.
  boolean ofObject(Acl acl, Caller caller, boolean byTenant) {
    Permission wanted = onObject();
    return wanted != null && grants(acl, wanted, caller, byTenant);
  }

  /// Whether an object's owner has a say in this.
  boolean isOfObject() {
    return this == OBJECT_OWNER || onObject() != null;
  }

  private @Nullable Permission onBucket() {
    return switch (this) {
      case BUCKET_READ -> Permission.READ;
      case BUCKET_WRITE -> Permission.WRITE;
      case BUCKET_READ_ACP -> Permission.READ_ACP;
      case BUCKET_WRITE_ACP -> Permission.WRITE_ACP;
      case NONE, OBJECT_READ, OBJECT_READ_ACP, OBJECT_WRITE_ACP, OBJECT_OWNER, INITIATOR -> null;
    };
  }

  private @Nullable Permission onObject() {
    return switch (this) {
      case OBJECT_READ -> Permission.READ;
      case OBJECT_READ_ACP -> Permission.READ_ACP;
      case OBJECT_WRITE_ACP -> Permission.WRITE_ACP;
      case NONE, BUCKET_READ, BUCKET_WRITE, BUCKET_READ_ACP, BUCKET_WRITE_ACP -> null;
      case OBJECT_OWNER, INITIATOR -> null;
    };
  }

  private static boolean grants(Acl acl, Permission wanted, Caller caller, boolean byTenant) {
    for (Acl.Grant grant : acl.grants()) {
      if (grant.permission().includes(wanted) && isTo(grant.grantee(), caller, byTenant)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTo(Acl.Grantee grantee, Caller caller, boolean byTenant) {
    return switch (grantee) {
      case Acl.Everyone() -> true;
      case Acl.Authenticated() -> !(caller instanceof Caller.Anonymous);
      case Acl.Account(var tenant) ->
          byTenant && !(caller instanceof Caller.Anonymous) && tenant.equals(caller.tenant());
      case Acl.Owner() -> false; // owning counts by itself, whatever the list says
    };
  }
}
