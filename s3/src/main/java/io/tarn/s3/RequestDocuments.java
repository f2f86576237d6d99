package io.tarn.s3;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.ChecksumHeaders;
import io.tarn.request.Numbers;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload.Chosen;
import io.tarn.store.Conditions;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Part;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The documents requests bring along. Every method fails with [S3Failure] when the document is
/// malformed or asks for what cannot be.
public final class RequestDocuments {
  /// How many keys one DeleteObjects may name.
  public static final int MOST_KEYS = 1000;

  private static final Set<String> DELETE_ENTRY =
      Set.of("Key", "VersionId", "ETag", "LastModifiedTime", "Size");

  private RequestDocuments() {}

  /// A DeleteObjects document.
  public record DeleteDocument(boolean quiet, List<DeleteEntry> entries) {
    public DeleteDocument {
      entries = List.copyOf(entries);
    }
  }

  /// One key to delete. The key is not yet checked: a bad one fails for itself, not for the others.
  public record DeleteEntry(String key, Version version, Conditions conditions) {}

  /// The region a bucket is wanted in, empty when the client does not care.
  public static String createBucket(byte[] document) {
    if (document.length == 0) return "";
    XmlElement root = XmlReader.read(document, "CreateBucketConfiguration");
    for (String unsupported : List.of("Location", "Bucket", "Tags")) {
      if (root.has(unsupported)) {
        throw new S3Failure(
            S3Error.NOT_IMPLEMENTED,
            "CreateBucketConfiguration." + unsupported + " is not implemented.");
      }
    }
    return root.only(Set.of("LocationConstraint")).textOf("LocationConstraint").strip();
  }

  public static DeleteDocument delete(byte[] document) {
    XmlElement root = XmlReader.read(document, "Delete").only(Set.of("Quiet", "Object"));
    boolean quiet = root.textOf("Quiet").strip().equalsIgnoreCase("true");
    List<DeleteEntry> entries = new ArrayList<>();
    for (XmlElement child : root.children()) {
      if (child.name().equals("Object")) entries.add(entry(child));
    }
    if (entries.isEmpty() || entries.size() > MOST_KEYS) throw XmlReader.malformed();
    return new DeleteDocument(quiet, entries);
  }

  private static DeleteEntry entry(XmlElement object) {
    object.only(DELETE_ENTRY);
    if (!object.has("Key")) throw XmlReader.malformed();
    String version = object.textOf("VersionId").strip();
    if (version.length() > 1024) throw XmlReader.malformed();
    return new DeleteEntry(
        object.textOf("Key"),
        version.isEmpty() ? Version.LATEST : new Version(version),
        conditions(object));
  }

  private static Conditions conditions(XmlElement object) {
    String etag = object.textOf("ETag").strip();
    String modified = object.textOf("LastModifiedTime").strip();
    String size = object.textOf("Size").strip();
    if (etag.isEmpty() && modified.isEmpty() && size.isEmpty()) return Conditions.NONE;
    long bytes = size.isEmpty() ? 0 : Numbers.position(size, 0, size.length());
    if (bytes < 0) throw XmlReader.malformed();
    Instant time = modified.isEmpty() ? null : ConditionHeaders.time(modified);
    return new Conditions(
        etags(etag), ETags.UNSAID, null, null, size.isEmpty() ? null : bytes, time);
  }

  private static ETags etags(String text) {
    if (text.isEmpty()) return ETags.UNSAID;
    return text.equals("*") ? ETags.ANY : new ETags(false, List.of(ConditionHeaders.tag(text)));
  }

  /// The parts a CompleteMultipartUpload names, in the order it names them.
  public static List<Chosen> complete(byte[] document) {
    if (document.length == 0) {
      throw new S3Failure(S3Error.INVALID_REQUEST, "You must specify at least one part");
    }
    XmlElement root = XmlReader.read(document, "CompleteMultipartUpload").only(Set.of("Part"));
    if (root.children().isEmpty()) throw XmlReader.malformed();
    if (root.children().size() > Part.MAX_NUMBER) throw XmlReader.malformed();
    List<Chosen> parts = new ArrayList<>(root.children().size());
    for (XmlElement element : root.children()) {
      Chosen part = part(element);
      // A client that sent a part twice may name it twice; what it named last is what it has.
      if (!parts.isEmpty() && parts.getLast().number() == part.number()) parts.removeLast();
      parts.add(part);
    }
    return parts;
  }

  private static Chosen part(XmlElement part) {
    if (!part.has("PartNumber") || !part.has("ETag")) throw XmlReader.malformed();
    long number = Numbers.parse(part.textOf("PartNumber").strip());
    ETag etag = ConditionHeaders.tag(part.textOf("ETag").strip());
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw S3Failure.argument(
          number < 1 ? "PartNumber must be >= 1" : "PartNumber must be <= 10000",
          "PartNumber",
          Numbers.abbreviated(part.textOf("PartNumber")));
    }
    return new Chosen((int) number, etag, checksum(part));
  }

  private static Checksum checksum(XmlElement part) {
    for (XmlElement element : part.children()) {
      if (element.name().startsWith("Checksum")) requireKnown(element.name());
    }
    Checksum checksum = Checksum.NONE;
    List<String> came = new ArrayList<>(1);
    boolean right = true;
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String value = part.textOf("Checksum" + algorithm.name()).strip();
      if (value.isEmpty()) continue;
      right &= !checksum.isPresent() && ChecksumHeaders.decode(value, algorithm.bytes()) != null;
      checksum = new Checksum(algorithm, ChecksumType.FULL_OBJECT, value);
      came.add(algorithm + ":" + value);
    }
    if (right) return checksum;
    throw S3Failure.argument(
        "Invalid Base64 or multiple checksums present in request",
        "Checksum",
        Numbers.abbreviated(came.size() == 1 ? checksum.text() : String.join(";", came) + ";"));
  }

  private static void requireKnown(String name) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (name.equals("Checksum" + algorithm)) return;
    }
    throw new S3Failure(S3Error.NOT_IMPLEMENTED, name + " is not implemented.");
  }

  public static Versioning versioning(byte[] document) {
    XmlElement root =
        XmlReader.read(document, "VersioningConfiguration").only(Set.of("Status", "MfaDelete"));
    if (root.textOf("MfaDelete").equalsIgnoreCase("Enabled")) {
      throw new S3Failure(S3Error.NOT_IMPLEMENTED, "MFA delete is not implemented.");
    }
    return switch (root.textOf("Status").strip()) {
      case "Enabled" -> Versioning.ENABLED;
      case "Suspended" -> Versioning.SUSPENDED;
      case "" -> throw new S3Failure(S3Error.ILLEGAL_VERSIONING_CONFIGURATION);
      default -> throw XmlReader.malformed();
    };
  }

  /// The tags of a Tagging document, not yet checked.
  public static List<Tagging.Tag> tagging(byte[] document) {
    XmlElement root = XmlReader.read(document, "Tagging").only(Set.of("TagSet"));
    if (root.children().size() != 1) throw XmlReader.malformed();
    XmlElement set = root.children().getFirst().only(Set.of("Tag"));
    List<Tagging.Tag> tags = new ArrayList<>(set.children().size());
    for (XmlElement tag : set.children()) {
      tag.only(Set.of("Key", "Value"));
      if (!tag.has("Key") || !tag.has("Value")) throw XmlReader.malformed();
      tags.add(new Tagging.Tag(tag.textOf("Key"), tag.textOf("Value")));
    }
    return tags;
  }
}
