package io.tarn.gateway;

import io.tarn.store.Bucket;
import io.tarn.store.ListFrom;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;

/// Uploads in progress in a bucket that is otherwise empty.
final class Leftovers {
  private static final int MOST_PAGES = 100;
  private static final int PAGE = 1000;

  private final ObjectStore objects;

  Leftovers(ObjectStore objects) {
    this.objects = objects;
  }

  /// Aborts them all. False, and nothing is aborted, when the bucket holds a version or delete
  /// marker; false as well when there are too many uploads to end within one request.
  boolean abortAll(Bucket bucket) {
    var look = new ListVersions(bucket, "", "", ListFrom.START, Version.LATEST, 1);
    if (!objects.versions(look).items().isEmpty()) return false;
    for (int page = 0; page < MOST_PAGES; page++) {
      UploadPage uploads =
          objects.uploads(new ListUploads(bucket, "", "", ListFrom.START, "", PAGE));
      for (UploadPage.Listed listed : uploads.items())
        if (listed instanceof UploadPage.ListedUpload one) abort(bucket, one);
      if (uploads.next() == null) return true;
    }
    return false;
  }

  private void abort(Bucket bucket, UploadPage.ListedUpload one) {
    try {
      objects.abort(new UploadRef(bucket, one.upload().key(), one.upload().id()));
    } catch (StoreFailure.NoSuchUpload gone) {
      // Somebody else ended it, which is as good.
      return;
    }
  }
}
