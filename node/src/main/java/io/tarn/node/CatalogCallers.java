package io.tarn.node;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Credential;
import io.tarn.catalog.Tenant;
import io.tarn.gateway.CallerLookup;
import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.signature.SecretKey;
import io.tarn.store.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The people of the S3 front end are those of the catalog.
record CatalogCallers(Catalog catalog) implements CallerLookup {
  @Override
  public @Nullable SecretKey secret(String accessKeyId) {
    Credential credential = catalog.find(accessKeyId).orElse(null);
    return credential == null
        ? null
        : new SecretKey(credential.secret().reveal(), credential.revision());
  }

  @Override
  public @Nullable Caller caller(String accessKeyId) {
    return catalog.find(accessKeyId).map(Credential::caller).orElse(null);
  }

  @Override
  public Account account(TenantId tenant) {
    return catalog.tenant(tenant).map(Tenant::account).orElse(Account.ANONYMOUS);
  }

  @Override
  public List<TenantId> withEmail(String address) {
    return catalog.tenants().withEmail(address).stream().map(Tenant::id).toList();
  }

  @Override
  public String displayName(TenantId tenant) {
    return catalog.tenant(tenant).map(Tenant::shownName).orElse(tenant.text());
  }
}
