package io.tarn.index;

import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.Acl;
import io.tarn.store.BlobAt;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Metadata;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The value of an `O` or `V` row: one version. What a listing needs stands in front, and [#front]
/// reads no further.
///
/// `about.token` names the version for good and is where its `D` and `M` rows are; the row's own
/// version in the metadata store changes when tags do. `upload` is the multipart upload that the
/// object came from, or 0.
///
/// Of its locations kind 2 is read and written no more: sections whose extents did not name their
/// volumes. A row in which each blob has one holder is of the first format.
record ObjectRow(
    Front front, Metadata metadata, Tags tags, Acl acl, long upload, Location location) {
  static final int FORMAT = 22;
  static final int ONE_HOLDER = 1;
  private static final int MARKER = 1;
  private static final int NULL = 2;
  private static final int TWIN = 4;

  /// What a listing shows of a version. `twin`: an `O` row that has a `V` row beside it.
  record Front(
      About about, TenantId owner, long size, ETag etag, Instant modified, Checksum checksum) {
    Content content() {
      return new Content(size, etag, modified, checksum);
    }
  }

  record About(long token, boolean marker, boolean isNull, boolean twin) {}

  long token() {
    return front.about.token;
  }

  boolean isMarker() {
    return front.about.marker;
  }

  boolean isNull() {
    return front.about.isNull;
  }

  boolean hasTwin() {
    return front.about.twin;
  }

  /// The same version with a `V` row beside its `O` row.
  ObjectRow withTwin() {
    var about = new About(token(), isMarker(), isNull(), true);
    return new ObjectRow(
        new Front(about, front.owner, front.size, front.etag, front.modified, front.checksum),
        metadata,
        tags,
        acl,
        upload,
        location);
  }

  ObjectRow withTags(Tags other) {
    return new ObjectRow(front, metadata, other, acl, upload, location);
  }

  ObjectRow withAcl(Acl other) {
    return new ObjectRow(front, metadata, tags, other, upload, location);
  }

  static ObjectRow marker(About about, TenantId owner, Instant modified) {
    return new ObjectRow(
        new Front(about, owner, 0, new ETag(""), modified, Checksum.NONE),
        Metadata.NONE,
        Tags.NONE,
        Acl.PRIVATE,
        0,
        new Location.Nowhere());
  }

  byte[] toRow() {
    boolean held =
        location instanceof Location.Listed(var sections) && Section.haveHolders(sections);
    var out = new RowWriter(held ? FORMAT : ONE_HOLDER, 160);
    int flags = (isMarker() ? MARKER : 0) | (isNull() ? NULL : 0) | (hasTwin() ? TWIN : 0);
    out.octet(flags).number(token()).number(front.modified.toEpochMilli()).text(front.owner.text());
    if (isMarker()) return out.done();
    out.number(front.size)
        .etag(front.etag)
        .checksum(front.checksum)
        .texts(metadata.system())
        .texts(metadata.user())
        .texts(tags.values())
        .number(upload);
    writeLocation(out, held ? RowWriter::heldBlob : RowWriter::blob);
    return out.acl(acl).done();
  }

  private void writeLocation(RowWriter out, BiFunction<RowWriter, BlobAt, RowWriter> blob) {
    switch (location) {
      case Location.Nowhere() -> out.octet(0);
      case Location.Inline() -> out.octet(1);
      case Location.Listed(var sections) -> {
        out.octet(4).number(sections.size());
        for (Section section : sections) section.write(out, blob);
      }
      case Location.Manifest(var chunks) -> out.octet(3).number(chunks);
    }
  }

  static ObjectRow ofRow(byte[] row) {
    return RowReader.format(row) == FORMAT
        ? RowReader.read(row, FORMAT, in -> readAll(in, RowReader::heldBlob))
        : RowReader.read(row, ONE_HOLDER, in -> readAll(in, RowReader::blob));
  }

  private static ObjectRow readAll(RowReader in, Function<RowReader, BlobAt> blob) {
    Front front = readFront(in);
    if (front.about.marker) return marker(front.about, front.owner, front.modified);
    var metadata = new Metadata(in.texts(), in.texts());
    var tags = new Tags(in.texts());
    long upload = in.number();
    Location location = readLocation(in, blob);
    return new ObjectRow(front, metadata, tags, in.acl(), upload, location);
  }

  private static Location readLocation(RowReader in, Function<RowReader, BlobAt> blob) {
    return switch (in.octet()) {
      case 0 -> new Location.Nowhere();
      case 1 -> new Location.Inline();
      case 2 -> new Location.Listed(Manifests.read(in, RowReader::blobOnSomeVolume));
      case 3 -> new Location.Manifest((int) in.number());
      case 4 -> new Location.Listed(Manifests.read(in, blob));
      default -> throw new StoreFailure.Corrupt("whereabouts of no known kind", null);
    };
  }

  static Front front(byte[] row) {
    int format = RowReader.format(row) == FORMAT ? FORMAT : ONE_HOLDER;
    return RowReader.read(row, format, ObjectRow::readFront);
  }

  private static Front readFront(RowReader in) {
    int flags = in.octet();
    var about =
        new About(in.number(), (flags & MARKER) != 0, (flags & NULL) != 0, (flags & TWIN) != 0);
    Instant modified = Instant.ofEpochMilli(in.number());
    var owner = new TenantId(in.text());
    if (about.marker) return new Front(about, owner, 0, new ETag(""), modified, Checksum.NONE);
    return new Front(about, owner, in.number(), in.etag(), modified, in.checksum());
  }
}
