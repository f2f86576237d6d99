package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import java.util.EnumSet;

/// What a copy is, wherever its source and its target are: said once, for every pair of stores (S3
/// API reference, "CopyObject" and "UploadPartCopy").
///
/// - The source's [Permit] comes first, then that it is not too long, then its conditions.
/// - Metadata and tags are the source's or the target's, as asked for; the ACL is never copied.
/// - Tags do not come along to where there are none: the copy is [StoreFailure.Unsupported].
/// - The copy has a checksum of the algorithm asked for, else of the source's, else of
///   [ChecksumAlgorithm#DEFAULT].
public final class Copying {
  private Copying() {}

  /// Opens what is wanted of the source of a copy. The conditions that do not hold are the
  /// source's.
  private static OpenObject open(ObjectStore from, Read source, Wanted wanted) {
    var read =
        new Read(
            source.bucket(),
            source.key(),
            source.version(),
            Conditions.NONE,
            source.permit(),
            wanted);
    OpenObject open = from.open(read);
    Conditions.Condition unmet = source.conditions().unmetByRead(open.head().content());
    if (unmet == null) return open;
    open.close();
    throw StoreFailure.ConditionFailed.ofSource(unmet);
  }

  /// Opens all of what is copied, with what the copy has of it.
  public static OpenObject open(ObjectStore from, Copy copy) {
    var facts = EnumSet.of(Fact.CHECKSUM);
    if (copy.keepTags()) facts.add(Fact.TAGS);
    OpenObject open = open(from, copy.source(), Wanted.of(new Span.Whole(), facts));
    try {
      requireShort(open.head());
      return open;
    } catch (StoreFailure.Invalid e) {
      open.close();
      throw e;
    }
  }

  /// Copies through here: reads from one store and writes to the other.
  public static Copied through(ObjectStore from, ObjectStore to, Copy copy) {
    try (OpenObject source = open(from, copy)) {
      ObjectHead head = source.head();
      var body = new PayloadIncoming(source.payload(), checksum(copy, head));
      return new Copied(head.version(), to.put(target(copy, head), body));
    }
  }

  /// Makes a part of what is in one store for an upload in the other. The upload is looked for
  /// first: its parts all have checksums of one algorithm.
  public static CopiedPart through(
      ObjectStore from,
      ObjectStore to,
      UploadRef upload,
      int number,
      ObjectStore.PartSource source) {
    Upload begun = to.parts(upload, 0, 0, Permit.OfUpload.ANY).upload();
    try (OpenObject open = open(from, source)) {
      var body = new PayloadIncoming(open.payload(), begun.partChecksum());
      Part part = to.putPart(upload, number, body);
      return new CopiedPart(part, open.head().version(), begun.shown(part));
    }
  }

  /// @throws StoreFailure.Invalid when it is longer than what one copy may be
  public static void requireShort(ObjectHead source) {
    if (source.content().size() > Part.MAX_SIZE) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.REQUEST,
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + Part.MAX_SIZE);
    }
  }

  /// What is written, now that the source is at hand.
  ///
  /// @throws StoreFailure.Unsupported when there are tags, and none where the copy goes
  public static Put target(Copy copy, ObjectHead source) {
    Put target = copy.target();
    Tags tags = copy.keepTags() ? source.tags() : target.tags();
    if (!tags.values().isEmpty()) target.bucket().require(Capability.TAGS);
    return new Put(
        target.bucket(),
        target.key(),
        target.owner(),
        copy.keepMetadata() ? source.metadata() : target.metadata(),
        tags,
        target.conditions(),
        target.acl(),
        permit(copy, source));
  }

  /// What is asked of what the copy replaces: the permit to tag only where tags come along.
  public static Permit permit(Copy copy, ObjectHead source) {
    Permit replaced = copy.target().permit();
    boolean tags = copy.keepTags() && !source.tags().values().isEmpty();
    if (!tags || !copy.tagging().looks()) return replaced;
    return replaced.and(copy.tagging());
  }

  /// The algorithm of the copy's checksum.
  public static ChecksumAlgorithm checksum(Copy copy, ObjectHead source) {
    if (copy.checksum() != null) return copy.checksum();
    Checksum had = source.content().checksum();
    return had.isPresent() ? had.algorithm() : ChecksumAlgorithm.DEFAULT;
  }

  /// Opens what becomes a part.
  ///
  /// @throws StoreFailure.Invalid when the range does not lie within the source, or the source is
  /// longer than a part may be
  public static OpenObject open(ObjectStore from, ObjectStore.PartSource asked) {
    ByteRange range = asked.range();
    Span span = range == null ? new Span.Whole() : new Span.Between(range.first(), range.last());
    var wanted = Wanted.of(span, EnumSet.of(Fact.CHECKSUM, Fact.PARTS));
    try {
      OpenObject open = open(from, asked.source(), wanted);
      try {
        long size = open.head().content().size();
        if (range == null) {
          requireShort(open.head());
        } else if (range.last() >= size) {
          throw new StoreFailure.NoSuchRange(size);
        }
        return open;
      } catch (StoreFailure e) {
        open.close();
        throw e;
      }
    } catch (StoreFailure.NoSuchRange e) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.RANGE,
          "Range specified is not valid for source object of size: " + e.size());
    }
  }
}
