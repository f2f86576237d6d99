package io.tarn.conformance;

import io.tarn.catalog.AccessKey;
import io.tarn.catalog.Catalog;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.catalog.User;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.DocumentKind;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Permit;
import io.tarn.store.Read;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.testkit.Bodies;
import java.util.Arrays;

/// All that a store shows of itself, and who may use it, in words that are the same for stores that
/// hold the same; and how many blobs that takes.
record Portrait(String text, int blobs) {
  private static final int ALL = 1000;

  static Portrait of(Buckets buckets, ObjectStore objects, Catalog catalog) {
    var painter = new Painter(objects);
    for (Bucket bucket : buckets.page(Day.OWNER, "", "", ALL).buckets()) {
      painter.paint(buckets, bucket);
    }
    for (Tenant tenant : catalog.tenants().list("", ALL)) painter.paint(catalog, tenant);
    return new Portrait(painter.text.toString(), painter.blobs);
  }

  private static final class Painter {
    private final ObjectStore objects;
    private final StringBuilder text = new StringBuilder();
    private int blobs;

    private Painter(ObjectStore objects) {
      this.objects = objects;
    }

    private void paint(Buckets buckets, Bucket bucket) {
      line("bucket %s %s".formatted(bucket.name(), bucket.versioning()));
      for (DocumentKind kind : DocumentKind.values()) {
        buckets.document(bucket, kind).ifPresent(text -> line("  " + kind + " " + text));
      }
      paintCurrent(bucket);
      paintVersions(bucket);
      paintUploads(bucket);
    }

    private void paint(Catalog catalog, Tenant tenant) {
      line("tenant %s %s %s".formatted(tenant.id(), tenant.profile(), tenant.enabled()));
      paintKeys(catalog, Owner.root(tenant.id()));
      for (var policy : catalog.policies().list(tenant.id(), "", ALL)) {
        if (!policy.canned()) line("  policy %s %s".formatted(policy.name(), policy.document()));
      }
      for (User user : catalog.users().list(tenant.id(), "", ALL)) {
        line("  user %s %s %s".formatted(user.name(), user.policies(), user.enabled()));
        paintKeys(catalog, new Owner(tenant.id(), user.name()));
      }
    }

    private void paintKeys(Catalog catalog, Owner owner) {
      for (AccessKey key : catalog.accessKeys().list(owner)) {
        String secret = catalog.find(key.id()).map(found -> found.secret().reveal()).orElse("-");
        line("    key %s %s %s %s".formatted(key.id(), key.ceiling(), key.enabled(), secret));
      }
    }

    private void line(String line) {
      text.append(line).append('\n');
    }

    private void paintCurrent(Bucket bucket) {
      var all = new ListObjects(bucket, "", "", ListFrom.START, ALL);
      for (var listed : objects.list(all).items()) {
        if (listed instanceof ObjectPage.ListedObject object) {
          line("  current %s %d".formatted(object.key(), object.content().size()));
        }
      }
    }

    private void paintVersions(Bucket bucket) {
      var all = new ListVersions(bucket, "", "", ListFrom.START, Version.LATEST, ALL);
      for (var listed : objects.versions(all).items()) {
        switch (listed) {
          case VersionPage.DeleteMarker marker ->
              line("  marker %s %s".formatted(marker.key(), marker.latest()));
          case VersionPage.ListedVersion version -> paint(bucket, version);
          case VersionPage.Group group -> throw new IllegalStateException(group.toString());
        }
      }
    }

    private void paint(Bucket bucket, VersionPage.ListedVersion version) {
      var read = new Read(bucket, version.key(), version.version(), Conditions.NONE);
      try (OpenObject open = objects.open(read)) {
        Content content = open.head().content();
        line(
            "  version %s %s %d %s %s %s %08x"
                .formatted(
                    version.key(),
                    version.latest(),
                    content.size(),
                    content.etag(),
                    open.head().tags(),
                    open.head().acl().text(),
                    Arrays.hashCode(Bodies.bytes(open.payload()))));
        if (content.size() >= Day.LARGE) blobs += Math.max(1, open.parts().size());
      }
    }

    private void paintUploads(Bucket bucket) {
      var all = new ListUploads(bucket, "", "", ListFrom.START, "", ALL);
      for (var listed : objects.uploads(all).items()) {
        if (!(listed instanceof UploadPage.ListedUpload(var upload))) continue;
        line("  upload %s".formatted(upload.key()));
        var ref = new UploadRef(bucket, upload.key(), upload.id());
        for (var part : objects.parts(ref, 0, ALL, Permit.OfUpload.ANY).parts()) {
          line("    part %d %d %s".formatted(part.number(), part.size(), part.etag()));
          blobs++;
        }
      }
    }
  }
}
