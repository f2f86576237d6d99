package io.tarn.index;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.rows.Codes;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.Acl;
import io.tarn.store.ChecksumType;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The value of a `U` row. `completing`: someone is about to complete it with the parts it has; who
/// adds a part must take that back, see [UploadCompletion]. `secret` is what its id has besides the
/// token, empty in rows of the first release; those keep their format for as long as they last.
record UploadRow(
    boolean completing,
    String secret,
    Terms terms,
    Instant initiated,
    Metadata metadata,
    Tags tags,
    Acl acl) {
  static final int FORMAT = 18;
  private static final int WITHOUT_SECRET = 5;

  /// Who began it for whom, and what the parts carry.
  record Terms(
      TenantId owner,
      TenantId initiator,
      @Nullable ChecksumAlgorithm checksum,
      ChecksumType checksumType) {}

  Upload upload(Key key, long token) {
    return new Upload(
        key,
        UploadIds.of(token, secret),
        terms.owner,
        terms.initiator,
        initiated,
        terms.checksum,
        terms.checksumType);
  }

  UploadRow completing(boolean now) {
    return new UploadRow(now, secret, terms, initiated, metadata, tags, acl);
  }

  byte[] toRow() {
    var out = new RowWriter(secret.isEmpty() ? WITHOUT_SECRET : FORMAT, 192);
    out.octet(completing ? 1 : 0);
    if (!secret.isEmpty()) out.text(secret);
    return out.number(initiated.toEpochMilli())
        .text(terms.owner.text())
        .text(terms.initiator.text())
        .octet(terms.checksum == null ? 0 : Codes.of(terms.checksum))
        .octet(Codes.of(terms.checksumType))
        .texts(metadata.system())
        .texts(metadata.user())
        .texts(tags.values())
        .acl(acl)
        .done();
  }

  static UploadRow ofRow(byte[] row) {
    return row.length > 0 && row[0] == WITHOUT_SECRET
        ? RowReader.read(row, WITHOUT_SECRET, in -> read(in, false))
        : RowReader.read(row, FORMAT, in -> read(in, true));
  }

  private static UploadRow read(RowReader in, boolean withSecret) {
    boolean completing = in.octet() != 0;
    String secret = withSecret ? in.text() : "";
    if (withSecret && secret.isEmpty()) throw new IllegalArgumentException("no secret");
    Instant initiated = Instant.ofEpochMilli(in.number());
    var owner = new TenantId(in.text());
    var initiator = new TenantId(in.text());
    int checksum = in.octet();
    var terms =
        new Terms(
            owner,
            initiator,
            checksum == 0 ? null : Codes.algorithm(checksum),
            Codes.type(in.octet()));
    var metadata = new Metadata(in.texts(), in.texts());
    var tags = new Tags(in.texts());
    return new UploadRow(completing, secret, terms, initiated, metadata, tags, in.acl());
  }
}
