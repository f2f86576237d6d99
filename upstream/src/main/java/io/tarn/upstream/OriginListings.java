package io.tarn.upstream;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.Percent;
import io.tarn.s3.XmlElement;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.UploadPage;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Listings of an origin's bucket, a page of its for a page of ours. A document has keys apart from
/// groups, and a page has both in order; so they are merged here. Names come percent-encoded, for
/// XML cannot carry all of them.
///
/// Behind a group a listing goes on after its name. Servers disagree whether the group comes once
/// more then; so one more is asked for, and the group dropped.
final class OriginListings {
  /// The longest page that servers give.
  private static final int LONGEST = 1000;

  private final OriginCalls calls;

  OriginListings(OriginCalls calls) {
    this.calls = calls;
  }

  ObjectPage objects(ListObjects request) {
    LinkedPlace place = LinkedPlace.of(request.bucket());
    int limit = limit(request.limit(), request.from());
    OriginRequest asked =
        page(place, request.prefix(), request.delimiter())
            .with("list-type", "2")
            .with("max-keys", Integer.toString(limit));
    String from = text(request.from());
    if (!from.isEmpty()) asked.with("start-after", place.prefix() + from);
    var page = new Page(place, request.bucket(), document(asked));
    List<ObjectPage.Listed> items = new ArrayList<>();
    for (XmlElement one : page.document.all("Contents")) {
      items.add(new ObjectPage.ListedObject(page.key(one), request.bucket().owner(), content(one)));
    }
    for (String group : page.groups()) items.add(new ObjectPage.Group(group));
    List<ObjectPage.Listed> kept =
        kept(items, OriginListings::name, ObjectPage.Group.class, request.from(), request.limit());
    boolean more = page.isTruncated() || isCut(items, kept);
    return new ObjectPage(kept, more ? next(items, kept) : null);
  }

  /// Whether some at the end were left out: the group that was met again is not.
  private static <T> boolean isCut(List<T> items, List<T> kept) {
    return !kept.isEmpty() && !items.getLast().equals(kept.getLast());
  }

  private static @Nullable ListFrom next(
      List<ObjectPage.Listed> items, List<ObjectPage.Listed> kept) {
    ObjectPage.Listed last =
        kept.isEmpty() ? items.isEmpty() ? null : items.getLast() : kept.getLast();
    return switch (last) {
      case ObjectPage.ListedObject object -> new ListFrom.After(object.key().text());
      case ObjectPage.Group(var prefix) -> new ListFrom.PastGroup(prefix);
      case null -> null;
    };
  }

  private static String name(ObjectPage.Listed item) {
    return switch (item) {
      case ObjectPage.ListedObject object -> object.key().text();
      case ObjectPage.Group(var prefix) -> prefix;
    };
  }

  private static int limit(int limit, ListFrom from) {
    return Math.min(LONGEST, from instanceof ListFrom.PastGroup ? limit + 1 : limit);
  }

  private static String text(ListFrom from) {
    return switch (from) {
      case ListFrom.After(var text, _) -> text;
      case ListFrom.PastGroup(var group, _) -> group;
    };
  }

  /// In order, without the group that is behind already, and no more than `limit`.
  private static <T> List<T> kept(
      List<T> items, Function<T, String> name, Class<?> group, ListFrom from, int limit) {
    items.sort(Comparator.comparing(name, Key::compareUtf8));
    String past = from instanceof ListFrom.PastGroup(var text, _) ? text : "";
    return items.stream()
        .filter(item -> past.isEmpty() || !group.isInstance(item) || !name.apply(item).equals(past))
        .limit(limit)
        .toList();
  }

  private static OriginRequest page(LinkedPlace place, String prefix, String delimiter) {
    return OriginRequest.ofBucket("GET", place)
        .with("encoding-type", "url")
        .withAny("prefix", place.prefix() + prefix)
        .withAny("delimiter", delimiter);
  }

  private XmlElement document(OriginRequest request) {
    return calls.document(request, OriginFailures.Subject.of(new Key("-")));
  }

  private static Content content(XmlElement one) {
    return new Content(
        number(one.firstOf("Size")),
        ObjectHeaders.etag(one.firstOf("ETag")),
        OriginReads.instant(one.firstOf("LastModified")),
        Checksum.UNTOLD,
        ObjectHeaders.storageClass(one.firstOf("StorageClass")));
  }

  static long number(String text) {
    if (!text.matches("[0-9]{1,18}")) throw new UnreadableAnswer("has no number where one belongs");
    return Long.parseLong(text);
  }

  /// The checksum that an element names among its children.
  static Checksum checksum(XmlElement element, Checksum otherwise) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String text = element.firstOf("Checksum" + algorithm);
      if (!text.isEmpty()) {
        return ObjectHeaders.checksum(algorithm, text, element.firstOf("ChecksumType"));
      }
    }
    return otherwise;
  }

  VersionPage versions(ListVersions request) {
    LinkedPlace place = LinkedPlace.of(request.bucket());
    OriginRequest asked =
        page(place, request.prefix(), request.delimiter())
            .with("versions", "")
            .with("max-keys", Integer.toString(limit(request.limit(), request.from())));
    String from = text(request.from());
    if (!from.isEmpty()) asked.with("key-marker", place.prefix() + from);
    asked.withAny("version-id-marker", request.version().text());
    var page = new Page(place, request.bucket(), document(asked));
    // The document has versions and markers interleaved, newest first within a key: they stay so.
    List<VersionPage.Listed> items = new ArrayList<>();
    for (XmlElement one : page.document.children()) {
      switch (one.name()) {
        case "Version" ->
            items.add(
                new VersionPage.ListedVersion(
                    page.key(one),
                    ObjectHeaders.version(one.firstOf("VersionId")),
                    one.firstOf("IsLatest").equals("true"),
                    request.bucket().owner(),
                    content(one)));
        case "DeleteMarker" ->
            items.add(
                new VersionPage.DeleteMarker(
                    page.key(one),
                    ObjectHeaders.version(one.firstOf("VersionId")),
                    one.firstOf("IsLatest").equals("true"),
                    request.bucket().owner(),
                    OriginReads.instant(one.firstOf("LastModified"))));
        default -> {}
      }
    }
    for (String group : page.groups()) items.add(new VersionPage.Group(group));
    List<VersionPage.Listed> kept =
        kept(items, OriginListings::name, VersionPage.Group.class, request.from(), request.limit());
    if (!page.isTruncated() && !isCut(items, kept)) {
      return new VersionPage(kept, null, Version.LATEST);
    }
    VersionPage.Listed last = kept.isEmpty() ? items.getLast() : kept.getLast();
    return switch (last) {
      case VersionPage.ListedVersion version ->
          new VersionPage(kept, new ListFrom.After(version.key().text()), version.version());
      case VersionPage.DeleteMarker marker ->
          new VersionPage(kept, new ListFrom.After(marker.key().text()), marker.version());
      case VersionPage.Group(var prefix) ->
          new VersionPage(kept, new ListFrom.PastGroup(prefix), Version.LATEST);
    };
  }

  private static String name(VersionPage.Listed item) {
    return switch (item) {
      case VersionPage.ListedVersion version -> version.key().text();
      case VersionPage.DeleteMarker marker -> marker.key().text();
      case VersionPage.Group(var prefix) -> prefix;
    };
  }

  UploadPage uploads(ListUploads request) {
    LinkedPlace place = LinkedPlace.of(request.bucket());
    OriginRequest asked =
        page(place, request.prefix(), request.delimiter())
            .with("uploads", "")
            .with("max-uploads", Integer.toString(limit(request.limit(), request.from())));
    String from = text(request.from());
    if (!from.isEmpty()) asked.with("key-marker", place.prefix() + from);
    asked.withAny("upload-id-marker", request.afterUpload());
    var page = new Page(place, request.bucket(), document(asked));
    List<UploadPage.Listed> items = new ArrayList<>();
    for (XmlElement one : page.document.all("Upload")) {
      items.add(
          new UploadPage.ListedUpload(OriginUploads.upload(request.bucket(), page.key(one), one)));
    }
    for (String group : page.groups()) items.add(new UploadPage.Group(group));
    List<UploadPage.Listed> kept =
        kept(items, OriginListings::name, UploadPage.Group.class, request.from(), request.limit());
    if (!page.isTruncated() && !isCut(items, kept)) return new UploadPage(kept, null, "");
    UploadPage.Listed last = kept.isEmpty() ? items.getLast() : kept.getLast();
    return switch (last) {
      case UploadPage.ListedUpload(var upload) ->
          new UploadPage(kept, new ListFrom.After(upload.key().text()), upload.id().text());
      case UploadPage.Group(var prefix) -> new UploadPage(kept, new ListFrom.PastGroup(prefix), "");
    };
  }

  private static String name(UploadPage.Listed item) {
    return switch (item) {
      case UploadPage.ListedUpload(var upload) -> upload.key().text();
      case UploadPage.Group(var prefix) -> prefix;
    };
  }

  /// A page as it came.
  private record Page(LinkedPlace place, Bucket bucket, XmlElement document) {
    boolean isTruncated() {
      return document.firstOf("IsTruncated").equals("true");
    }

    Key key(XmlElement one) {
      return new Key(name(one.firstOf("Key")));
    }

    List<String> groups() {
      return document.all("CommonPrefixes").stream()
          .map(group -> name(group.firstOf("Prefix")))
          .toList();
    }

    /// What is encoded is said; servers that do not know the parameter send names as they are.
    private String name(String text) {
      boolean encoded = document.firstOf("EncodingType").equals("url");
      try {
        return place.here(encoded ? Percent.decode(text, true) : text);
      } catch (IllegalArgumentException _) {
        throw new UnreadableAnswer("has a name that is not encoded");
      }
    }
  }
}
