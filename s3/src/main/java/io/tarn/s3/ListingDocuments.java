package io.tarn.s3;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ListFrom;
import io.tarn.store.ObjectPage;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answers that list buckets, objects and versions.
public final class ListingDocuments {
  private static final byte[] CONTENTS_KEY = XmlWriter.ascii("<Contents><Key>");
  private static final byte[] KEY_MODIFIED = XmlWriter.ascii("</Key><LastModified>");
  private static final byte[] MODIFIED_ETAG = XmlWriter.ascii("</LastModified><ETag>&quot;");
  private static final byte[] ETAG = XmlWriter.ascii("&quot;</ETag>");
  private static final byte[] SIZE = XmlWriter.ascii("<Size>");
  private static final byte[] SIZE_STANDARD =
      XmlWriter.ascii("</Size><StorageClass>STANDARD</StorageClass>");
  private static final byte[] SIZE_END = XmlWriter.ascii("</Size>");
  private static final byte[] CONTENTS_END = XmlWriter.ascii("</Contents>");

  private ListingDocuments() {}

  /// A page of buckets of `owner`. `token` continues after it, empty at the end.
  public static ByteBuffer buckets(
      BucketPage page, TenantId owner, OwnerNames owners, String prefix, String token) {
    var xml = XmlWriter.document("ListAllMyBucketsResult", 512 + page.buckets().size() * 240);
    owner(xml, "Owner", owner, owners);
    xml.open("Buckets");
    for (Bucket bucket : page.buckets()) {
      xml.open("Bucket").element("Name", bucket.name().text());
      xml.element("CreationDate", bucket.created());
      xml.element("BucketRegion", bucket.region());
      xml.element("BucketArn", bucket.name().arn()).close("Bucket");
    }
    xml.close("Buckets");
    if (!token.isEmpty()) xml.element("ContinuationToken", token);
    if (!prefix.isEmpty()) xml.element("Prefix", prefix);
    return xml.close("ListAllMyBucketsResult").finish();
  }

  /// The answer to ListObjects. `NextMarker` only goes with a delimiter, as in S3.
  public static ByteBuffer objects(
      S3Operation.ListObjects request, ObjectPage page, OwnerNames owners) {
    XmlWriter xml =
        start("ListBucketResult", request.bucket(), request.page(), page.items().size());
    boolean encoded = request.page().urlEncoded();
    xml.open("Marker").name(request.marker(), encoded).close("Marker");
    ListFrom next = page.next();
    if (next != null && !request.page().delimiter().isEmpty()) {
      xml.open("NextMarker").name(position(next), encoded).close("NextMarker");
    }
    xml.element("IsTruncated", next != null);
    items(xml, page.items(), encoded, owners);
    return xml.close("ListBucketResult").finish();
  }

  /// The answer to ListObjectsV2. `token` continues after it, empty at the end.
  public static ByteBuffer objectsV2(
      S3Operation.ListObjectsV2 request, ObjectPage page, String token, OwnerNames owners) {
    XmlWriter xml =
        start("ListBucketResult", request.bucket(), request.page(), page.items().size());
    boolean encoded = request.page().urlEncoded();
    if (request.startAfter() != null) {
      xml.open("StartAfter").name(request.startAfter(), encoded).close("StartAfter");
    }
    if (request.token() != null) xml.element("ContinuationToken", request.token());
    if (!token.isEmpty()) xml.element("NextContinuationToken", token);
    xml.element("KeyCount", page.items().size()).element("IsTruncated", !token.isEmpty());
    items(xml, page.items(), encoded, request.owners() ? owners : null);
    return xml.close("ListBucketResult").finish();
  }

  private static XmlWriter start(String root, BucketName bucket, PageRequest page, int items) {
    var xml = XmlWriter.document(root, 1024 + items * 360);
    xml.element("Name", bucket.text());
    xml.open("Prefix").name(page.prefix(), page.urlEncoded() && !bare(page.prefix()));
    xml.close("Prefix");
    if (!page.delimiter().isEmpty()) {
      xml.open("Delimiter").name(page.delimiter(), page.urlEncoded()).close("Delimiter");
    }
    xml.element("MaxKeys", page.limit());
    if (page.urlEncoded()) xml.element("EncodingType", "url");
    return xml;
  }

  /// botocore does not decode the prefix in answers to V1, the SDK for Java does: where the two
  /// would read the same text, it goes out bare, unless no XML parser would read it then.
  private static boolean bare(String prefix) {
    return prefix.chars().noneMatch(c -> c == '%' || c == '+' || !XmlWriter.carries(c));
  }

  /// Contents first, then the groups, each in order: as S3 writes them.
  private static void items(
      XmlWriter xml, List<ObjectPage.Listed> items, boolean encoded, @Nullable OwnerNames owners) {
    for (ObjectPage.Listed item : items) {
      if (item instanceof ObjectPage.ListedObject object) {
        Content content = object.content();
        xml.raw(CONTENTS_KEY).name(object.key().text(), encoded);
        facts(xml, content);
        if (owners != null) owner(xml, "Owner", object.owner(), owners);
        xml.raw(CONTENTS_END);
      }
    }
    for (ObjectPage.Listed item : items) {
      if (item instanceof ObjectPage.Group group) group(xml, group.prefix(), encoded);
    }
  }

  private static void facts(XmlWriter xml, Content content) {
    xml.raw(KEY_MODIFIED).time(content.modified());
    xml.raw(MODIFIED_ETAG).text(content.etag().text()).raw(ETAG);
    Checksum checksum = content.checksum();
    if (checksum.isPresent()) {
      xml.element("ChecksumAlgorithm", checksum.algorithm().name());
      xml.element("ChecksumType", checksum.type().name());
    }
    xml.raw(SIZE).number(content.size());
    if (content.storageClass().isStandard()) {
      xml.raw(SIZE_STANDARD);
    } else {
      xml.raw(SIZE_END).element("StorageClass", content.storageClass().text());
    }
  }

  static void group(XmlWriter xml, String prefix, boolean encoded) {
    xml.open("CommonPrefixes").open("Prefix").name(prefix, encoded);
    xml.close("Prefix").close("CommonPrefixes");
  }

  static void owner(XmlWriter xml, String name, TenantId owner, OwnerNames owners) {
    xml.open(name).element("ID", owner.text());
    xml.element("DisplayName", owners.displayName(owner)).close(name);
  }

  static String position(ListFrom from) {
    return switch (from) {
      case ListFrom.After after -> after.text();
      case ListFrom.PastGroup past -> past.group();
    };
  }

  /// The answer to ListObjectVersions.
  public static ByteBuffer versions(
      S3Operation.ListObjectVersions request, VersionPage page, OwnerNames owners) {
    XmlWriter xml =
        start("ListVersionsResult", request.bucket(), request.page(), page.items().size());
    boolean encoded = request.page().urlEncoded();
    xml.open("KeyMarker").name(request.keyMarker(), encoded).close("KeyMarker");
    xml.element("VersionIdMarker", request.versionMarker().text());
    ListFrom next = page.next();
    if (next != null) {
      xml.open("NextKeyMarker").name(position(next), encoded).close("NextKeyMarker");
      if (!page.nextVersion().isLatest()) {
        xml.element("NextVersionIdMarker", page.nextVersion().text());
      }
    }
    xml.element("IsTruncated", next != null);
    for (VersionPage.Listed item : page.items()) version(xml, item, encoded, owners);
    return xml.close("ListVersionsResult").finish();
  }

  private static void version(
      XmlWriter xml, VersionPage.Listed item, boolean encoded, OwnerNames owners) {
    switch (item) {
      case VersionPage.ListedVersion version -> {
        xml.open("Version").open("Key").name(version.key().text(), encoded);
        facts(xml, version.content());
        ends(xml, version.version(), version.latest());
        owner(xml, "Owner", version.owner(), owners);
        xml.close("Version");
      }
      case VersionPage.DeleteMarker marker -> {
        xml.open("DeleteMarker").open("Key").name(marker.key().text(), encoded).close("Key");
        xml.element("LastModified", marker.modified());
        ends(xml, marker.version(), marker.latest());
        owner(xml, "Owner", marker.owner(), owners);
        xml.close("DeleteMarker");
      }
      case VersionPage.Group group -> group(xml, group.prefix(), encoded);
    }
  }

  private static void ends(XmlWriter xml, Version version, boolean latest) {
    xml.element("VersionId", version.text()).element("IsLatest", latest);
  }
}
