package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;

/// The value of a `B` row. While `deleting`, nothing may be written to the bucket: its revision is
/// told to nobody.
///
/// Rows of format 3 are from before each bucket had an `H` row, too, see [Holdings]; a start
/// rewrites them.
record BucketRow(
    long id,
    boolean deleting,
    Versioning versioning,
    TenantId owner,
    String region,
    Instant created) {
  static final int FORMAT = 15;

  private static final int WITHOUT_HOLDING = 3;

  /// No row ever has this version.
  static final long NO_REVISION = 0;

  static BucketRow of(Bucket bucket, boolean deleting) {
    return new BucketRow(
        bucket.id(),
        deleting,
        bucket.versioning(),
        bucket.owner(),
        bucket.region(),
        bucket.created());
  }

  byte[] toRow() {
    return new RowWriter(FORMAT, 96)
        .octet(deleting ? 1 : 0)
        .octet(Codes.of(versioning))
        .number(id)
        .number(created.toEpochMilli())
        .text(owner.text())
        .text(region)
        .done();
  }

  static BucketRow ofRow(byte[] row) {
    return RowReader.read(row, isHeld(row) ? FORMAT : WITHOUT_HOLDING, BucketRow::read);
  }

  /// Whether there is an `H` row, too.
  static boolean isHeld(byte[] row) {
    return row.length == 0 || row[0] != WITHOUT_HOLDING;
  }

  private static BucketRow read(RowReader in) {
    boolean deleting = in.octet() != 0;
    Versioning versioning = Codes.versioning(in.octet());
    long id = in.number();
    Instant created = Instant.ofEpochMilli(in.number());
    return new BucketRow(id, deleting, versioning, new TenantId(in.text()), in.text(), created);
  }

  static Bucket bucket(Entry entry) {
    var row = ofRow(entry.value());
    return row.named(IndexKeys.bucketName(entry.key(), 1), entry.version());
  }

  Bucket named(BucketName name, long version) {
    return new Bucket(
        name, id, deleting ? NO_REVISION : version, owner, region, created, versioning);
  }
}
