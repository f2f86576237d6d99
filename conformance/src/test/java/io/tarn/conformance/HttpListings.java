package io.tarn.conformance;

import io.tarn.store.ChecksumType;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectPage;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadPage;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Listings over HTTP. A page of XML tells keys and groups apart but not how they interleave, so
/// keys come first here; positions are markers, as in version 1 of the protocol.
final class HttpListings {
  private static final TenantId OWNER = new TenantId("owner");

  private final S3Client client;
  private final String bucket;
  private @Nullable ListFrom lastNext;
  private String lastToken = "";

  HttpListings(S3Client client, String bucket) {
    this.client = client;
    this.bucket = bucket;
  }

  static Upload upload(Key key, String id) {
    return new Upload(
        key, new UploadId(id), OWNER, OWNER, Instant.EPOCH, null, ChecksumType.COMPOSITE);
  }

  private static String text(ListFrom from) {
    return switch (from) {
      case ListFrom.After(var text, _) -> text;
      case ListFrom.PastGroup(var group, _) -> group;
    };
  }

  /// Even limits speak version 2 of the protocol, odd ones version 1.
  ObjectPage objects(ListObjects request) {
    return request.limit() % 2 == 0 ? version2(request) : version1(request);
  }

  private ObjectPage version1(ListObjects request) {
    ListObjectsResponse page =
        client.listObjects(
            r ->
                r.bucket(bucket)
                    .prefix(request.prefix())
                    .delimiter(request.delimiter())
                    .marker(text(request.from()))
                    .maxKeys(request.limit()));
    List<ObjectPage.Listed> items = items(page.contents(), page.commonPrefixes());
    if (!Boolean.TRUE.equals(page.isTruncated())) return new ObjectPage(items, null);
    String next = page.nextMarker();
    if (next == null) next = page.contents().getLast().key(); // said with a delimiter only
    return new ObjectPage(items, new ListFrom.After(next));
  }

  private ObjectPage version2(ListObjects request) {
    boolean goesOn = request.from().equals(lastNext);
    lastNext = null;
    ListObjectsV2Response page =
        client.listObjectsV2(
            r ->
                r.bucket(bucket)
                    .prefix(request.prefix())
                    .delimiter(request.delimiter())
                    .startAfter(goesOn ? null : text(request.from()))
                    .continuationToken(goesOn ? lastToken : null)
                    .maxKeys(request.limit()));
    List<ObjectPage.Listed> items = items(page.contents(), page.commonPrefixes());
    if (page.keyCount() != items.size()) throw new AssertionError("KeyCount " + page.keyCount());
    if (!Boolean.TRUE.equals(page.isTruncated())) return new ObjectPage(items, null);
    lastNext = new ListFrom.After(last(page.contents(), page.commonPrefixes()));
    lastToken = page.nextContinuationToken();
    return new ObjectPage(items, lastNext);
  }

  private static String last(List<S3Object> objects, List<CommonPrefix> groups) {
    String key = objects.isEmpty() ? "" : objects.getLast().key();
    String group = groups.isEmpty() ? "" : groups.getLast().prefix();
    return Key.compareUtf8(key, group) > 0 ? key : group;
  }

  private static List<ObjectPage.Listed> items(List<S3Object> objects, List<CommonPrefix> groups) {
    var items = new ArrayList<ObjectPage.Listed>();
    for (S3Object object : objects) {
      items.add(
          new ObjectPage.ListedObject(
              new Key(object.key()),
              OWNER,
              HttpWords.content(object.size(), object.eTag(), object.lastModified())));
    }
    for (CommonPrefix group : groups) items.add(new ObjectPage.Group(group.prefix()));
    return items;
  }

  VersionPage versions(ListVersions request) {
    ListObjectVersionsResponse page =
        client.listObjectVersions(
            r ->
                r.bucket(bucket)
                    .prefix(request.prefix())
                    .delimiter(request.delimiter())
                    .keyMarker(text(request.from()))
                    .versionIdMarker(request.version().isLatest() ? null : request.version().text())
                    .maxKeys(request.limit()));
    var items = new ArrayList<VersionPage.Listed>();
    for (var version : page.versions()) {
      items.add(
          new VersionPage.ListedVersion(
              new Key(version.key()),
              HttpWords.version(version.versionId()),
              version.isLatest(),
              OWNER,
              HttpWords.content(version.size(), version.eTag(), version.lastModified())));
    }
    for (var marker : page.deleteMarkers()) {
      items.add(
          new VersionPage.DeleteMarker(
              new Key(marker.key()),
              HttpWords.version(marker.versionId()),
              marker.isLatest(),
              OWNER,
              marker.lastModified()));
    }
    for (CommonPrefix group : page.commonPrefixes()) {
      items.add(new VersionPage.Group(group.prefix()));
    }
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return new VersionPage(items, null, Version.LATEST);
    }
    String next = page.nextVersionIdMarker();
    return new VersionPage(
        items,
        new ListFrom.After(page.nextKeyMarker()),
        next == null || next.isEmpty() ? Version.LATEST : new Version(next));
  }

  UploadPage uploads(ListUploads request) {
    ListMultipartUploadsResponse page =
        client.listMultipartUploads(
            r ->
                r.bucket(bucket)
                    .prefix(request.prefix())
                    .delimiter(request.delimiter())
                    .keyMarker(text(request.from()))
                    .uploadIdMarker(request.afterUpload().isEmpty() ? null : request.afterUpload())
                    .maxUploads(request.limit()));
    var items = new ArrayList<UploadPage.Listed>();
    for (var one : page.uploads()) {
      items.add(new UploadPage.ListedUpload(upload(new Key(one.key()), one.uploadId())));
    }
    for (CommonPrefix group : page.commonPrefixes()) {
      items.add(new UploadPage.Group(group.prefix()));
    }
    if (!Boolean.TRUE.equals(page.isTruncated())) return new UploadPage(items, null, "");
    String next = page.nextUploadIdMarker();
    return new UploadPage(
        items, new ListFrom.After(page.nextKeyMarker()), next == null ? "" : next);
  }
}
