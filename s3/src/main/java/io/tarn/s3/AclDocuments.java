package io.tarn.s3;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Acl;
import io.tarn.store.TenantId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `AccessControlPolicy`, in and out.
public final class AclDocuments {
  private static final String TYPED =
      "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"";
  private static final byte[] USER = XmlWriter.ascii(TYPED + "CanonicalUser\">");
  private static final byte[] GROUP = XmlWriter.ascii(TYPED + "Group\">");

  private AclDocuments() {}

  /// `owner` is the id the client says owns the thing.
  public record Given(String owner, AclRequest.Granted grants) {}

  /// @throws S3Failure when it is malformed, or names a group that is not there
  public static Given read(byte[] document) {
    try {
      return given(XmlReader.read(document, "AccessControlPolicy"));
    } catch (S3Failure e) {
      if (e.error() != S3Error.MALFORMED_XML) throw e;
      throw new S3Failure(S3Error.MALFORMED_ACL);
    }
  }

  private static Given given(XmlElement root) {
    root.only(Set.of("Owner", "AccessControlList"));
    String owner = "";
    List<AclRequest.Wanted> grants = new ArrayList<>();
    if (!root.has("AccessControlList") || !root.has("Owner")) throw XmlReader.malformed();
    for (XmlElement child : root.children()) {
      switch (child.name()) {
        case "Owner" -> owner = child.only(Set.of("ID", "DisplayName")).textOf("ID").strip();
        default -> {
          for (XmlElement grant : child.only(Set.of("Grant")).children()) grants.add(wanted(grant));
        }
      }
    }
    if (owner.isEmpty() || grants.size() > AclHeaders.MOST) throw XmlReader.malformed();
    return new Given(owner, new AclRequest.Granted(grants, false));
  }

  private static AclRequest.Wanted wanted(XmlElement grant) {
    grant.only(Set.of("Grantee", "Permission"));
    if (grant.children().size() != 2) throw XmlReader.malformed();
    AclRequest.Whom whom = null;
    for (XmlElement child : grant.children()) {
      if (child.name().equals("Grantee")) whom = whom(child);
    }
    Acl.Permission permission =
        switch (grant.textOf("Permission").strip()) {
          case "READ" -> Acl.Permission.READ;
          case "WRITE" -> Acl.Permission.WRITE;
          case "READ_ACP" -> Acl.Permission.READ_ACP;
          case "WRITE_ACP" -> Acl.Permission.WRITE_ACP;
          case "FULL_CONTROL" -> Acl.Permission.FULL_CONTROL;
          default -> throw XmlReader.malformed();
        };
    if (whom == null) throw XmlReader.malformed();
    return new AclRequest.Wanted(whom, permission);
  }

  /// What a grantee is, is told by what it is named by; its `xsi:type` must say the same, where it
  /// says anything.
  private static AclRequest.Whom whom(XmlElement grantee) {
    grantee.only(Set.of("ID", "DisplayName", "EmailAddress", "URI"));
    String id = grantee.textOf("ID").strip();
    String email = grantee.textOf("EmailAddress").strip();
    String uri = grantee.textOf("URI").strip();
    int named = (id.isEmpty() ? 0 : 1) + (email.isEmpty() ? 0 : 1) + (uri.isEmpty() ? 0 : 1);
    String type =
        !id.isEmpty() ? "CanonicalUser" : uri.isEmpty() ? "AmazonCustomerByEmail" : "Group";
    boolean fits = grantee.type().isEmpty() || grantee.type().equals(type);
    if (named != 1 || !fits) throw XmlReader.malformed();
    if (!id.isEmpty()) return new AclRequest.Id(id);
    return email.isEmpty() ? AclHeaders.group(uri, "Group/URI") : new AclRequest.Email(email);
  }

  public static ByteBuffer render(Acl acl, TenantId owner, OwnerNames owners) {
    var xml = XmlWriter.document("AccessControlPolicy", 512 + 256 * acl.grants().size());
    xml.open("Owner");
    tenant(xml, owner, owners).close("Owner").open("AccessControlList");
    for (Acl.Grant grant : acl.grants()) grant(xml, grant, owner, owners);
    return xml.close("AccessControlList").close("AccessControlPolicy").finish();
  }

  private static void grant(XmlWriter xml, Acl.Grant grant, TenantId owner, OwnerNames owners) {
    xml.open("Grant");
    switch (grant.grantee()) {
      case Acl.Owner() -> tenant(xml.raw(USER), owner, owners);
      case Acl.Account(var tenant) -> tenant(xml.raw(USER), tenant, owners);
      case Acl.Everyone(), Acl.Authenticated() ->
          xml.raw(GROUP).element("URI", AclHeaders.uri(grant.grantee()));
    }
    xml.close("Grantee").element("Permission", grant.permission().name()).close("Grant");
  }

  private static XmlWriter tenant(XmlWriter xml, TenantId tenant, OwnerNames owners) {
    return xml.element("ID", tenant.text()).element("DisplayName", owners.displayName(tenant));
  }
}
