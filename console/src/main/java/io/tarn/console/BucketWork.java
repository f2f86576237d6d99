package io.tarn.console;

import io.tarn.console.AdminOperation.ListBuckets;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.StoreFailure.NoSuchBucket;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator does with buckets, whoever owns them.
final class BucketWork {
  private final Buckets buckets;
  private final Directory directory;
  private final int pageSize;

  BucketWork(Buckets buckets, Directory directory, int pageSize) {
    this.buckets = buckets;
    this.directory = directory;
    this.pageSize = pageSize;
  }

  /// The buckets of one tenant by pages, or those of all tenants, up to a page of each; `truncated`
  /// says when some were left out.
  JsonNode list(ListBuckets request) {
    ObjectNode answer = Replies.object();
    ArrayNode list = answer.putArray("buckets");
    boolean truncated = false;
    for (var tenant : directory.tenantsOrAll(request.tenant())) {
      BucketPage page = buckets.page(tenant.id(), request.prefix(), request.after(), pageSize);
      for (Bucket bucket : page.buckets()) list.add(shown(bucket, tenant.profile().name()));
      truncated |= page.truncated();
    }
    return answer.put("truncated", truncated);
  }

  JsonNode create(BucketName name, String tenantText) {
    var tenant = directory.tenant(tenantText);
    Bucket bucket = buckets.create(new CreateBucket(name, tenant.id(), ""));
    return shown(bucket, tenant.profile().name());
  }

  JsonNode delete(BucketName name) {
    buckets.delete(find(name));
    return Replies.object().put("name", name.text()).put("deleted", true);
  }

  JsonNode setVersioning(BucketName name, Versioning versioning) {
    Bucket bucket = buckets.setVersioning(find(name), versioning);
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

  private Bucket find(BucketName name) {
    return buckets.find(name).orElseThrow(() -> new NoSuchBucket(name));
  }

  private static ObjectNode shown(Bucket bucket, String tenant) {
    return Replies.object()
        .put("name", bucket.name().text())
        .put("tenant", tenant)
        .put("owner", bucket.owner().text())
        .put("region", bucket.region())
        .put("created", bucket.created().toString())
        .put("versioning", bucket.versioning().name().toLowerCase(Locale.ROOT));
  }
}
