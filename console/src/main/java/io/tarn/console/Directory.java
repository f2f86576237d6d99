package io.tarn.console;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Refused;
import io.tarn.catalog.Tenant;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds tenants by what people call them: a name, a canonical id, or nothing for the root tenant.
final class Directory {
  /// A bound for answers that name every tenant.
  static final int MOST_TENANTS = 10_000;

  private static final int PAGE = 500;

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

  List<Tenant> tenants() {
    var all = new ArrayList<Tenant>();
    List<Tenant> page;
    do {
      String after = all.isEmpty() ? "" : all.getLast().profile().name();
      page = catalog.tenants().list(after, PAGE);
      all.addAll(page);
    } while (page.size() == PAGE && all.size() < MOST_TENANTS);
    return all;
  }

  /// One tenant, or all when none is named.
  List<Tenant> tenantsOrAll(String text) {
    return text.isEmpty() ? tenants() : List.of(tenant(text));
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
