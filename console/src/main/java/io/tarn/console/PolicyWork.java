package io.tarn.console;

import static io.tarn.console.Directory.asked;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Policies.Named;
import io.tarn.console.AdminOperation.SetPolicy;
import io.tarn.identity.MalformedPolicy;
import io.tarn.store.TenantId;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator does with the named policies of a tenant.
final class PolicyWork {
  private final Catalog catalog;
  private final Directory directory;
  private final int pageSize;

  PolicyWork(Catalog catalog, Directory directory, int pageSize) {
    this.catalog = catalog;
    this.directory = directory;
    this.pageSize = pageSize;
  }

  JsonNode list(String tenantText, String after, Authority by) {
    TenantId tenant = directory.tenant(tenantText, by);
    List<Named> policies = asked(() -> catalog.policies().list(tenant, after, pageSize));
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("policies");
    for (Named policy : policies) {
      list.addObject().put("name", policy.name()).put("canned", policy.canned());
    }
    return answer.put("next", policies.size() < pageSize ? "" : policies.getLast().name());
  }

  JsonNode show(String tenantText, String name, Authority by) {
    TenantId tenant = directory.tenant(tenantText, by);
    Named policy =
        asked(() -> catalog.policies().find(tenant, name))
            .orElseThrow(
                () ->
                    AdminFailure.notFound(
                        "There is no policy " + name + "; `tarn policy ls` lists them."));
    ObjectNode answer = Replies.object().put("name", name).put("canned", policy.canned());
    answer.set("document", Replies.JSON.readTree(policy.document()));
    return answer;
  }

  JsonNode set(SetPolicy request, Authority by) {
    TenantId tenant = directory.tenant(request.tenant(), by);
    String name = request.policy();
    String document = request.document();
    try {
      return asked(
          () -> {
            catalog
                .policies()
                .put(tenant, name, document, now -> by.over(tenant, name, now, document));
            return Replies.object().put("name", name).put("canned", false);
          });
    } catch (MalformedPolicy e) {
      throw AdminFailure.of(e);
    }
  }

  JsonNode delete(String tenantText, String name, Authority by) {
    TenantId tenant = directory.tenant(tenantText, by);
    return asked(
        () -> {
          catalog.policies().delete(tenant, name, now -> by.over(tenant, name, now, ""));
          return Replies.object().put("name", name).put("deleted", true);
        });
  }
}
