package io.tarn.store;

/// Who owns things: the canonical id of a tenant (an account, in the words of AWS). Opaque,
/// printable, never reused.
public record TenantId(String text) {
  /// The caller who proved nothing. Owns nothing.
  public static final TenantId ANONYMOUS = new TenantId("anonymous");

  public TenantId {
    if (text.isEmpty() || text.length() > 128) {
      throw new IllegalArgumentException("tenant id of " + text.length() + " characters");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
