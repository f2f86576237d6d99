package io.tarn.s3;

import io.tarn.store.Acl;
import java.util.List;

/// The ACL a request asks for, as it spells it. Whose it will be, and whether there are those it
/// names, is found out later, when the caller is known.
public sealed interface AclRequest {
  /// Whether it asks for what a new bucket or object does not have anyway.
  default boolean shares() {
    return switch (this) {
      case Unsaid _ -> false;
      case Canned canned -> canned != Canned.PRIVATE;
      case Granted _ -> true;
    };
  }

  /// It asks for none.
  record Unsaid() implements AclRequest {}

  /// One of those that have a name.
  enum Canned implements AclRequest {
    PRIVATE,
    PUBLIC_READ,
    PUBLIC_READ_WRITE,
    AUTHENTICATED_READ,
    BUCKET_OWNER_READ,
    BUCKET_OWNER_FULL_CONTROL
  }

  /// Grant by grant.
  record Granted(List<Wanted> grants) implements AclRequest {
    public Granted {
      grants = List.copyOf(grants);
    }
  }

  record Wanted(Whom whom, Acl.Permission permission) {}

  /// A grantee, as a client calls it.
  sealed interface Whom {}

  /// The canonical id of a tenant, or what a client takes for one.
  record Id(String text) implements Whom {}

  record Email(String address) implements Whom {}

  record Group(Acl.Grantee group) implements Whom {}
}
