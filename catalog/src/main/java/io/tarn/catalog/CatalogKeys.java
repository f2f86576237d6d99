package io.tarn.catalog;

import io.tarn.meta.MetaKey;
import io.tarn.store.TenantId;

/// The keys of the catalog's rows; the table is in the package's documentation. Names hold no `/`.
final class CatalogKeys {
  static final char[] KINDS = {'A', 'C', 'I', 'K', 'N', 'Q', 'T', 'Y'};
  static final String TENANTS = "T";
  static final String TENANT_NAMES = "N";
  static final String ACCESS_KEYS = "A";
  static final MetaKey ROOT = MetaKey.of("Croot");

  private CatalogKeys() {}

  static MetaKey tenant(TenantId id) {
    return MetaKey.of(TENANTS + id);
  }

  static MetaKey tenantName(String name) {
    return MetaKey.of(TENANT_NAMES + name);
  }

  static MetaKey number(String number) {
    return MetaKey.of("Q" + number);
  }

  static String users(TenantId tenant) {
    return "I" + tenant + '/';
  }

  static MetaKey user(TenantId tenant, String name) {
    return MetaKey.of(users(tenant) + name);
  }

  static MetaKey accessKey(String id) {
    return MetaKey.of(ACCESS_KEYS + id);
  }

  static String owned(Owner owner) {
    return "K" + owner.tenant() + '/' + owner.user() + '/';
  }

  static MetaKey owned(Owner owner, String accessKey) {
    return MetaKey.of(owned(owner) + accessKey);
  }

  static String policies(TenantId tenant) {
    return "Y" + tenant + '/';
  }

  static MetaKey policy(TenantId tenant, String name) {
    return MetaKey.of(policies(tenant) + name);
  }
}
