package io.tarn.cache;

import io.tarn.store.BeginUpload;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.ETag;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a large queued body to the origin in parts. The id of the upload is in the log before the
/// first part, so a later run asks the origin which parts it has and goes on with the others.
/// Uploads that no log has are not touched: they could be anybody's.
final class PartedUpload {
  private static final int PAGE = 1000;
  private static final long MEBIBYTE = 1 << 20;

  private final ObjectStore store;
  private final WriteQueue queue;

  PartedUpload(ObjectStore store, WriteQueue queue) {
    this.store = store;
    this.queue = queue;
  }

  /// As much as asked for, or more, in whole MiB, where these would be more parts than there can
  /// be.
  static long partSize(long size, long least) {
    long needed = (size + Part.MAX_NUMBER - 1) / Part.MAX_NUMBER;
    return Math.max(least, (needed + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE);
  }

  /// Fails as the origin does. The origin is asked to forget the upload where it refuses it.
  void upload(QueuedKey.Item item, QueuedWrite.Body body) {
    QueuedWrite write = item.write();
    try (QueuedFile file = queue.file(write, body)) {
      if (file == null) {
        throw new StoreFailure.Missing("the bytes of a queued write are gone", null);
      }
      var job = new Job(write, body, file, partSize(write.size(), least()));
      UploadRef ref = resumed(item);
      if (ref == null) ref = begin(item, body);
      try {
        take(job, ref);
      } catch (StoreFailure.NoSuchUpload e) {
        if (isThere(job)) return; // the reply to its completion was lost
        queue.began(item, "");
        throw new StoreFailure.Unavailable("the origin forgot an upload; it begins anew", e);
      } catch (StoreFailure.Invalid | StoreFailure.OriginDenied | StoreFailure.Corrupt e) {
        abort(item, ref);
        throw e;
      }
    }
  }

  private long least() {
    return queue.settings().part().bytes();
  }

  private record Job(QueuedWrite write, QueuedWrite.Body body, QueuedFile file, long partSize) {
    int parts() {
      return Math.toIntExact((write.size() + partSize - 1) / partSize);
    }

    ByteRange range(int number) {
      long from = (number - 1) * partSize;
      return ByteRange.at(from, Math.min(partSize, write.size() - from));
    }

    ETag etag(int number) {
      var body = QueuedBody.part(QueuedBody.piece(file, range(number)));
      while (body.next() != null) {}
      return body.digests().etag();
    }
  }

  private static @Nullable UploadRef resumed(QueuedKey.Item item) {
    String id = item.live.upload();
    if (id.isEmpty()) return null;
    return new UploadRef(item.write().bucket(), item.write().key(), new UploadId(id));
  }

  private UploadRef begin(QueuedKey.Item item, QueuedWrite.Body body) {
    Put put = body.put();
    Checksum checksum = body.content().checksum();
    boolean whole = isOfWhole(checksum);
    UploadId id =
        store
            .begin(
                new BeginUpload(
                    put,
                    put.owner(),
                    whole ? checksum.algorithm() : null,
                    ChecksumType.FULL_OBJECT))
            .id();
    var ref = new UploadRef(put.bucket(), put.key(), id);
    boolean recorded = false;
    try {
      queue.began(item, id.text());
      recorded = true;
      return ref;
    } finally {
      if (!recorded) store.abort(ref, Permit.OfUpload.ANY);
    }
  }

  /// Checksums of which that of the whole follows from those of its parts.
  private static boolean isOfWhole(Checksum checksum) {
    return checksum.isPresent()
        && checksum.type() == ChecksumType.FULL_OBJECT
        && checksum.algorithm().isCrc();
  }

  private void take(Job job, UploadRef ref) {
    Map<Integer, Part> there = there(ref);
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (int number = 1; number <= job.parts(); number++) {
      Part part = there.get(number);
      if (part == null || !isWhole(job, number, part)) {
        var body = QueuedBody.part(QueuedBody.piece(job.file, job.range(number)));
        part = store.putPart(ref, number, body);
      }
      chosen.add(new CompleteUpload.Chosen(number, part.etag(), Checksum.NONE));
    }
    Checksum checksum = job.body.content().checksum();
    boolean whole = isOfWhole(checksum);
    store.complete(
        new CompleteUpload(
            ref,
            chosen,
            Conditions.NONE,
            new CompleteUpload.Expected(
                whole ? ChecksumType.FULL_OBJECT : null,
                whole ? checksum : Checksum.NONE,
                job.write.size())));
  }

  private Map<Integer, Part> there(UploadRef ref) {
    Map<Integer, Part> parts = new HashMap<>();
    for (int after = 0; ; ) {
      PartPage page = store.parts(ref, after, PAGE, Permit.OfUpload.ANY);
      for (Part part : page.parts()) {
        parts.put(part.number(), part);
        after = part.number();
      }
      if (!page.truncated() || page.parts().isEmpty()) return parts;
    }
  }

  private static boolean isWhole(Job job, int number, Part part) {
    return part.size() == job.range(number).length() && part.etag().equals(job.etag(number));
  }

  /// Whether the object at the origin is what the upload would have made.
  private boolean isThere(Job job) {
    try {
      var wanted = Wanted.of(new Span.Whole(), Set.of());
      ObjectHead head =
          store.head(
              new Read(
                  job.write.bucket(),
                  job.write.key(),
                  Version.LATEST,
                  Conditions.NONE,
                  Permit.ANY,
                  wanted));
      return head.content().size() == job.write.size()
          && head.content().etag().equals(assembled(job));
    } catch (StoreFailure.NoSuchKey e) {
      return false;
    }
  }

  private static ETag assembled(Job job) {
    MessageDigest all = md5();
    for (int number = 1; number <= job.parts(); number++) {
      all.update(HexFormat.of().parseHex(job.etag(number).text()));
    }
    return new ETag(HexFormat.of().formatHex(all.digest()) + '-' + job.parts());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /// Where that fails, too, the log keeps the id, and the next attempt goes on with the upload.
  private void abort(QueuedKey.Item item, UploadRef ref) {
    try {
      store.abort(ref, Permit.OfUpload.ANY);
    } catch (StoreFailure.NoSuchUpload e) {
      WriteQueue.LOG.debug("{} was forgotten already", ref.id());
    } catch (StoreFailure e) {
      WriteQueue.LOG.warn("a refused upload of {} stays: {}", ref.key(), e.getMessage());
      return;
    }
    queue.began(item, "");
  }
}
