package io.tarn.testkit;

import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The rules of listing, said once and slowly: go through everything in order, leave out what is
/// not asked for, fold groups, cut.
final class MemoryListing {
  private MemoryListing() {}

  /// What is asked for, the same for all three listings.
  private record Wanted(String prefix, String delimiter, ListFrom from, int limit) {
    @Nullable String group(String key) {
      int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      return at < 0 ? null : key.substring(0, at + delimiter.length());
    }

    boolean isAfter(String text) {
      return switch (from) {
        case ListFrom.After(var marker, _) -> Key.compareUtf8(text, marker) > 0;
        case ListFrom.PastGroup(var group, _) ->
            Key.compareUtf8(text, group) > 0 && !text.startsWith(group);
      };
    }
  }

  /// `visible` decides about an element that is in no group.
  private static <E, L> List<L> listed(
      List<E> all,
      Wanted wanted,
      Function<E, Key> keyOf,
      Predicate<E> visible,
      Function<E, L> element,
      Function<String, L> groupElement) {
    List<L> listed = new ArrayList<>();
    String lastGroup = null;
    for (E each : all) {
      String key = keyOf.apply(each).text();
      if (!key.startsWith(wanted.prefix)) continue;
      String group = wanted.group(key);
      if (group == null) {
        if (visible.test(each)) listed.add(element.apply(each));
      } else if (!group.equals(lastGroup)) {
        lastGroup = group;
        if (wanted.isAfter(group)) listed.add(groupElement.apply(group));
      }
    }
    return listed;
  }

  private static <L> List<L> cut(List<L> listed, int limit) {
    return listed.subList(0, Math.clamp(limit, 0, listed.size()));
  }

  static ObjectPage objects(MemoryBucket bucket, ListObjects request) {
    var wanted = new Wanted(request.prefix(), request.delimiter(), request.from(), request.limit());
    List<MemoryVersion> all = new ArrayList<>();
    for (List<MemoryVersion> versions : bucket.keys.values()) {
      if (!versions.getFirst().marker()) all.add(versions.getFirst());
    }
    List<ObjectPage.Listed> listed =
        MemoryListing.<MemoryVersion, ObjectPage.Listed>listed(
            all,
            wanted,
            version -> version.head().key(),
            version -> wanted.isAfter(version.head().key().text()),
            version ->
                new ObjectPage.ListedObject(
                    version.head().key(), owner(version), version.head().content()),
            ObjectPage.Group::new);
    List<ObjectPage.Listed> page = cut(listed, request.limit());
    if (page.isEmpty() || page.size() == listed.size()) return new ObjectPage(page, null);
    return new ObjectPage(
        page,
        switch (page.getLast()) {
          case ObjectPage.ListedObject object -> new ListFrom.After(object.key().text());
          case ObjectPage.Group(var prefix) -> new ListFrom.PastGroup(prefix);
        });
  }

  private record Ranked(MemoryVersion version, int rank) {}

  static VersionPage versions(MemoryBucket bucket, ListVersions request) {
    var wanted = new Wanted(request.prefix(), request.delimiter(), request.from(), request.limit());
    List<Ranked> all = new ArrayList<>();
    for (List<MemoryVersion> versions : bucket.keys.values()) {
      for (int rank = 0; rank < versions.size(); rank++) {
        all.add(new Ranked(versions.get(rank), rank));
      }
    }
    int markerRank = markerRank(bucket, request);
    List<VersionPage.Listed> listed =
        MemoryListing.<Ranked, VersionPage.Listed>listed(
            all,
            wanted,
            ranked -> ranked.version.head().key(),
            ranked -> {
              String key = ranked.version.head().key().text();
              boolean ofMarker =
                  request.from() instanceof ListFrom.After(var text, _) && text.equals(key);
              return ofMarker ? ranked.rank > markerRank : wanted.isAfter(key);
            },
            MemoryListing::listedVersion,
            VersionPage.Group::new);
    List<VersionPage.Listed> page = cut(listed, request.limit());
    if (page.isEmpty() || page.size() == listed.size()) {
      return new VersionPage(page, null, Version.LATEST);
    }
    return switch (page.getLast()) {
      case VersionPage.ListedVersion last ->
          new VersionPage(page, new ListFrom.After(last.key().text()), last.version());
      case VersionPage.DeleteMarker last ->
          new VersionPage(page, new ListFrom.After(last.key().text()), last.version());
      case VersionPage.Group(var prefix) ->
          new VersionPage(page, new ListFrom.PastGroup(prefix), Version.LATEST);
    };
  }

  /// The place of the marker among the versions of its key; all are before it when it names none.
  private static int markerRank(MemoryBucket bucket, ListVersions request) {
    if (request.version().isLatest() || !(request.from() instanceof ListFrom.After(var text, _))) {
      return Integer.MAX_VALUE;
    }
    if (text.isEmpty()) return Integer.MAX_VALUE;
    List<MemoryVersion> versions = bucket.versions(new Key(text));
    for (int rank = 0; rank < versions.size(); rank++) {
      if (versions.get(rank).head().version().equals(request.version())) return rank;
    }
    return Integer.MAX_VALUE;
  }

  private static VersionPage.Listed listedVersion(Ranked ranked) {
    ObjectHead head = ranked.version.head();
    boolean latest = ranked.rank == 0;
    return ranked.version.marker()
        ? new VersionPage.DeleteMarker(
            head.key(), head.version(), latest, owner(ranked.version), head.content().modified())
        : new VersionPage.ListedVersion(
            head.key(),
            head.version(),
            latest,
            owner(ranked.version),
            ranked.version.head().content());
  }

  static UploadPage uploads(MemoryBucket bucket, ListUploads request) {
    var wanted = new Wanted(request.prefix(), request.delimiter(), request.from(), request.limit());
    List<Upload> all = new ArrayList<>();
    for (var open : bucket.uploads.values()) all.add(open.upload);
    all.sort(
        java.util.Comparator.comparing(Upload::key).thenComparing(upload -> upload.id().text()));
    List<UploadPage.Listed> listed =
        MemoryListing.<Upload, UploadPage.Listed>listed(
            all,
            wanted,
            Upload::key,
            upload -> {
              boolean ofMarker =
                  request.from() instanceof ListFrom.After(var text, _)
                      && text.equals(upload.key().text())
                      && !request.afterUpload().isEmpty();
              return ofMarker
                  ? upload.id().text().compareTo(request.afterUpload()) > 0
                  : wanted.isAfter(upload.key().text());
            },
            UploadPage.ListedUpload::new,
            UploadPage.Group::new);
    List<UploadPage.Listed> page = cut(listed, request.limit());
    if (page.isEmpty() || page.size() == listed.size()) return new UploadPage(page, null, "");
    return switch (page.getLast()) {
      case UploadPage.ListedUpload(var last) ->
          new UploadPage(page, new ListFrom.After(last.key().text()), last.id().text());
      case UploadPage.Group(var prefix) -> new UploadPage(page, new ListFrom.PastGroup(prefix), "");
    };
  }

  private static TenantId owner(MemoryVersion version) {
    return version.head().owner(TenantId.ANONYMOUS); // which is always known
  }
}
