package io.tarn.console;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Refused;
import io.tarn.catalog.Tenant;
import io.tarn.store.TenantId;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds tenants by what people call them: a name, a canonical id, or nothing for the root tenant.
final class Directory {
  private final Catalog catalog;
  private final TenantId root;

  Directory(Catalog catalog, TenantId root) {
    this.catalog = catalog;
    this.root = root;
  }

  TenantId root() {
    return root;
  }

  Tenant tenant(String text) {
    Optional<Tenant> found =
        text.isEmpty()
            ? catalog.tenants().find(root)
            : asked(() -> catalog.tenants().named(text))
                .or(() -> catalog.tenants().find(new TenantId(text)));
    return found.orElseThrow(
        () ->
            AdminFailure.notFound("There is no tenant " + text + "; `tarn tenant ls` lists them."));
  }

  /// The same, if it is somebody's to change and to look at.
  TenantId tenant(String text, Authority by) {
    TenantId tenant = tenant(text).id();
    by.over(tenant);
    return tenant;
  }

  /// What people call a tenant; its id when it has gone.
  String nameOf(TenantId id) {
    return catalog.tenant(id).map(tenant -> tenant.profile().name()).orElse(id.text());
  }

  /// What the catalog answers, with its refusals in the words of the admin API.
  static <T> T asked(Supplier<T> work) {
    try {
      return work.get();
    } catch (Refused e) {
      throw AdminFailure.of(e);
    }
  }
}
