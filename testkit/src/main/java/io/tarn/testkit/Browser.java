package io.tarn.testkit;

import io.tarn.store.Bucket;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// Pages through listings and writes down every page.
final class Browser {
  private static final int MOST_PAGES = 1000;

  private final ObjectStore store;
  private final Function<Version, String> versionName;
  private final ToIntFunction<Upload> uploadNumber;

  Browser(
      ObjectStore store,
      Function<Version, String> versionName,
      ToIntFunction<Upload> uploadNumber) {
    this.store = store;
    this.versionName = versionName;
    this.uploadNumber = uploadNumber;
  }

  String browse(Bucket bucket, Operation.Browse browse) {
    var pages = new StringBuilder();
    switch (browse.kind()) {
      case OBJECTS -> objects(bucket, browse, pages);
      case VERSIONS -> versions(bucket, browse, pages);
      case UPLOADS -> uploads(bucket, browse, pages);
    }
    return pages.toString();
  }

  private void objects(Bucket bucket, Operation.Browse browse, StringBuilder pages) {
    ListFrom from = new ListFrom.After(browse.marker());
    for (int i = 0; i < MOST_PAGES; i++) {
      ObjectPage page =
          store.list(
              new ListObjects(bucket, browse.prefix(), browse.delimiter(), from, browse.limit()));
      for (ObjectPage.Listed listed : page.items()) {
        pages.append(
            switch (listed) {
              case ObjectPage.ListedObject object ->
                  "%s %s; ".formatted(object.key(), Player.said(object.content()));
              case ObjectPage.Group(var prefix) -> "[%s]; ".formatted(prefix);
            });
      }
      pages.append("| ").append(page.next()).append('\n');
      if (page.next() == null) return;
      from = page.next();
    }
    pages.append("without end");
  }

  private void versions(Bucket bucket, Operation.Browse browse, StringBuilder pages) {
    ListFrom from = new ListFrom.After(browse.marker());
    Version version = Version.LATEST;
    for (int i = 0; i < MOST_PAGES; i++) {
      VersionPage page =
          store.versions(
              new ListVersions(
                  bucket, browse.prefix(), browse.delimiter(), from, version, browse.limit()));
      for (VersionPage.Listed listed : page.items()) {
        pages.append(
            switch (listed) {
              case VersionPage.ListedVersion one ->
                  "%s %s %s %s; "
                      .formatted(
                          one.key(),
                          versionName.apply(one.version()),
                          one.latest(),
                          Player.said(one.content()));
              case VersionPage.DeleteMarker one ->
                  "%s %s %s marker; "
                      .formatted(one.key(), versionName.apply(one.version()), one.latest());
              case VersionPage.Group(var prefix) -> "[%s]; ".formatted(prefix);
            });
      }
      pages.append("| ").append(page.next());
      pages.append(versionName.apply(page.nextVersion())).append('\n');
      if (page.next() == null) return;
      from = page.next();
      version = page.nextVersion();
    }
    pages.append("without end");
  }

  private void uploads(Bucket bucket, Operation.Browse browse, StringBuilder pages) {
    ListFrom from = new ListFrom.After(browse.marker());
    String after = "";
    for (int i = 0; i < MOST_PAGES; i++) {
      UploadPage page =
          store.uploads(
              new ListUploads(
                  bucket, browse.prefix(), browse.delimiter(), from, after, browse.limit()));
      for (UploadPage.Listed listed : page.items()) {
        pages.append(
            switch (listed) {
              case UploadPage.ListedUpload(var upload) ->
                  "%s %d; ".formatted(upload.key(), uploadNumber.applyAsInt(upload));
              case UploadPage.Group(var prefix) -> "[%s]; ".formatted(prefix);
            });
      }
      pages.append("| ").append(page.next()).append('\n');
      if (page.next() == null) return;
      from = page.next();
      after = page.nextUpload();
    }
    pages.append("without end");
  }
}
