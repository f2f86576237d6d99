package io.tarn.catalog;

import io.tarn.identity.Account;
import io.tarn.store.TenantId;
import java.time.Instant;

/// A tenant: who owns buckets, an account in the words of AWS. The id is the canonical one, 64
/// hexadecimal digits; the number is the twelve digits that stand in ARNs.
public record Tenant(
    TenantId id, String number, Profile profile, boolean enabled, Instant created) {

  /// What people call a tenant. The name is unique; display name and email may be empty.
  public record Profile(String name, String displayName, String email) {
    public Profile {
      Names.checkTenant(name);
      Names.checkText(displayName, "display name", 256);
      Names.checkEmail(email);
    }

    public Profile(String name) {
      this(name, "", "");
    }
  }

  public Account account() {
    return new Account(id, number);
  }

  /// The `DisplayName` of S3's answers.
  public String shownName() {
    return profile.displayName.isEmpty() ? profile.name : profile.displayName;
  }
}
