package io.tarn.index;

import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;

/// The value of an `L` row, which every key with `V` rows has: the token of its newest version,
/// whether that is a delete marker, and the token of its null version, or 0. Each change to the
/// versions of a key rewrites it, so guarding it guards them all.
record LatestRow(long token, boolean marker, long nullToken) {
  static final int FORMAT = 4;

  byte[] toRow() {
    return new RowWriter(FORMAT, 24).octet(marker ? 1 : 0).number(token).number(nullToken).done();
  }

  static LatestRow ofRow(byte[] row) {
    return RowReader.read(row, FORMAT, LatestRow::read);
  }

  private static LatestRow read(RowReader in) {
    boolean marker = in.octet() != 0;
    return new LatestRow(in.number(), marker, in.number());
  }
}
