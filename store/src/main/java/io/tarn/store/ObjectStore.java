package io.tarn.store;

import org.jspecify.annotations.Nullable;

/// The waist: everything above the disks that keeps objects, and every decorator over one.
/// Thread-safe; all methods block and are meant for virtual threads. They fail with [StoreFailure]
/// and nothing else.
///
/// - A write is all or nothing, and durable when it returns. A failure leaves nothing visible
///   behind; what may have happened after all is [StoreFailure.Indeterminate].
/// - Conditions, and before them whether the version at hand may be shown, changed or replaced at
///   all ([Permit]), are decided in one step with the operation.
/// - Per key, reads and writes are linearizable; a listing shows every write that completed before
///   it began.
/// - A bucket that is gone is [StoreFailure.NoSuchBucket], also when the [Bucket] at hand is of an
///   earlier incarnation.
public interface ObjectStore {
  /// Fails with [StoreFailure.NoSuchKey], `NoSuchVersion`, `DeleteMarkerMet`, `NotPermitted`,
  /// `NotModified` or `ConditionFailed`.
  ObjectHead head(Read read);

  /// As [#head], and pins the bytes that are wanted, and gives exactly these. Fails with
  /// [StoreFailure.NoSuchRange] or `NoSuchPart` as well, after everything else. The caller closes
  /// what it gets.
  OpenObject open(Read read);

  /// As [#head], and says which bytes [#open] would give.
  default Measured measure(Read read) {
    try (OpenObject open = open(read)) {
      return new Measured(open.head(), open.slice(), open.provenance());
    }
  }

  /// Reads `content` to its end and makes it the newest version of the key.
  Written put(Put put, Incoming content);

  /// What that is, [Copying] says.
  Copied copy(Copy copy);

  Deleted delete(Delete delete);

  /// Returns the version that was changed.
  Version annotate(Annotate annotate);

  ObjectPage list(ListObjects request);

  VersionPage versions(ListVersions request);

  Upload begin(BeginUpload begin);

  /// Stores one part; a part of the same number is replaced. No byte is asked for before the upload
  /// is known to be there.
  Part putPart(UploadRef upload, int number, Incoming content);

  /// Stores a range of an object as a part. That there is no such upload is told before that there
  /// is no such object.
  CopiedPart copyPart(UploadRef upload, int number, PartSource source);

  /// Concatenates the chosen parts, forgets the others, ends the upload. Completing again what
  /// completed answers the same while the object is still the current one.
  Written complete(CompleteUpload complete);

  /// Ends the upload and forgets its parts.
  void abort(UploadRef upload, Permit.OfUpload permit);

  /// A page of the parts behind the number `after`; none, but the upload, when `limit` is 0.
  PartPage parts(UploadRef upload, int after, int limit, Permit.OfUpload permit);

  UploadPage uploads(ListUploads request);

  /// A version, the bytes of it that are wanted, and where that is known from.
  record Measured(ObjectHead head, ContentRange slice, Provenance provenance) {
    public Measured(ObjectHead head, ContentRange slice) {
      this(head, slice, Provenance.UNSAID);
    }
  }

  /// Where a copied part comes from; `range` null for the whole object, and must lie within it.
  record PartSource(Read source, @Nullable ByteRange range) {}
}
