package io.tarn.gateway;

import io.tarn.s3.ContinuationTokens;
import io.tarn.s3.ListingDocuments;
import io.tarn.s3.OwnerNames;
import io.tarn.s3.PageRequest;
import io.tarn.s3.S3Operation;
import io.tarn.s3.UploadDocuments;
import io.tarn.store.Bucket;
import io.tarn.store.BucketPage;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.TenantId;
import io.tarn.store.UploadPage;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.util.List;

/// Everything that lists.
final class Listings {
  private static final int MOST_BUCKETS = 10_000;

  private final Stores stores;
  private final ContinuationTokens tokens;
  private final OwnerNames owners;

  Listings(Stores stores, ContinuationTokens tokens, OwnerNames owners) {
    this.stores = stores;
    this.tokens = tokens;
    this.owners = owners;
  }

  Reply buckets(Call call, S3Operation.ListBuckets list) {
    TenantId tenant = call.caller().tenant();
    String after =
        list.token().isEmpty()
            ? ""
            : ((ListFrom.After) tokens.open(list.token(), 0, list.prefix(), tenant.text())).text();
    int limit = list.limit() == 0 ? MOST_BUCKETS : list.limit();
    BucketPage page = stores.buckets().page(tenant, list.prefix(), after, limit);
    String token =
        page.truncated()
            ? tokens.seal(
                0,
                list.prefix(),
                tenant.text(),
                new ListFrom.After(page.buckets().getLast().name().text()))
            : "";
    if (!list.region().isEmpty()) {
      page =
          new BucketPage(
              page.buckets().stream().filter(b -> b.region().equals(list.region())).toList(),
              page.truncated());
    }
    return Reply.xml(ListingDocuments.buckets(page, tenant, owners, list.prefix(), token));
  }

  Reply objects(Bucket bucket, S3Operation.ListObjects list) {
    ObjectPage page = page(bucket, list.page(), new ListFrom.After(list.marker()));
    return Reply.xml(ListingDocuments.objects(list, page, owners));
  }

  Reply objectsV2(Bucket bucket, S3Operation.ListObjectsV2 list) {
    PageRequest asked = list.page();
    ListFrom from = ListFrom.START;
    if (list.token() != null && !list.token().isEmpty()) {
      from = tokens.open(list.token(), bucket.id(), asked.prefix(), asked.delimiter());
    } else if (list.startAfter() != null) {
      from = new ListFrom.After(list.startAfter());
    }
    ObjectPage page = page(bucket, asked, from);
    ListFrom next = page.next();
    String token =
        next == null ? "" : tokens.seal(bucket.id(), asked.prefix(), asked.delimiter(), next);
    return Reply.xml(ListingDocuments.objectsV2(list, page, token, owners));
  }

  private ObjectPage page(Bucket bucket, PageRequest asked, ListFrom from) {
    if (asked.limit() == 0) return new ObjectPage(List.of(), null);
    return stores
        .objects()
        .list(new ListObjects(bucket, asked.prefix(), asked.delimiter(), from, asked.limit()));
  }

  Reply versions(Bucket bucket, S3Operation.ListObjectVersions list) {
    PageRequest asked = list.page();
    VersionPage page =
        asked.limit() == 0
            ? new VersionPage(List.of(), null, Version.LATEST)
            : stores
                .objects()
                .versions(
                    new ListVersions(
                        bucket,
                        asked.prefix(),
                        asked.delimiter(),
                        new ListFrom.After(list.keyMarker()),
                        list.versionMarker(),
                        asked.limit()));
    return Reply.xml(ListingDocuments.versions(list, page, owners));
  }

  Reply uploads(Bucket bucket, S3Operation.ListMultipartUploads list) {
    PageRequest asked = list.page();
    // Without a key marker, an upload marker says nothing.
    String afterUpload = list.keyMarker().isEmpty() ? "" : list.uploadMarker();
    UploadPage page =
        asked.limit() == 0
            ? new UploadPage(List.of(), null, "")
            : stores
                .objects()
                .uploads(
                    new ListUploads(
                        bucket,
                        asked.prefix(),
                        asked.delimiter(),
                        new ListFrom.After(list.keyMarker()),
                        afterUpload,
                        asked.limit()));
    return Reply.xml(UploadDocuments.uploads(list, page, owners));
  }
}
