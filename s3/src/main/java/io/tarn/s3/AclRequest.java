package io.tarn.s3;

import io.tarn.store.Acl;
import java.util.List;

/// The ACL a request asks for, as it spells it. Whose it will be, and whether there are those it
/// names, is found out later, when the caller is known.
public sealed interface AclRequest {
  /// What errors call an id in a document.
  String DOCUMENT_ID = "CanonicalUser/ID";

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
    PRIVATE("private"),
    PUBLIC_READ("public-read"),
    PUBLIC_READ_WRITE("public-read-write"),
    AUTHENTICATED_READ("authenticated-read"),
    BUCKET_OWNER_READ("bucket-owner-read"),
    BUCKET_OWNER_FULL_CONTROL("bucket-owner-full-control");

    private final String text;

    Canned(String text) {
      this.text = text;
    }

    /// As `x-amz-acl` spells it.
    public String text() {
      return text;
    }
  }

  /// Grant by grant, in the headers or in a document.
  record Granted(List<Wanted> grants, boolean inHeaders) implements AclRequest {
    public Granted {
      grants = List.copyOf(grants);
    }

    /// What errors call the place of an id.
    public String idArgument() {
      return inHeaders ? "id" : DOCUMENT_ID;
    }
  }

  record Wanted(Whom whom, Acl.Permission permission) {}

  /// A grantee, as a client calls it.
  sealed interface Whom {
    /// As `x-amz-grant-…` spells it: the kind, and between quotes or none what is called so.
    default String text(String quote) {
      return switch (this) {
        case Id(var id) -> "id=" + quote + id + quote;
        case Email(var address) -> "emailAddress=" + quote + address + quote;
        case Group(var group) -> "uri=" + quote + AclHeaders.uri(group) + quote;
      };
    }
  }

  /// The canonical id of a tenant, or what a client takes for one.
  record Id(String text) implements Whom {}

  record Email(String address) implements Whom {}

  record Group(Acl.Grantee group) implements Whom {}
}
