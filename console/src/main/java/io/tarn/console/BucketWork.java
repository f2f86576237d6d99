package io.tarn.console;

import static io.tarn.console.Directory.asked;

import io.tarn.catalog.Catalog;
import io.tarn.catalog.Tenant;
import io.tarn.console.AdminOperation.ListBuckets;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Capability;
import io.tarn.store.CreateBucket;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.NoSuchBucket;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator does with buckets, whoever owns them.
final class BucketWork {
  private final Buckets buckets;
  private final Origins origins;
  private final Catalog catalog;
  private final Directory directory;
  private final int pageSize;

  BucketWork(Buckets buckets, Origins origins, Catalog catalog, Directory directory, int pageSize) {
    this.buckets = buckets;
    this.origins = origins;
    this.catalog = catalog;
    this.directory = directory;
    this.pageSize = pageSize;
  }

  /// A page of the buckets of one tenant by name, or, for the operator, of all tenants: then tenant
  /// by tenant, where a page goes on within a tenant after `tenant/bucket`, or with the tenants
  /// after `tenant`.
  JsonNode list(ListBuckets request, Authority by) {
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("buckets");
    boolean all = request.tenant().isEmpty() && by instanceof Authority.Operator;
    if (!all) {
      Tenant tenant = directory.tenant(request.tenant());
      by.over(tenant.id());
      return answer.put("next", add(list, tenant, request.prefix(), request.after()));
    }
    return answer.put("next", addOfAll(list, request.prefix(), request.after()));
  }

  /// Adds up to as many buckets as fit. Answers the last of them if there are more, else nothing.
  private String add(ArrayNode list, Tenant tenant, String prefix, String after) {
    int room = pageSize - list.size();
    BucketPage page = buckets.page(tenant.id(), prefix, after, room);
    for (Bucket bucket : page.buckets()) list.add(shown(bucket, tenant.profile().name()));
    return page.truncated() ? page.buckets().getLast().name().text() : "";
  }

  private String addOfAll(ArrayNode list, String prefix, String after) {
    int slash = after.indexOf('/');
    String last = slash < 0 ? after : after.substring(0, slash);
    if (slash > 0) {
      Optional<Tenant> within = asked(() -> catalog.tenants().named(last));
      String rest =
          within.map(tenant -> add(list, tenant, prefix, after.substring(slash + 1))).orElse("");
      if (!rest.isEmpty()) return last + "/" + rest;
    }
    return addOfFurther(list, prefix, last);
  }

  private String addOfFurther(ArrayNode list, String prefix, String after) {
    List<Tenant> tenants = catalog.tenants().list(after, pageSize);
    String last = after;
    for (Tenant tenant : tenants) {
      if (list.size() == pageSize) return last;
      last = tenant.profile().name();
      String rest = add(list, tenant, prefix, "");
      if (!rest.isEmpty()) return last + "/" + rest;
    }
    return tenants.size() < pageSize ? "" : last;
  }

  JsonNode create(BucketName name, String tenantText, Authority by) {
    Tenant tenant = directory.tenant(tenantText);
    by.over(tenant.id());
    Bucket bucket = buckets.create(new CreateBucket(name, tenant.id(), ""));
    return shown(bucket, tenant.profile().name());
  }

  /// The origin is tried out before there is a bucket.
  JsonNode link(BucketName name, String tenantText, LinkRequest request, Authority by) {
    by.overOrigins();
    Tenant tenant = directory.tenant(tenantText);
    buckets
        .find(name)
        .ifPresent(
            there -> {
              throw new StoreFailure.BucketExists(there);
            });
    Origins.Linked link = origins.examine(name, tenant.id(), request);
    Bucket bucket =
        buckets.create(new CreateBucket(name, tenant.id(), "", link.home(), link.documents()));
    origins.linked(bucket);
    return shown(bucket, tenant.profile().name());
  }

  /// What is at the origin stays there.
  JsonNode unlink(BucketName name, Authority by) {
    by.overOrigins();
    Bucket bucket = find(name, by);
    if (!(bucket.home() instanceof Home.Linked)) {
      throw AdminFailure.conflict(
          "BucketNotLinked", "The bucket " + name + " is not linked; `tarn bucket rm` deletes it.");
    }
    origins.unlink(bucket, () -> buckets.delete(bucket));
    origins.unlinked(bucket);
    return Replies.object().put("name", name.text()).put("unlinked", true);
  }

  JsonNode delete(BucketName name, Authority by) {
    Bucket bucket = find(name, by);
    if (bucket.home() instanceof Home.Linked) {
      throw AdminFailure.conflict(
          "BucketLinked",
          "The bucket %s is linked; `tarn bucket unlink %s` takes the link away and leaves what is at the origin."
              .formatted(name, name));
    }
    if (bucket.home() instanceof Home.Files) {
      throw AdminFailure.conflict(
          "BucketOfFiles", "The bucket %s is the files API's.".formatted(name));
    }
    buckets.delete(bucket);
    return Replies.object().put("name", name.text()).put("deleted", true);
  }

  JsonNode setVersioning(BucketName name, Versioning versioning, Authority by) {
    Bucket there = find(name, by);
    there.require(Capability.VERSIONS);
    Bucket bucket = buckets.setVersioning(there, versioning);
    return shown(bucket, directory.nameOf(bucket.owner()));
  }

  /// Whether a tenant owns any bucket.
  boolean any(TenantId tenant) {
    return !buckets.page(tenant, "", "", 1).buckets().isEmpty();
  }

  /// How many buckets a tenant owns.
  long count(TenantId tenant) {
    long count = 0;
    String after = "";
    BucketPage page;
    do {
      page = buckets.page(tenant, "", after, pageSize);
      count += page.buckets().size();
      if (page.truncated()) after = page.buckets().getLast().name().text();
    } while (page.truncated());
    return count;
  }

  private Bucket find(BucketName name, Authority by) {
    Bucket bucket = buckets.find(name).orElseThrow(() -> new NoSuchBucket(name));
    by.over(bucket.owner());
    return bucket;
  }

  static ObjectNode shown(Bucket bucket, String tenant) {
    return Replies.object()
        .put("name", bucket.name().text())
        .put("tenant", tenant)
        .put("owner", bucket.owner().text())
        .put("region", bucket.region())
        .put("created", bucket.created().toString())
        .put("versioning", bucket.versioning().name().toLowerCase(Locale.ROOT))
        .set("home", shown(bucket.home()));
  }

  /// Where its objects are, and of a linked one what cannot be done there.
  static ObjectNode shown(Home home) {
    ObjectNode shown = Replies.object();
    switch (home) {
      case Home.Own _ -> shown.put("kind", "own");
      case Home.Files _ -> shown.put("kind", "files");
      case Home.OtherRegion _ -> shown.put("kind", "other-region");
      case Home.Linked link -> {
        shown.put("kind", "linked").put("origin", link.origin()).put("bucket", link.bucket());
        ArrayNode without = shown.put("prefix", link.prefix()).putArray("without");
        for (Capability capability : Capability.values()) {
          if (!link.capabilities().contains(capability)) {
            without.add(capability.name().toLowerCase(Locale.ROOT).replace('_', '-'));
          }
        }
      }
    }
    return shown;
  }
}
