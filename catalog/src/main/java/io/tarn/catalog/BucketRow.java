package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.rows.Codes;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/// The value of a `B` row. While `deleting`, nothing may be written to the bucket: its revision is
/// told to nobody.
///
/// Rows of format 15 are from before buckets had a home: they are own ones. Rows of format 3 are
/// from before each bucket had an `H` row, too, see [Holdings]; a start rewrites them.
record BucketRow(
    long id,
    boolean deleting,
    Versioning versioning,
    TenantId owner,
    String region,
    Instant created,
    Home home) {
  static final int FORMAT = 21;

  private static final int WITHOUT_HOME = 15;
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
        bucket.created(),
        bucket.home());
  }

  byte[] toRow() {
    RowWriter row =
        new RowWriter(FORMAT, 96)
            .octet(deleting ? 1 : 0)
            .octet(BucketCodes.of(versioning))
            .number(id)
            .number(created.toEpochMilli())
            .text(owner.text())
            .text(region);
    return write(home, row).done();
  }

  /// A code for the kind of home, and what it says.
  private static RowWriter write(Home home, RowWriter row) {
    return switch (home) {
      case Home.Own _ -> row.octet(0);
      case Home.Linked(var origin, var bucket, var prefix, var capabilities) -> {
        row.octet(1).text(origin).text(bucket).text(prefix).number(capabilities.size());
        for (Capability capability : capabilities) row.octet(BucketCodes.of(capability));
        yield row;
      }
      case Home.OtherRegion _ -> row.octet(2);
      case Home.Files _ -> row.octet(3);
    };
  }

  static BucketRow ofRow(byte[] row) {
    int format = RowReader.format(row);
    boolean homeless = format == WITHOUT_HOME || format == WITHOUT_HOLDING;
    return RowReader.read(
        row,
        homeless ? format : FORMAT,
        in -> read(in, homeless ? _ -> Home.OWN : BucketRow::home));
  }

  /// Whether there is an `H` row, too.
  static boolean isHeld(byte[] row) {
    return row.length == 0 || row[0] != WITHOUT_HOLDING;
  }

  private static BucketRow read(RowReader in, Function<RowReader, Home> home) {
    boolean deleting = in.octet() != 0;
    Versioning versioning = BucketCodes.versioning(in.octet());
    long id = in.number();
    Instant created = Instant.ofEpochMilli(in.number());
    var owner = new TenantId(in.text());
    return new BucketRow(id, deleting, versioning, owner, in.text(), created, home.apply(in));
  }

  private static Home home(RowReader in) {
    int kind = in.octet();
    return switch (kind) {
      case 0 -> Home.OWN;
      case 1 -> new Home.Linked(in.text(), in.text(), in.text(), capabilities(in));
      case 2 -> new Home.OtherRegion();
      case 3 -> new Home.Files();
      default -> throw Codes.unknown(kind);
    };
  }

  private static Set<Capability> capabilities(RowReader in) {
    var capabilities = EnumSet.noneOf(Capability.class);
    for (int left = in.count(); left > 0; left--) {
      capabilities.add(BucketCodes.capability(in.octet()));
    }
    return capabilities;
  }

  static Bucket bucket(Entry entry) {
    BucketRow row = ofRow(entry.value());
    return row.named(BucketKeys.bucketName(entry.key(), 1), entry.version());
  }

  Bucket named(BucketName name, long version) {
    return new Bucket(
        name, id, deleting ? NO_REVISION : version, owner, region, created, versioning, home);
  }
}
