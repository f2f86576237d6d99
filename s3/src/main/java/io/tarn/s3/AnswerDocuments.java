package io.tarn.s3;

import io.tarn.request.S3Failure;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Content;
import io.tarn.store.Deleted;
import io.tarn.store.ObjectHead;
import io.tarn.store.Part;
import io.tarn.store.Tags;
import io.tarn.store.Versioning;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/// The other answers.
public final class AnswerDocuments {
  private AnswerDocuments() {}

  /// The region; S3 spells `us-east-1` as nothing.
  public static ByteBuffer location(String region) {
    var xml = XmlWriter.document("LocationConstraint", 256);
    if (!region.equals("us-east-1")) xml.text(region);
    return xml.close("LocationConstraint").finish();
  }

  public static ByteBuffer versioning(Versioning versioning) {
    var xml = XmlWriter.document("VersioningConfiguration", 256);
    switch (versioning) {
      case OFF -> {}
      case ENABLED -> xml.element("Status", "Enabled");
      case SUSPENDED -> xml.element("Status", "Suspended");
    }
    return xml.close("VersioningConfiguration").finish();
  }

  public static ByteBuffer tagging(Tags tags) {
    var xml = XmlWriter.document("Tagging", 512);
    xml.open("TagSet");
    tags.values()
        .forEach(
            (key, value) ->
                xml.open("Tag").element("Key", key).element("Value", value).close("Tag"));
    return xml.close("TagSet").close("Tagging").finish();
  }

  public static ByteBuffer ownership(Ownership ownership) {
    XmlWriter xml = XmlWriter.document("OwnershipControls", 256).open("Rule");
    xml.element("ObjectOwnership", ownership.text());
    return xml.close("Rule").close("OwnershipControls").finish();
  }

  public static ByteBuffer policyStatus(boolean isPublic) {
    var xml = XmlWriter.document("PolicyStatus", 256);
    return xml.element("IsPublic", isPublic).close("PolicyStatus").finish();
  }

  /// What became of one key of a DeleteObjects.
  public sealed interface Outcome {}

  public record Gone(RequestDocuments.DeleteEntry entry, Deleted deleted) implements Outcome {}

  public record Kept(RequestDocuments.DeleteEntry entry, S3Failure failure) implements Outcome {}

  /// The answer to DeleteObjects: in quiet mode, only what failed.
  public static ByteBuffer deleted(List<Outcome> outcomes, boolean quiet) {
    var xml = XmlWriter.document("DeleteResult", 512 + outcomes.size() * 120);
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Gone gone -> {
          if (!quiet) gone(xml, gone);
        }
        case Kept kept -> kept(xml, kept);
      }
    }
    return xml.close("DeleteResult").finish();
  }

  private static void gone(XmlWriter xml, Gone gone) {
    xml.open("Deleted").element("Key", gone.entry().key());
    boolean byVersion = !gone.entry().version().isLatest();
    if (byVersion) xml.element("VersionId", gone.entry().version().text());
    if (gone.deleted().deleteMarker()) {
      xml.element("DeleteMarker", true);
      xml.element("DeleteMarkerVersionId", gone.deleted().version().text());
    }
    xml.close("Deleted");
  }

  private static void kept(XmlWriter xml, Kept kept) {
    xml.open("Error").element("Key", kept.entry().key());
    if (!kept.entry().version().isLatest()) xml.element("VersionId", kept.entry().version().text());
    xml.element("Code", kept.failure().error().code());
    xml.element("Message", kept.failure().text()).close("Error");
  }

  /// The answer to GetObjectAttributes; `parts` are those of the object.
  public static ByteBuffer attributes(
      S3Operation.GetObjectAttributes request, ObjectHead head, List<Part> parts) {
    var xml = XmlWriter.document("GetObjectAttributesResponse", 1024);
    Content content = head.content();
    Set<S3Operation.ObjectAttribute> asked = request.attributes();
    if (asked.contains(S3Operation.ObjectAttribute.ETAG)) {
      xml.element("ETag", content.etag().text());
    }
    if (asked.contains(S3Operation.ObjectAttribute.CHECKSUM) && content.checksum().isPresent()) {
      xml.open("Checksum");
      UploadDocuments.checksum(xml, uncounted(content.checksum()), true);
      xml.close("Checksum");
    }
    if (asked.contains(S3Operation.ObjectAttribute.OBJECT_PARTS) && !parts.isEmpty()) {
      parts(xml, content, parts, request.parts());
    }
    if (asked.contains(S3Operation.ObjectAttribute.STORAGE_CLASS)) {
      xml.element("StorageClass", content.storageClass().text());
    }
    if (asked.contains(S3Operation.ObjectAttribute.OBJECT_SIZE)) {
      xml.element("ObjectSize", content.size());
    }
    return xml.close("GetObjectAttributesResponse").finish();
  }

  /// Without the number of parts, which headers and other documents have behind it.
  private static Checksum uncounted(Checksum checksum) {
    int dash = checksum.text().indexOf('-');
    if (dash < 0) return checksum;
    return new Checksum(checksum.algorithm(), checksum.type(), checksum.text().substring(0, dash));
  }

  /// Parts are told only where each has a checksum that counts.
  private static void parts(
      XmlWriter xml, Content content, List<Part> all, S3Operation.PartsPage page) {
    xml.open("ObjectParts");
    if (content.checksum().type() != ChecksumType.COMPOSITE) {
      xml.element("PartsCount", all.size()).close("ObjectParts");
      return;
    }
    List<Part> rest = all.stream().filter(part -> part.number() > page.after()).toList();
    List<Part> shown = rest.subList(0, Math.min(rest.size(), page.limit()));
    xml.element("PartNumberMarker", page.after());
    xml.element("NextPartNumberMarker", shown.isEmpty() ? page.after() : shown.getLast().number());
    xml.element("MaxParts", page.limit()).element("IsTruncated", shown.size() < rest.size());
    xml.element("PartsCount", all.size());
    for (Part part : shown) {
      xml.open("Part").element("PartNumber", part.number()).element("Size", part.size());
      UploadDocuments.checksum(xml, part.checksum(), false);
      xml.close("Part");
    }
    xml.close("ObjectParts");
  }
}
