package io.tarn.identity;

import io.tarn.store.TenantId;

/// A tenant as policies name it: by its canonical id or by the twelve digits that stand in an ARN.
/// Both name the same one, and either may stand where a policy expects an account.
public record Account(TenantId tenant, String number) {
  /// Of the caller who proved nothing; no policy can name it.
  public static final Account ANONYMOUS = new Account(TenantId.ANONYMOUS, "");

  public Account {
    if (!number.isEmpty() && !isNumber(number)) {
      throw new IllegalArgumentException("an account number is twelve digits");
    }
  }

  /// Whether `name`, found in a policy, means this account.
  boolean isCalled(String name) {
    return !number.isEmpty() && (name.equals(number) || name.equals(tenant.text()));
  }

  static boolean isNumber(String text) {
    if (text.length() != 12) return false;
    for (int i = 0; i < 12; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
    }
    return true;
  }
}
