package io.tarn.s3;

import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;

/// An access control list: who owns something, and to whom what of it was granted ("Access control
/// list (ACL) overview" in the S3 user guide). ACLs only ever allow; a policy that denies wins.
public record Acl(TenantId owner, List<Grant> grants) {
  /// How many grants a list can have.
  public static final int MOST = 100;

  private static final String EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers";
  private static final String AUTHENTICATED =
      "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

  public Acl {
    grants = List.copyOf(grants);
  }

  /// What can be granted.
  public enum Permission {
    FULL_CONTROL,
    READ,
    WRITE,
    READ_ACP,
    WRITE_ACP
  }

  public record Grant(Grantee grantee, Permission permission) {}

  /// To whom.
  public sealed interface Grantee {}

  public record Tenant(TenantId id) implements Grantee {}

  public record Everyone() implements Grantee {}

  /// Whoever proved who they are.
  public record Authenticated() implements Grantee {}

  /// Only the owner, and everything.
  public static Acl ofOwner(TenantId owner) {
    return new Acl(owner, List.of(new Grant(new Tenant(owner), Permission.FULL_CONTROL)));
  }

  /// Whether nothing is granted to anybody but the owner.
  public boolean isPrivate() {
    return equals(ofOwner(owner));
  }

  /// Whether this tenant may; [TenantId#ANONYMOUS] is nobody in particular.
  public boolean allows(TenantId tenant, Permission wanted) {
    for (Grant grant : grants) {
      boolean covers = grant.permission == Permission.FULL_CONTROL || grant.permission == wanted;
      if (covers && reaches(grant.grantee, tenant)) return true;
    }
    return false;
  }

  private static boolean reaches(Grantee grantee, TenantId tenant) {
    boolean known = !tenant.equals(TenantId.ANONYMOUS);
    return switch (grantee) {
      case Everyone _ -> true;
      case Authenticated _ -> known;
      case Tenant one -> known && one.id().equals(tenant);
    };
  }

  /// The URI of a group, empty for a tenant.
  static String uri(Grantee grantee) {
    return switch (grantee) {
      case Everyone _ -> EVERYONE;
      case Authenticated _ -> AUTHENTICATED;
      case Tenant _ -> "";
    };
  }

  /// The group of this URI.
  static Grantee group(String uri) {
    return switch (uri) {
      case EVERYONE -> new Everyone();
      case AUTHENTICATED -> new Authenticated();
      default -> throw S3Failure.argument("Invalid group uri", "Grantee", Numbers.abbreviated(uri));
    };
  }

  /// As it is kept: the owner, then a permission and a grantee per grant, parted by spaces.
  public String toText() {
    var text = new StringBuilder(owner.text());
    for (Grant grant : grants) {
      text.append(' ').append(grant.permission).append(' ');
      switch (grant.grantee) {
        case Everyone _ -> text.append('*');
        case Authenticated _ -> text.append('+');
        case Tenant tenant -> text.append('=').append(tenant.id().text());
      }
    }
    return text.toString();
  }

  /// What [#toText] wrote.
  ///
  /// @throws IllegalArgumentException when it is something else
  public static Acl ofText(String text) {
    String[] words = text.split(" ", -1);
    if (words.length % 2 != 1) throw new IllegalArgumentException("not an access control list");
    List<Grant> grants = new ArrayList<>(words.length / 2);
    for (int i = 1; i < words.length; i += 2)
      grants.add(new Grant(grantee(words[i + 1]), Permission.valueOf(words[i])));
    return new Acl(new TenantId(words[0]), grants);
  }

  private static Grantee grantee(String word) {
    return switch (word) {
      case "*" -> new Everyone();
      case "+" -> new Authenticated();
      default -> new Tenant(new TenantId(word.substring(1)));
    };
  }
}
