package io.tarn.identity;

import io.tarn.store.Acl;
import io.tarn.store.Acl.Permission;
import org.jspecify.annotations.Nullable;

/// Which actions the permissions of an ACL stand for (S3 user guide, "Mapping of ACL permissions
/// and access policy permissions").
final class AclActions {
  private AclActions() {}

  /// Whether the ACL of the bucket lets the caller do this. `byTenant`: grants to the caller's
  /// tenant count, not only those to groups.
  static boolean ofBucket(Action action, Acls acls, Caller caller, boolean byTenant) {
    Permission wanted = ofBucket(action);
    return wanted != null && grants(acls.bucket(), wanted, caller, byTenant);
  }

  static boolean ofObject(Action action, Acl acl, Caller caller, boolean byTenant) {
    Permission wanted = ofObject(action);
    return wanted != null && grants(acl, wanted, caller, byTenant);
  }

  private static boolean grants(Acl acl, Permission wanted, Caller caller, boolean byTenant) {
    for (Acl.Grant grant : acl.grants())
      if (grant.permission().includes(wanted) && isTo(grant.grantee(), caller, byTenant))
        return true;
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

  @SuppressWarnings("MissingCasesInEnumSwitch")
  private static @Nullable Permission ofBucket(Action action) {
    return switch (action) {
      case LIST_BUCKET, LIST_BUCKET_VERSIONS, LIST_BUCKET_MULTIPART_UPLOADS -> Permission.READ;
      case PUT_OBJECT -> Permission.WRITE; // not what is done to what is there
      case GET_BUCKET_ACL -> Permission.READ_ACP;
      case PUT_BUCKET_ACL -> Permission.WRITE_ACP;
      default -> null; // a grant stands for these few, a policy for the rest
    };
  }

  @SuppressWarnings("MissingCasesInEnumSwitch")
  private static @Nullable Permission ofObject(Action action) {
    return switch (action) {
      case GET_OBJECT, GET_OBJECT_VERSION -> Permission.READ;
      case GET_OBJECT_ACL, GET_OBJECT_VERSION_ACL -> Permission.READ_ACP;
      case PUT_OBJECT_ACL, PUT_OBJECT_VERSION_ACL -> Permission.WRITE_ACP;
      default -> null; // likewise
    };
  }

  /// Whether whoever began an upload may do this to it: look at its parts, and give it up.
  static boolean isOfInitiator(Action action) {
    return action == Action.ABORT_MULTIPART_UPLOAD || action == Action.LIST_MULTIPART_UPLOAD_PARTS;
  }

  /// Whether an object's owner has a say in this.
  @SuppressWarnings("MissingCasesInEnumSwitch")
  static boolean isOfObject(Action action) {
    return switch (action) {
      case GET_OBJECT_ATTRIBUTES,
          GET_OBJECT_VERSION_ATTRIBUTES,
          GET_OBJECT_TAGGING,
          GET_OBJECT_VERSION_TAGGING,
          PUT_OBJECT_TAGGING,
          PUT_OBJECT_VERSION_TAGGING,
          DELETE_OBJECT_TAGGING,
          DELETE_OBJECT_VERSION_TAGGING ->
          true;
      default -> ofObject(action) != null; // everything else is about buckets, or deletes
    };
  }
}
