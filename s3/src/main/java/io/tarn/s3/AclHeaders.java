package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.Acl;
import io.tarn.store.Acl.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The headers that ask for an ACL: `x-amz-acl`, or `x-amz-grant-…` for single grants.
final class AclHeaders {
  /// The most grants of one ACL (S3 user guide, "Access control list overview").
  static final int MOST = 100;

  private static final AclRequest UNSAID = new AclRequest.Unsaid();
  private static final String GRANT = "x-amz-grant-";
  private static final String GROUPS = "http://acs.amazonaws.com/groups/";

  private AclHeaders() {}

  static AclRequest of(S3Request request) {
    String canned = request.header("x-amz-acl");
    List<AclRequest.Wanted> grants = List.of();
    RequestHeaders headers = request.headers();
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (!name.regionMatches(true, 0, GRANT, 0, GRANT.length())) continue;
      if (grants.isEmpty()) grants = new ArrayList<>();
      read(name.toLowerCase(Locale.ROOT), headers.value(i), grants);
    }
    if (canned.isEmpty()) return grants.isEmpty() ? UNSAID : new AclRequest.Granted(grants, true);
    if (!grants.isEmpty()) {
      throw new S3Failure(
          S3Error.INVALID_REQUEST, "Specifying both Canned ACLs and Header Grants is not allowed");
    }
    return canned(canned);
  }

  /// Each has one spelling: a condition of a policy compares texts.
  private static AclRequest canned(String name) {
    for (AclRequest.Canned canned : AclRequest.Canned.values()) {
      if (canned.text().equals(name)) return canned;
    }
    // Grants to services of AWS, which are not here.
    if (name.equals("aws-exec-read") || name.equals("log-delivery-write")) {
      throw S3Failure.notImplemented("x-amz-acl");
    }
    throw S3Failure.argument("Invalid Argument", "x-amz-acl", Numbers.abbreviated(name));
  }

  private static Permission permission(String header) {
    return switch (header.substring(GRANT.length())) {
      case "read" -> Permission.READ;
      case "write" -> Permission.WRITE;
      case "read-acp" -> Permission.READ_ACP;
      case "write-acp" -> Permission.WRITE_ACP;
      case "full-control" -> Permission.FULL_CONTROL;
      default -> throw S3Failure.notImplemented(header);
    };
  }

  /// `id="…", emailAddress="…", uri="…"`; clients leave out the quotes.
  private static void read(String header, String value, List<AclRequest.Wanted> grants) {
    Permission permission = permission(header);
    for (int from = 0; from <= value.length(); ) {
      int comma = value.indexOf(',', from);
      int end = comma < 0 ? value.length() : comma;
      String grantee = value.substring(from, end).strip();
      int equals = grantee.indexOf('=');
      AclRequest.Whom whom =
          equals < 0
              ? null
              : whom(grantee.substring(0, equals).strip(), unquoted(grantee.substring(equals + 1)));
      if (whom == null || grants.size() >= MOST) {
        throw S3Failure.argument(
            "Argument format not recognized", header, Numbers.abbreviated(grantee));
      }
      grants.add(new AclRequest.Wanted(whom, permission));
      from = end + 1;
    }
  }

  private static String unquoted(String text) {
    String value = text.strip();
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static AclRequest.@Nullable Whom whom(String kind, String value) {
    return switch (kind.toLowerCase(Locale.ROOT)) {
      case "id" -> new AclRequest.Id(value);
      case "emailaddress" -> new AclRequest.Email(value);
      case "uri" -> group(value, "uri");
      default -> null;
    };
  }

  /// `argument` is what its place is called in errors.
  static AclRequest.Group group(String uri, String argument) {
    return switch (uri) {
      case GROUPS + "global/AllUsers" -> new AclRequest.Group(new Acl.Everyone());
      case GROUPS + "global/AuthenticatedUsers" -> new AclRequest.Group(new Acl.Authenticated());
      case GROUPS + "s3/LogDelivery" ->
          throw new S3Failure(S3Error.NOT_IMPLEMENTED, "There is no log delivery to grant to.");
      default -> throw S3Failure.argument("Invalid group uri", argument, Numbers.abbreviated(uri));
    };
  }

  static String uri(Acl.Grantee group) {
    return switch (group) {
      case Acl.Everyone() -> GROUPS + "global/AllUsers";
      case Acl.Authenticated() -> GROUPS + "global/AuthenticatedUsers";
      case Acl.Owner(), Acl.Account(_) -> throw new IllegalStateException("not a group");
    };
  }
}
