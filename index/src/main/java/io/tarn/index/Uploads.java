package io.tarn.index;

import io.tarn.index.BodyIntake.Received;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.Checksum;
import io.tarn.store.Key;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Multipart uploads up to their end. Parts are blobs of their own; putting one guards the `U` row,
/// so nothing is added to an upload that has ended, and the bucket, which its uploads may outlive
/// for a while as garbage.
final class Uploads {
  private static final int MOST = 10_000;
  private static final int ATTEMPTS = 20;

  private final BlockingRows rows;
  private final BucketStates buckets;
  private final Versions.Planner planner;
  private final IndexBackends backends;
  private final Pending pending;

  Uploads(
      BlockingRows rows,
      BucketStates buckets,
      Versions.Planner planner,
      IndexBackends backends,
      Pending pending) {
    this.rows = rows;
    this.buckets = buckets;
    this.planner = planner;
    this.backends = backends;
    this.pending = pending;
  }

  /// An upload as it is stored.
  record Found(MetaKey rowKey, Entry entry, UploadRow row, long token) {
    Upload upload(Key key) {
      return row.upload(key, token);
    }
  }

  Upload begin(BeginUpload begin) {
    Put put = begin.put();
    var terms =
        new UploadRow.Terms(put.owner(), begin.initiator(), begin.checksum(), begin.checksumType());
    Instant now = backends.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    var row =
        new UploadRow(
            false, UploadIds.freshSecret(), terms, now, put.metadata(), put.tags(), put.acl());
    return planner.run(
        put.bucket(),
        put.key(),
        new Versions.Planner.Step<Upload>() {
          @Override
          public boolean blind(Bucket bucket) {
            return true;
          }

          @Override
          public Versions.Planner.Decision<Upload> decide(Bucket bucket) {
            Plan plan = planner.plan(bucket);
            plan.putNew(IndexKeys.upload(bucket.id(), put.key(), plan.token()), row.toRow());
            return new Versions.Planner.Decision<>(plan, row.upload(put.key(), plan.token()));
          }
        });
  }

  /// Fails with [StoreFailure.NoSuchUpload].
  Found find(UploadRef ref) {
    buckets.require(ref.bucket());
    long token = UploadIds.token(ref.id().text());
    if (token > 0) {
      MetaKey key = IndexKeys.upload(ref.bucket().id(), ref.key(), token);
      Entry entry = rows.get(key);
      if (entry != null) {
        UploadRow row = UploadRow.ofRow(entry.value());
        if (UploadIds.has(ref.id(), row.secret())) return new Found(key, entry, row, token);
      }
    }
    throw new StoreFailure.NoSuchUpload(ref.id());
  }

  /// Has the body of a part come, of an upload with these terms.
  interface Content {
    Received receive(UploadRow.Terms terms, Labels.Source label);
  }

  Part putPart(UploadRef ref, int number, Content content) {
    if (number < 1 || number > Part.MAX_NUMBER) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.PART_NUMBER, "Part number must be an integer between 1 and 10000");
    }
    UploadRow.Terms terms = find(ref).row.terms(); // before the body is taken, not only after
    var label = Labels.ofPart(ref, number, backends.clock().instant());
    try (Received body = content.receive(terms, label)) {
      Instant now = backends.clock().instant().truncatedTo(ChronoUnit.MILLIS);
      Checksum checksum = body.digests().checksum();
      var part = new Part(number, body.size(), body.digests().etag(), now, checksum);
      return body.referencedBy(() -> addPart(ref, part, body));
    }
  }

  private Part addPart(UploadRef ref, Part part, Received body) {
    byte[] row = new Section(part, body.extents()).toRow();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Found found = find(ref);
      Plan plan = plan(ref, found);
      plan.putDiscardingOld(IndexKeys.part(found.token, part.number()), row);
      body.addTo(plan, pending);
      // Whoever is completing has looked at the parts already: make them look again.
      if (found.row.completing()) plan.put(found.rowKey, found.row.completing(false).toRow());
      if (committed(plan, ref)) return part;
    }
    throw new StoreFailure.Conflict("the upload kept changing");
  }

  /// A plan that only holds while the bucket and the upload are what they were.
  Plan plan(UploadRef ref, Found found) {
    Plan plan = planner.plan(buckets.require(ref.bucket()), found.entry);
    return plan.unchanged(found.rowKey, found.entry);
  }

  /// False when something got in between. Fails with [StoreFailure.NoSuchBucket] when that was the
  /// end of the bucket.
  boolean committed(Plan plan, UploadRef ref) {
    return switch (rows.commit(plan)) {
      case CommitResult.Committed _ -> true;
      case CommitResult.Rejected(var guard, var actual) -> {
        actual.ifPresent(entry -> backends.tokens().passed(entry.version()));
        if (guard == 0) buckets.refresh(ref.bucket());
        yield false;
      }
    };
  }

  void abort(UploadRef ref, Permit.OfUpload permit) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Found found = find(ref);
      permit.require(found.upload(ref.key()));
      Plan plan = plan(ref, found);
      plan.discard(new Garbage.Remains(found.token, new BitSet()).toRow()).delete(found.rowKey);
      if (committed(plan, ref)) return;
    }
    throw new StoreFailure.Conflict("the upload kept changing");
  }

  PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    Found found = find(ref);
    Upload upload = found.upload(ref.key());
    permit.require(upload);
    List<Part> parts = new ArrayList<>();
    int most = Math.min(limit, MOST);
    if (most <= 0) return new PartPage(upload, parts, false);
    MetaKey start = IndexKeys.part(found.token, Math.clamp(after, 0, Part.MAX_NUMBER) + 1);
    for (Section section : sections(found.token, start, most + 1)) {
      if (parts.size() == most) return new PartPage(upload, parts, true);
      if (section.part() != null) parts.add(section.part());
    }
    return new PartPage(upload, parts, false);
  }

  /// Parts by number from `start` on, at most `limit`.
  List<Section> sections(long upload, MetaKey start, int limit) {
    List<Section> sections = new ArrayList<>();
    KeyRange range = IndexKeys.under('P', upload).from(start);
    var cursor = new RowCursor(rows, Scan.of(range, limit));
    while (sections.size() < limit) {
      Entry row = cursor.next();
      if (row == null) break;
      sections.add(Section.ofRow(row.value()));
    }
    return sections;
  }
}
