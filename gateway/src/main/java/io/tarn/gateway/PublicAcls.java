package io.tarn.gateway;

import io.tarn.store.Acl;

/// What becomes of grants to everyone, or to everyone with credentials, in ACLs. Whatever is chosen
/// holds for those that were kept before, too.
public enum PublicAcls {
  /// They are kept and shown, and have no effect.
  IGNORE,
  /// Requests that ask for them are refused; those that are kept already have no effect.
  REFUSE,
  /// They open what they are on.
  ALLOW;

  /// What of it counts when somebody asks for permission.
  Acl inEffect(Acl acl) {
    return switch (this) {
      case ALLOW -> acl;
      case IGNORE, REFUSE ->
          isPublic(acl)
              ? new Acl(acl.grants().stream().filter(grant -> !grant.grantee().isGroup()).toList())
              : acl;
    };
  }

  boolean refuses(Acl acl) {
    return switch (this) {
      case ALLOW, IGNORE -> false;
      case REFUSE -> isPublic(acl);
    };
  }

  static boolean isPublic(Acl acl) {
    for (Acl.Grant grant : acl.grants()) {
      if (grant.grantee().isGroup()) return true;
    }
    return false;
  }
}
