package io.tarn.s3;

import io.tarn.s3.Acl.Grant;
import io.tarn.s3.Acl.Permission;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The access control list a request asks for in its headers: a canned one by name, or grants.
/// [#NONE] when it says nothing. What it comes to depends on who owns what.
public record AclRequest(String canned, List<Grant> grants) {
  public static final AclRequest NONE = new AclRequest("", List.of());
  private static final String GRANT = "x-amz-grant-";

  public AclRequest {
    grants = List.copyOf(grants);
  }

  public boolean isSaid() {
    return !canned.isEmpty() || !grants.isEmpty();
  }

  /// @throws S3Failure when it is no list S3 knows
  static AclRequest of(S3Request request) {
    String canned = request.header("x-amz-acl").toLowerCase(Locale.ROOT);
    switch (canned) {
      case "",
          "private",
          "public-read",
          "public-read-write",
          "authenticated-read",
          "bucket-owner-read",
          "bucket-owner-full-control" -> {}
      default ->
          throw S3Failure.argument("Invalid canned ACL", "x-amz-acl", Numbers.abbreviated(canned));
    }
    List<Grant> grants = grants(request.headers());
    if (canned.isEmpty() && grants.isEmpty()) return NONE;
    if (!canned.isEmpty() && !grants.isEmpty())
      throw new S3Failure(
          S3Error.INVALID_REQUEST, "Specifying both Canned ACLs and Header Grants is not allowed");
    return new AclRequest(canned, grants);
  }

  private static List<Grant> grants(RequestHeaders headers) {
    List<Grant> grants = List.of();
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!name.regionMatches(true, 0, GRANT, 0, GRANT.length())) continue;
      if (grants.isEmpty()) grants = new ArrayList<>();
      Permission permission = permission(name.substring(GRANT.length()).toLowerCase(Locale.ROOT));
      for (String grantee : headers.value(i).split(",", -1))
        grants.add(new Grant(grantee(grantee.strip()), permission));
      if (grants.size() > Acl.MOST)
        throw S3Failure.argument("Too many grants", name.toLowerCase(Locale.ROOT), "");
    }
    return grants;
  }

  private static Permission permission(String name) {
    return switch (name) {
      case "full-control" -> Permission.FULL_CONTROL;
      case "read" -> Permission.READ;
      case "write" -> Permission.WRITE;
      case "read-acp" -> Permission.READ_ACP;
      case "write-acp" -> Permission.WRITE_ACP;
      default -> throw S3Failure.notImplemented(GRANT + Numbers.abbreviated(name));
    };
  }

  private static Acl.Grantee grantee(String text) {
    int equals = text.indexOf('=');
    String type = equals < 0 ? "" : text.substring(0, equals).strip();
    String value = text.substring(equals + 1).strip().replace("\"", "");
    return switch (type) {
      case "id" -> tenant(value);
      case "uri" -> Acl.group(value);
      case "emailAddress" -> throw S3Failure.notImplemented("x-amz-grant-* by emailAddress");
      default ->
          throw S3Failure.argument(
              "Argument format not recognized", "x-amz-grant", Numbers.abbreviated(text));
    };
  }

  static Acl.Grantee tenant(String id) {
    boolean possible = !id.isEmpty() && id.length() <= 128 && id.indexOf(' ') < 0;
    if (!possible || id.equals(TenantId.ANONYMOUS.text()))
      throw S3Failure.argument("Invalid id", "CanonicalUser/ID", Numbers.abbreviated(id));
    return new Acl.Tenant(new TenantId(id));
  }

  /// What it comes to for something of `owner` in a bucket of `bucketOwner`.
  public Acl resolve(TenantId owner, TenantId bucketOwner) {
    List<Grant> all = new ArrayList<>();
    if (grants.isEmpty()) all.add(new Grant(new Acl.Tenant(owner), Permission.FULL_CONTROL));
    all.addAll(grants);
    switch (canned) {
      case "public-read" -> all.add(new Grant(new Acl.Everyone(), Permission.READ));
      case "public-read-write" -> {
        all.add(new Grant(new Acl.Everyone(), Permission.READ));
        all.add(new Grant(new Acl.Everyone(), Permission.WRITE));
      }
      case "authenticated-read" -> all.add(new Grant(new Acl.Authenticated(), Permission.READ));
      case "bucket-owner-read" -> addOther(all, owner, bucketOwner, Permission.READ);
      case "bucket-owner-full-control" ->
          addOther(all, owner, bucketOwner, Permission.FULL_CONTROL);
      default -> {} // private, or grants
    }
    return new Acl(owner, all);
  }

  private static void addOther(
      List<Grant> grants, TenantId owner, TenantId bucketOwner, Permission permission) {
    if (!owner.equals(bucketOwner)) grants.add(new Grant(new Acl.Tenant(bucketOwner), permission));
  }
}
