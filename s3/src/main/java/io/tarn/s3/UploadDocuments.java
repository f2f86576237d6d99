package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.CopiedPart;
import io.tarn.store.Key;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.StorageClass;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadPage;
import io.tarn.store.Written;
import java.nio.ByteBuffer;

/// The answers of the multipart family and of copies.
public final class UploadDocuments {
  private UploadDocuments() {}

  public static ByteBuffer begun(BucketName bucket, Key key, UploadId upload) {
    var xml = XmlWriter.document("InitiateMultipartUploadResult", 512);
    xml.element("Bucket", bucket.text()).element("Key", key.text());
    return xml.element("UploadId", upload.text()).close("InitiateMultipartUploadResult").finish();
  }

  /// `location` is the address of the new object.
  public static ByteBuffer completed(BucketName bucket, Written written, String location) {
    var xml = XmlWriter.document("CompleteMultipartUploadResult", 512);
    xml.element("Location", location);
    xml.element("Bucket", bucket.text()).element("Key", written.key().text());
    xml.element("ETag", written.content().etag().quoted());
    checksum(xml, written.content().checksum(), true);
    return xml.close("CompleteMultipartUploadResult").finish();
  }

  public static ByteBuffer copied(Content content) {
    return copy("CopyObjectResult", content);
  }

  private static ByteBuffer copy(String root, Content content) {
    var xml = XmlWriter.document(root, 512);
    xml.element("LastModified", content.modified());
    xml.element("ETag", content.etag().quoted());
    checksum(xml, content.checksum(), true);
    return xml.close(root).finish();
  }

  public static ByteBuffer copied(CopiedPart copied) {
    Part part = copied.part();
    var xml = XmlWriter.document("CopyPartResult", 512);
    xml.element("LastModified", part.modified()).element("ETag", part.etag().quoted());
    checksum(xml, copied.shown(), false);
    return xml.close("CopyPartResult").finish();
  }

  static void checksum(XmlWriter xml, Checksum checksum, boolean typed) {
    if (!checksum.isPresent()) return;
    xml.element("Checksum" + checksum.algorithm().name(), checksum.text());
    if (typed) xml.element("ChecksumType", checksum.type().name());
  }

  public static ByteBuffer uploads(
      S3Operation.ListMultipartUploads request, UploadPage page, OwnerNames owners) {
    var xml = XmlWriter.document("ListMultipartUploadsResult", 1024 + page.items().size() * 500);
    boolean encoded = request.page().urlEncoded();
    xml.element("Bucket", request.bucket().text());
    xml.open("KeyMarker").name(request.keyMarker(), encoded).close("KeyMarker");
    xml.element("UploadIdMarker", request.uploadMarker());
    Next next = next(page);
    xml.open("NextKeyMarker").name(next.key, encoded).close("NextKeyMarker");
    xml.element("NextUploadIdMarker", next.upload);
    xml.open("Prefix").name(request.page().prefix(), encoded).close("Prefix");
    if (!request.page().delimiter().isEmpty()) {
      xml.open("Delimiter").name(request.page().delimiter(), encoded).close("Delimiter");
    }
    xml.element("MaxUploads", request.page().limit()).element("IsTruncated", page.next() != null);
    if (encoded) xml.element("EncodingType", "url");
    for (UploadPage.Listed item : page.items()) {
      switch (item) {
        case UploadPage.ListedUpload listed -> upload(xml, listed.upload(), encoded, owners);
        case UploadPage.Group group -> ListingDocuments.group(xml, group.prefix(), encoded);
      }
    }
    return xml.close("ListMultipartUploadsResult").finish();
  }

  /// Where a list of uploads goes on: unlike others, it says so on its last page, too.
  private record Next(String key, String upload) {}

  private static Next next(UploadPage page) {
    if (page.next() != null) {
      return new Next(ListingDocuments.position(page.next()), page.nextUpload());
    }
    if (page.items().isEmpty()) return new Next("", "");
    return switch (page.items().getLast()) {
      case UploadPage.ListedUpload(var upload) -> new Next(upload.key().text(), upload.id().text());
      case UploadPage.Group(var prefix) -> new Next(prefix, "");
    };
  }

  private static void upload(XmlWriter xml, Upload upload, boolean encoded, OwnerNames owners) {
    xml.open("Upload").open("Key").name(upload.key().text(), encoded).close("Key");
    xml.element("UploadId", upload.id().text());
    callers(xml, upload, owners);
    xml.element("Initiated", upload.initiated());
    algorithm(xml, upload);
    xml.close("Upload");
  }

  private static void callers(XmlWriter xml, Upload upload, OwnerNames owners) {
    ListingDocuments.owner(xml, "Initiator", upload.initiator(), owners);
    ListingDocuments.owner(xml, "Owner", upload.owner(), owners);
    xml.element("StorageClass", StorageClass.STANDARD.text());
  }

  private static void algorithm(XmlWriter xml, Upload upload) {
    ChecksumAlgorithm algorithm = upload.checksum();
    if (algorithm == null) return;
    xml.element("ChecksumAlgorithm", algorithm.name());
    xml.element("ChecksumType", upload.checksumType().name());
  }

  public static ByteBuffer parts(S3Operation.ListParts request, PartPage page, OwnerNames owners) {
    var xml = XmlWriter.document("ListPartsResult", 1024 + page.parts().size() * 250);
    xml.element("Bucket", request.bucket().text()).element("Key", request.key().text());
    xml.element("UploadId", request.upload().text());
    callers(xml, page.upload(), owners);
    xml.element("PartNumberMarker", request.page().after());
    if (!page.parts().isEmpty()) {
      xml.element("NextPartNumberMarker", page.parts().getLast().number());
    }
    xml.element("MaxParts", request.page().limit()).element("IsTruncated", page.truncated());
    algorithm(xml, page.upload());
    for (Part part : page.parts()) {
      xml.open("Part").element("PartNumber", part.number());
      xml.element("LastModified", part.modified()).element("ETag", part.etag().quoted());
      xml.element("Size", part.size());
      checksum(xml, page.upload().shown(part), false);
      xml.close("Part");
    }
    return xml.close("ListPartsResult").finish();
  }
}
