package io.tarn.index;

import io.tarn.rows.Plan;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.VolumeId;
import java.util.BitSet;

/// What a `G` row can hold beside a discarded [ObjectRow] or a discarded [Section] (a part): the
/// format byte tells.
sealed interface Garbage {
  /// A batch whose garbage is due at `due` (milliseconds since 1970).
  static Plan plan(long token, long due) {
    return new Plan(token, number -> IndexKeys.garbage(due, token, number));
  }

  /// A blob that no row refers to. Format 6 did not name its volume; 13 is that of one with one
  /// holder.
  record Stray(BlobAt blob) implements Garbage {
    static final int FORMAT = 25;
    static final int ONE_HOLDER = 13;
    static final int WITHOUT_VOLUME = 6;

    byte[] toRow() {
      return blob.others().isEmpty()
          ? new RowWriter(ONE_HOLDER, 32).blob(blob).done()
          : new RowWriter(FORMAT, 64).heldBlob(blob).done();
    }

    static Stray ofRow(byte[] row) {
      return switch (RowReader.format(row)) {
        case WITHOUT_VOLUME -> RowReader.read(row, WITHOUT_VOLUME, Stray::onSomeVolume);
        case ONE_HOLDER -> RowReader.read(row, ONE_HOLDER, in -> new Stray(in.blob()));
        default -> RowReader.read(row, FORMAT, in -> new Stray(in.heldBlob()));
      };
    }

    private static Stray onSomeVolume(RowReader in) {
      return new Stray(new BlobAt(new BlobId(in.text()), VolumeId.UNKNOWN));
    }
  }

  /// The parts of an upload that ended. Those in `kept` became part of an object; only their rows
  /// go.
  record Remains(long upload, BitSet kept) implements Garbage {
    static final int FORMAT = 7;

    byte[] toRow() {
      byte[] bits = kept.toByteArray();
      return new RowWriter(FORMAT, bits.length + 16)
          .number(upload)
          .number(bits.length)
          .raw(bits)
          .done();
    }

    static Remains ofRow(byte[] row) {
      return RowReader.read(
          row, FORMAT, in -> new Remains(in.number(), BitSet.valueOf(in.raw(in.count()))));
    }
  }

  /// The uploads of a deleted bucket. Nobody begins or changes one any more.
  record Uploads(long bucket) implements Garbage {
    static final int FORMAT = 16;

    byte[] toRow() {
      return new RowWriter(FORMAT, 16).number(bucket).done();
    }

    static Uploads ofRow(byte[] row) {
      return RowReader.read(row, FORMAT, in -> new Uploads(in.number()));
    }
  }
}
