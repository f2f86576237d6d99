package io.tarn.store;

import java.util.ArrayList;
import java.util.List;

/// An access control list: what the owner of a bucket or object grants to others, in the order
/// given. Whose it is stands beside it, never in it: a grant to the owner says [Owner], so that
/// ownership is kept in one place.
///
/// Stores carry it and never look inside.
public record Acl(List<Grant> grants) {
  /// Nobody but the owner; what holds where no list was given.
  public static final Acl PRIVATE =
      new Acl(List.of(new Grant(new Owner(), Permission.FULL_CONTROL)));

  private static final String OWNER = "owner";
  private static final String EVERYONE = "everyone";
  private static final String AUTHENTICATED = "authenticated";

  public Acl {
    grants = List.copyOf(grants);
  }

  public record Grant(Grantee grantee, Permission permission) {}

  /// To whom something is granted.
  public sealed interface Grantee {
    /// Whether it stands for more than one tenant.
    default boolean isGroup() {
      return switch (this) {
        case Owner(), Account(_) -> false;
        case Everyone(), Authenticated() -> true;
      };
    }
  }

  /// Whoever owns what the list is of.
  public record Owner() implements Grantee {}

  /// A tenant, by its canonical id.
  public record Account(TenantId tenant) implements Grantee {}

  /// Anybody, also without credentials: the group `AllUsers` of S3.
  public record Everyone() implements Grantee {}

  /// Whoever has credentials of any tenant: the group `AuthenticatedUsers` of S3.
  public record Authenticated() implements Grantee {}

  /// What can be granted, spelled as in S3's documents.
  public enum Permission {
    READ,
    WRITE,
    READ_ACP,
    WRITE_ACP,
    FULL_CONTROL;

    /// Whether who has this may do what takes `wanted`.
    public boolean includes(Permission wanted) {
      return this == wanted || this == FULL_CONTROL;
    }
  }

  /// The form in which stores keep it: a line for each grant, the permission and the grantee. An id
  /// stands behind `=`, so that none is taken for a group.
  public String text() {
    var text = new StringBuilder(32 * grants.size());
    for (Grant grant : grants) {
      text.append(grant.permission).append(' ');
      switch (grant.grantee) {
        case Owner() -> text.append(OWNER);
        case Account(var tenant) -> text.append('=').append(tenant.text());
        case Everyone() -> text.append(EVERYONE);
        case Authenticated() -> text.append(AUTHENTICATED);
      }
      text.append('\n');
    }
    return text.toString();
  }

  /// Reads [#text]; anything else is an [IllegalArgumentException].
  public static Acl parse(String text) {
    var grants = new ArrayList<Grant>();
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      int space = text.indexOf(' ', from);
      if (space < 0 || end < space) throw new IllegalArgumentException("a broken ACL");
      var permission = Permission.valueOf(text.substring(from, space));
      grants.add(new Grant(grantee(text.substring(space + 1, end)), permission));
      from = end + 1;
    }
    return new Acl(grants);
  }

  private static Grantee grantee(String text) {
    if (text.startsWith("=")) return new Account(new TenantId(text.substring(1)));
    return switch (text) {
      case OWNER -> new Owner();
      case EVERYONE -> new Everyone();
      case AUTHENTICATED -> new Authenticated();
      default -> throw new IllegalArgumentException("a grantee of no known kind");
    };
  }
}
